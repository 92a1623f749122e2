package dev.evenkeel.core;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The only door to time, timers, chance and threads. Everything else in Evenkeel takes them as
 * arguments, so a test or a simulator that owns the kernel owns the whole behaviour.
 *
 * <p>Implementations are thread-safe. {@link #system()} is the one for production.
 */
public interface Kernel {

  /**
   * The monotonic clock, in nanoseconds from an arbitrary origin. The value may be negative and may
   * wrap around: compare two of them by subtraction only.
   *
   * @return the present time
   */
  long nanoTime();

  /**
   * Runs a task once, at or soon after a point in time. The task runs on the kernel's one timer
   * thread and must neither block nor call a user's code; hand such work to {@link #execute}.
   *
   * @param atNanos when, on this kernel's clock; a time that has passed means as soon as possible
   * @param task what to run
   * @return the handle to take it back with
   */
  Cancellable schedule(long atNanos, Runnable task);

  /**
   * Draws the next number of this kernel's own random stream.
   *
   * @return 64 uniformly distributed bits
   */
  long random();

  /**
   * Runs a task soon, on a thread on which a user's code may run: the continuation of an
   * asynchronous call, a synthetic probe.
   *
   * @param task what to run
   * @throws java.util.concurrent.RejectedExecutionException if it cannot be taken
   */
  void execute(Runnable task);

  /**
   * Runs a task soon that may block for as long as a call does: a blocking attempt beside the one
   * on the caller's own thread.
   *
   * @param task what to run
   * @throws java.util.concurrent.RejectedExecutionException if it cannot be taken
   */
  default void executeBlocking(Runnable task) {
    execute(task);
  }

  /**
   * Blocks the calling thread until a point in time.
   *
   * @param atNanos until when, on this kernel's clock; a time that has passed returns at once
   * @throws InterruptedException if the thread is interrupted before or while it waits
   */
  void sleepUntil(long atNanos) throws InterruptedException;

  /**
   * Blocks the calling thread until a point in time, or until it is woken: whoever makes the
   * condition true calls {@link LockSupport#unpark} for this thread after that.
   *
   * @param atNanos until when, on this kernel's clock; a time that has passed returns at once
   * @param woken the condition; cheap and without effect
   * @throws InterruptedException if the thread is interrupted before or while it waits
   */
  default void parkUntil(long atNanos, BooleanSupplier woken) throws InterruptedException {
    Thread thread = Thread.currentThread();
    Cancellable timer = schedule(atNanos, () -> LockSupport.unpark(thread));
    try {
      for (; ; ) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        if (woken.getAsBoolean() || atNanos - nanoTime() <= 0) {
          return;
        }
        LockSupport.park(this);
      }
    } finally {
      timer.cancel();
    }
  }

  /**
   * The last time this process is known to have stood still, up to the present. Asked on the way
   * out of calls: must be quick.
   *
   * @param nowNanos the present time on this kernel's clock
   * @return null if none is known, as for a kernel that does not look for it
   */
  default @Nullable Standstill standstill(long nowNanos) {
    return null;
  }

  /**
   * The kernel every pipeline uses unless it is given another one.
   *
   * @return the shared kernel of this class loader
   */
  static SystemKernel system() {
    return SystemKernel.SHARED;
  }
}
