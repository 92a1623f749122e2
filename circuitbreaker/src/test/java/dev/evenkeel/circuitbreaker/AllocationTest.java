package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.evenkeel.core.CheckedSupplier;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Fallback;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Retry;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * What a call that succeeds costs the garbage collector, through the full stack. The figures are
 * this thread's own, so whatever else the machine does meanwhile has no part in them. They are
 * averages: the thread holds its spare frame by a weak reference, and each collection may cost it
 * one.
 */
class AllocationTest {

  private static final int CALLS = 100_000;
  private static final int ROUNDS = 5;

  /** Rounded up from 0 on 25, for a frame that a collection took. */
  private static final double BLOCKING_BYTES = Runtime.version().feature() >= 25 ? 0.1 : 24;

  private static final double COMPLETED_STAGE_BYTES = 120;

  /** The stage itself and what waits for it, 112 bytes, are the caller's and the JDK's. */
  private static final double PENDING_STAGE_BYTES = 800;

  /** A result of a call that is there already. */
  private static final CompletableFuture<String> ANSWER = CompletableFuture.completedFuture("here");

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** With a timeout that is enforced and does not pass here. */
  private final Pipeline fullStack = Pipeline.of(
      "full-stack",
      Fallback.to("fallback"),
      Retry.jittered(3),
      CircuitBreaker.standard(),
      ConcurrencyLimit.of(100),
      Timeout.of(Duration.ofMinutes(1)));

  private int answered;

  private CompletableFuture<String> pending = new CompletableFuture<>();

  /** Lets each future escape, as a user's own code would: the compiler cannot do without it. */
  private volatile CompletableFuture<String> lastFuture = ANSWER;

  @Test
  void blockingCallThatSucceeds_costsTheCollectorNothing() {
    CheckedSupplier<String, RuntimeException> call = () -> "here";
    double bytes = bytesPerCall(() -> {
      if (fullStack.call(call).equals("here")) {
        answered++;
      }
    });
    System.out.printf("blocking, full stack: %.3f B a call%n", bytes);
    assertThat(bytes).as("bytes a call").isLessThanOrEqualTo(BLOCKING_BYTES);
  }

  @Test
  void completedStage_costsTheCollectorLittle() {
    Supplier<CompletionStage<String>> call = () -> ANSWER;
    double bytes = bytesPerCall(() -> {
      lastFuture = fullStack.callAsync(call);
      if (lastFuture.getNow("late").equals("here")) {
        answered++;
      }
    });
    System.out.printf("completed stage, full stack: %.3f B a call%n", bytes);
    assertThat(bytes).as("bytes a call").isLessThanOrEqualTo(COMPLETED_STAGE_BYTES);
  }

  @Test
  void pendingStage_costsTheCollectorNoPaddingForAFrameThatIsNotKept() {
    Supplier<CompletionStage<String>> call = () -> pending = new CompletableFuture<>();
    double bytes = bytesPerCall(() -> {
      lastFuture = fullStack.callAsync(call);
      pending.complete("here");
      if (lastFuture.getNow("late").equals("here")) {
        answered++;
      }
    });
    System.out.printf("pending stage, full stack: %.3f B a call%n", bytes);
    assertThat(bytes).as("bytes a call").isLessThanOrEqualTo(PENDING_STAGE_BYTES);
  }

  /** The least of some rounds: what the just-in-time compiler has not reached yet is no target. */
  private double bytesPerCall(Runnable call) {
    double least = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < CALLS; i++) {
        call.run();
      }
      long after = THREADS.getCurrentThreadAllocatedBytes();
      least = Math.min(least, (double) (after - before) / CALLS);
    }
    assertThat(answered).as("calls that were answered").isEqualTo(ROUNDS * CALLS);
    return least;
  }
}
