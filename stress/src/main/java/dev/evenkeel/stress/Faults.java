package dev.evenkeel.stress;

import dev.evenkeel.core.Kernel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A dependency with faults of all kinds; most numbers stand for none. */
final class Faults {

  private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(20); // as the timeout
  private static final CountDownLatch NEVER = new CountDownLatch(1);

  private Faults() {}

  static String blocking(int fault) throws Exception {
    if (fault < 40) {
      throw new IllegalStateException("failed");
    } else if (fault < 45) {
      NEVER.await(SLOW_NANOS, TimeUnit.NANOSECONDS);
    } else if (fault < 48) {
      NEVER.await();
    } else if (fault < 50) {
      NEVER.await(LATE_NANOS, TimeUnit.NANOSECONDS);
    } else if (fault < 52) {
      throw new StackOverflowError("failed badly");
    } else if (fault < 54) {
      Thread.currentThread().interrupt();
      NEVER.await();
    } else if (fault < 56) {
      Thread.currentThread().interrupt();
    }
    return "answer";
  }

  static CompletableFuture<String> async(int fault, Kernel kernel) {
    CompletableFuture<String> stage = new CompletableFuture<>();
    if (fault < 30) {
      stage.completeExceptionally(new IllegalStateException("failed"));
    } else if (fault < 40) {
      kernel.execute(() -> stage.completeExceptionally(new IllegalStateException("failed")));
    } else if (fault < 45) {
      kernel.schedule(kernel.nanoTime() + SLOW_NANOS, () -> stage.complete("answer"));
    } else if (fault < 48) {
      return stage; // which hangs
    } else if (fault < 50) {
      kernel.schedule(kernel.nanoTime() + LATE_NANOS, () -> stage.complete("answer"));
    } else if (fault < 52) {
      throw new StackOverflowError("failed badly");
    } else if (fault < 54) {
      stage.cancel(true);
    } else if (fault % 2 == 0) {
      kernel.execute(() -> stage.complete("answer"));
    } else {
      stage.complete("answer");
    }
    return stage;
  }
}
