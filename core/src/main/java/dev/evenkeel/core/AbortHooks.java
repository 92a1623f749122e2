package dev.evenkeel.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt wants to be done when it is ended from outside, see {@link CallContext#onAbort}.
 * They run at most once, and never after the attempt has ended by itself; when they run while it
 * ends, its end waits for them, so that the cancelling of one query cannot hit the next one.
 * Thread-safe.
 */
@SuppressForbidden("waits for hooks that run, with a bound")
final class AbortHooks {

  private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private enum State {
    OPEN,
    RUNNING,
    ABORTED,
    ENDED
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition done = lock.newCondition();
  private final Kernel kernel;
  private final Faults faults;

  /**
   * When, on the kernel's clock, they run by themselves, because nothing else ends the attempt;
   * null if something does.
   */
  private final @Nullable Long atTheLatest;

  private final List<CheckedRunnable<?>> hooks = new ArrayList<>(1);
  private State state = State.OPEN;

  /** Hooks that came when the others had run, and run by themselves. */
  private int late;

  private @Nullable Cancellable timer;

  AbortHooks(Kernel kernel, Faults faults, @Nullable Long atTheLatest) {
    this.kernel = kernel;
    this.faults = faults;
    this.atTheLatest = atTheLatest;
  }

  /** Adds a hook; one that comes too late runs at once, on another thread. */
  Cancellable add(CheckedRunnable<?> hook) {
    lock.lock();
    try {
      if (state == State.OPEN) {
        hooks.add(hook);
        if (timer == null && atTheLatest != null) {
          timer = kernel.schedule(atTheLatest, () -> Signals.send(kernel, this::run));
        }
        return () -> remove(hook);
      }
      if (state == State.ENDED) {
        return () -> false;
      }
      late++;
    } finally {
      lock.unlock();
    }
    runLate(hook);
    return () -> false;
  }

  private void runLate(CheckedRunnable<?> hook) {
    try {
      Signals.send(kernel, () -> {
        try {
          run(hook);
        } finally {
          lateHasRun();
        }
      });
    } catch (Throwable noThread) {
      lateHasRun();
      throw noThread;
    }
  }

  private void lateHasRun() {
    lock.lock();
    try {
      late--;
      done.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean remove(CheckedRunnable<?> hook) {
    lock.lock();
    try {
      return state == State.OPEN && hooks.remove(hook);
    } finally {
      lock.unlock();
    }
  }

  /** The attempt is ended from outside. On a thread that may block. */
  void run() {
    List<CheckedRunnable<?>> mine;
    lock.lock();
    try {
      if (state != State.OPEN) {
        return;
      }
      state = State.RUNNING;
      mine = List.copyOf(hooks);
      hooks.clear();
    } finally {
      lock.unlock();
    }
    try {
      mine.forEach(this::run);
    } finally {
      lock.lock();
      try {
        state = State.ABORTED;
        done.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private void run(CheckedRunnable<?> hook) {
    try {
      hook.run();
    } catch (Throwable fault) {
      faults.report("onAbort", fault, "the attempt is ended all the same");
    }
  }

  /** The attempt has ended. Waits for hooks that run just now, up to a second. */
  void end() {
    Cancellable armed;
    boolean interrupted = false;
    lock.lock();
    try {
      armed = timer;
      timer = null;
      if (state == State.OPEN) {
        state = State.ENDED;
        hooks.clear();
      }
      long left = LONGEST_WAIT_NANOS;
      while ((state == State.RUNNING || late > 0) && left > 0) {
        try {
          left = done.awaitNanos(left);
        } catch (InterruptedException fromOutside) {
          interrupted = true;
        }
      }
    } finally {
      lock.unlock();
    }
    if (armed != null) {
      armed.cancel();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
