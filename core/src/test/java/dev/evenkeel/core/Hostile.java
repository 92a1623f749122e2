package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What tests with real threads and hostile code have in common. Nothing in it waits without a
 * bound.
 */
final class Hostile {

  static final long BOUND_SECONDS = 20;

  private Hostile() {}

  /** Runs code of which nobody minds what it throws. */
  static void quietly(CheckedRunnable<?> code) {
    Throwable unused = catchThrowable(code::run);
  }

  /** Runs code on a thread of its own and drops what it throws. */
  static Thread start(CheckedRunnable<?> code) {
    return start(new Thread(() -> quietly(code)));
  }

  static Thread start(Thread thread) {
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  static void join(Thread thread) throws InterruptedException {
    thread.join(TimeUnit.SECONDS.toMillis(BOUND_SECONDS));
    assertThat(thread.isAlive()).as("still runs").isFalse();
  }

  static ExecutorService daemons() {
    return Executors.newCachedThreadPool(task -> {
      Thread thread = new Thread(task);
      thread.setDaemon(true);
      return thread;
    });
  }

  /**
   * Returns when another thread is with the task: an attempt there has begun before its time is
   * over.
   */
  static Executor thatBegins(Executor threads) {
    return task -> {
      CountDownLatch begun = new CountDownLatch(1);
      threads.execute(() -> {
        begun.countDown();
        task.run();
      });
      await("a thread to spare", () -> begun.getCount() == 0);
    };
  }

  /** Whether the process stood still since then, so that timeouts are no evidence. */
  static boolean stoodStill(Kernel kernel, long sinceNanos) {
    long now = kernel.nanoTime();
    Standstill last = kernel.standstill(now);
    return last != null && last.nanosWithin(sinceNanos, now) > 0;
  }

  /** Waits until a kernel's timer has seen to all that is due by then. */
  static void awaitTimer(Kernel kernel, long millis) {
    for (long more = millis; more > 0; more = more > 1 ? 1 : 0) {
      CountDownLatch rang = new CountDownLatch(1);
      Cancellable unused = kernel.schedule(kernel.nanoTime() + more * 1_000_000, rang::countDown);
      await("the timer", () -> rang.getCount() == 0);
    }
  }

  /**
   * They are timeouts, unless the machine was so busy that the process stood still: then they are
   * no evidence, and are not retried.
   */
  static void assertTimeouts(RecordingGate gate, int count, Kernel kernel, long sinceNanos) {
    boolean stoodStill = stoodStill(kernel, sinceNanos);
    assertThat(gate.verdicts)
        .as("stood still: " + stoodStill)
        .hasSizeLessThanOrEqualTo(count)
        .hasSizeGreaterThanOrEqualTo(stoodStill ? 1 : count)
        .allMatch(
            verdict -> verdict == Verdict.TIMEOUT || (stoodStill && verdict == Verdict.CANCELLED));
  }

  /** Uses the processor and ignores interrupts. */
  static void busy(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
  }

  /**
   * Goes on after its interrupt, however late that comes, and leaves the flag as it is.
   *
   * @param millis for how long
   */
  static void outliveInterrupt(long millis) {
    long bound = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
    while (!Thread.currentThread().isInterrupted()) {
      assertThat(System.nanoTime() - bound).as("not interrupted").isNegative();
      Thread.onSpinWait();
    }
    busy(millis);
  }

  /** Waits, and ends with an interrupt. */
  static void hang() throws InterruptedException {
    assertThat(new CountDownLatch(1).await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  /** Waits for a latch, and ignores interrupts, as a socket's read on a platform thread does. */
  static void hangDeaf(CountDownLatch end) {
    long bound = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
    while (end.getCount() > 0 && System.nanoTime() - bound < 0) {
      Throwable interrupted = catchThrowable(() -> end.await(1, TimeUnit.SECONDS));
      if (interrupted instanceof Error error) {
        throw error;
      }
    }
  }

  /** Throws anything. */
  static void sneak(Throwable failure) {
    Hostile.<RuntimeException>throwAs(failure);
  }

  @SuppressWarnings("unchecked")
  private static <X extends Throwable> void throwAs(Throwable failure) throws X {
    throw (X) failure;
  }

  static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
    while (!condition.getAsBoolean() && System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
    assertThat(condition.getAsBoolean()).as(what).isTrue();
  }

  /** Waits until a thread waits. */
  static void awaitBlocked(Thread thread) {
    await(
        "blocked",
        () -> thread.getState() == Thread.State.WAITING
            || thread.getState() == Thread.State.TIMED_WAITING
            || thread.getState() == Thread.State.BLOCKED);
  }

  /** Makes an asynchronous call of which nobody keeps the future. */
  static <T> CompletableFuture<T> call(Pipeline pipeline, Supplier<CompletableFuture<T>> source) {
    return pipeline.callAsync(source);
  }

  static Throwable failureOf(CompletableFuture<?> call) {
    Throwable failure = catchThrowable(() -> call.get(BOUND_SECONDS, TimeUnit.SECONDS));
    return failure.getCause() == null ? failure : failure.getCause();
  }

  /** A call with a timeout on this kernel still ends in time, blocking and asynchronous. */
  static void assertTimeoutsAreKept(Kernel kernel) {
    Pipeline other =
        Pipeline.builder("other").kernel(kernel).policies(Timeout.ofMillis(50)).build();
    long begin = System.nanoTime();
    assertThat(catchThrowable(() -> other.run(Hostile::hang)))
        .as("blocking")
        .isInstanceOf(CallTimeoutException.class);
    assertThat(failureOf(other.callAsync(CompletableFuture::new)))
        .as("asynchronous")
        .isInstanceOf(CallTimeoutException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .as("two timeouts of 50 ms, on a machine that may be busy")
        .isLessThan(Duration.ofSeconds(5));
  }
}
