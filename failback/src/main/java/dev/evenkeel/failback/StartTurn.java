package dev.evenkeel.failback;

import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.Kernel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks a store once for a turn, on a thread that may block. It is given up, and interrupted, after
 * a time limit; whatever comes then is not heard any more. Thread-safe.
 */
final class StartTurn {

  /** What comes of it; called once, under no lock. */
  interface Answer {
    /**
     * The store has answered, or has not.
     *
     * @param waitNanos as {@link FleetDependency#turn}
     * @param fault why there is none; null if there is one
     */
    void of(long waitNanos, @Nullable String fault);
  }

  private static final long LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Kernel kernel;
  private final FleetDependency fleet;
  private final long lengthNanos;
  private final long longestNanos;
  private final Answer answer;
  private Cancellable limit = () -> false; // guarded by this, as is what follows
  private @Nullable Thread runner;
  private boolean over;

  StartTurn(
      Kernel kernel, FleetDependency fleet, long lengthNanos, long longestNanos, Answer answer) {
    this.kernel = kernel;
    this.fleet = fleet;
    this.lengthNanos = lengthNanos;
    this.longestNanos = longestNanos;
    this.answer = answer;
  }

  void ask() {
    synchronized (this) {
      limit = kernel.schedule(kernel.nanoTime() + LIMIT_NANOS, this::onLimit);
    }
    try {
      kernel.executeBlocking(this::run);
    } catch (Throwable rejected) {
      end(0, "no thread to ask the store: " + rejected);
    }
  }

  private void run() {
    synchronized (this) {
      if (over) {
        return;
      }
      runner = Thread.currentThread();
    }
    long wait = 0;
    String fault = null;
    try {
      wait = fleet.turn(lengthNanos, longestNanos, kernel.random());
    } catch (Throwable failure) {
      fault = failure.toString();
    }
    synchronized (this) {
      runner = null;
      if (over) {
        var unused = Thread.interrupted(); // it was meant for the store
      }
    }
    end(wait, fault);
  }

  /** On the timer's thread, which must not run what an interrupt may. */
  private void onLimit() {
    try {
      kernel.execute(this::giveUp);
    } catch (Throwable rejected) {
      end(0, "no answer from the store");
    }
  }

  private void giveUp() {
    if (end(0, "no answer from the store within 500 ms")) {
      synchronized (this) {
        if (runner != null) {
          runner.interrupt();
        }
      }
    }
  }

  private boolean end(long wait, @Nullable String fault) {
    synchronized (this) {
      if (over) {
        return false;
      }
      over = true;
      limit.cancel();
    }
    answer.of(wait, fault);
    return true;
  }

  /** Nobody waits for it any more. */
  void cancel() {
    Thread thread;
    synchronized (this) {
      over = true;
      limit.cancel();
      thread = runner;
    }
    if (thread != null) {
      try {
        kernel.execute(this::interruptRunner);
      } catch (Throwable rejected) {
        // then it ends by itself
      }
    }
  }

  private synchronized void interruptRunner() {
    if (runner != null) {
      runner.interrupt();
    }
  }
}
