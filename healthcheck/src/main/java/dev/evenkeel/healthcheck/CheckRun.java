package dev.evenkeel.healthcheck;

import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.Kernel;
import org.jspecify.annotations.Nullable;

/**
 * One run of one check, from its place in line to its end. It ends once: by its result, or by its
 * time limit, after which the thread is interrupted and whatever it still brings is too late.
 */
final class CheckRun implements Runnable {

  /** A timer this late says that the process stood still, or starved: no evidence either way. */
  private static final long LEAST_STANDSTILL_NANOS = 1_000_000_000L;

  private enum Phase {
    WAITING,
    RUNNING,
    /** Over its time limit, and still there. */
    HUNG,
    OVER
  }

  private final CheckRunner owner;
  private final Kernel kernel;
  private final long limitNanos;
  private Phase phase = Phase.WAITING;
  private @Nullable Thread thread;
  private @Nullable Cancellable limitTimer;
  private long startedNanos;
  private long limitAtNanos;
  private String threadName = "";

  CheckRun(CheckRunner owner, Kernel kernel, long limitNanos) {
    this.owner = owner;
    this.kernel = kernel;
    this.limitNanos = limitNanos;
  }

  @Override
  public void run() {
    Thread current = Thread.currentThread();
    String nameBefore = current.getName();
    if (!begin(current)) {
      owner.slots().release();
      return;
    }
    CheckRunner.Finding finding;
    try {
      current.setName(threadName);
      finding = owner.look();
    } finally {
      current.setName(nameBefore);
    }
    Phase ended = end();
    // The interrupt of the time limit was for this run, not for the next one on this thread.
    Thread.interrupted();
    if (ended == Phase.HUNG) {
      owner.cameBack(this, kernel.nanoTime() - startedNanos);
    } else if (ended == Phase.RUNNING) {
      long now = kernel.nanoTime();
      owner.slots().release();
      if (now - startedNanos > limitNanos) {
        owner.stoodStill(this);
      } else {
        owner.finished(this, finding);
      }
    }
  }

  private synchronized boolean begin(Thread current) {
    if (phase != Phase.WAITING) {
      return false;
    }
    phase = Phase.RUNNING;
    thread = current;
    threadName = "evenkeel-health-" + owner.name();
    startedNanos = kernel.nanoTime();
    arm(startedNanos);
    return true;
  }

  private void arm(long nowNanos) {
    limitAtNanos = nowNanos + limitNanos;
    limitTimer = kernel.schedule(limitAtNanos, this::onLimit);
  }

  private synchronized Phase end() {
    Phase before = phase;
    phase = Phase.OVER;
    thread = null;
    if (limitTimer != null) {
      limitTimer.cancel();
    }
    return before;
  }

  /** On the kernel's timer thread: nothing here blocks. */
  private void onLimit() {
    synchronized (this) {
      if (phase != Phase.RUNNING) {
        return;
      }
      long now = kernel.nanoTime();
      if (now - limitAtNanos > Math.max(limitNanos, LEAST_STANDSTILL_NANOS)) {
        arm(now); // the check had no fair chance: it gets its time again
        return;
      }
      phase = Phase.HUNG;
      interrupt();
    }
    owner.slots().release();
    owner.timedOut(this, false);
  }

  private void interrupt() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }

  /** Ends it early: no result is wanted any more. */
  synchronized void abandon() {
    if (phase == Phase.WAITING) {
      phase = Phase.OVER;
    } else {
      interrupt();
    }
  }

  /** No thread could be had for it. */
  void rejected(Throwable why) {
    synchronized (this) {
      if (phase != Phase.WAITING) {
        return; // it has run all the same, and said so
      }
      phase = Phase.OVER;
    }
    owner.slots().release();
    owner.notRun(this, why);
  }

  synchronized boolean isHung() {
    return phase == Phase.HUNG;
  }

  synchronized String threadName() {
    return threadName;
  }

  /** How long it has been running; 0 if it waits in line. */
  synchronized long runningNanos(long nowNanos) {
    return phase == Phase.WAITING ? 0 : nowNanos - startedNanos;
  }
}
