package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** From the moment on in which a caller has given a call up, no attempt of it starts. */
class GivenUpTest {

  private static final long DELAY_NANOS = 5_000_000;

  private final ManualKernel kernel = new ManualKernel(0);
  private final AtomicInteger attempts = new AtomicInteger();

  private CompletionStage<String> failing() {
    attempts.incrementAndGet();
    return CompletableFuture.failedFuture(new IllegalStateException("down"));
  }

  private CompletionStage<String> pending() {
    attempts.incrementAndGet();
    return new CompletableFuture<>();
  }

  @Test
  void whatDependsOnTheFuture_letsTheWaitForTheNextAttemptEnd() {
    Pipeline pipeline =
        Pipeline.builder("p").kernel(kernel).policies(new StubDriver(3)).build();
    CompletableFuture<String> call = pipeline.callAsync(this::failing);
    CompletableFuture<Void> dependent =
        call.handle((result, failure) -> kernelGoesOn(StubDriver.WAIT_NANOS));

    assertThat(call.cancel(true)).isTrue();

    assertThat(dependent).isCompleted();
    assertThat(attempts).hasValue(1);
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void whatDependsOnTheFuture_letsTheDelayOfAHedgeEnd() {
    Pipeline pipeline = Pipeline.builder("p")
        .kernel(kernel)
        .policies(Timeout.ofMillis(60_000), new StubHedge(DELAY_NANOS, 1))
        .build();
    CompletableFuture<String> call = pipeline.callAsync(this::pending);
    CompletableFuture<Void> dependent = call.handle((result, failure) -> kernelGoesOn(DELAY_NANOS));

    assertThat(call.cancel(true)).isTrue();

    assertThat(dependent).isCompleted();
    assertThat(attempts).hasValue(1);
    assertThat(kernel.armedTimers()).isZero();
  }

  private Void kernelGoesOn(long nanos) {
    kernel.advance(nanos);
    return null;
  }

  @Test
  void betweenTheEndOfTheWaitAndTheThreadThatGoesOn() {
    Queue<Runnable> tasks = new ArrayDeque<>();
    Pipeline pipeline = Pipeline.builder("p")
        .kernel(kernel)
        .executor(tasks::add)
        .policies(new StubDriver(3))
        .build();
    CompletableFuture<String> call = pipeline.callAsync(this::failing);
    kernel.advance(StubDriver.WAIT_NANOS);
    assertThat(tasks).hasSize(1);

    call.cancel(true);
    tasks.forEach(Runnable::run);

    assertThat(attempts).hasValue(1);
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void whoeverCompletesTheFuture_decidesHowItEnds() {
    Pipeline pipeline = Pipeline.builder("p")
        .kernel(kernel)
        .policies(Fallback.of(failure -> "fallback"), new StubDriver(3))
        .build();

    CompletableFuture<String> cancelled = pipeline.callAsync(this::pending);
    assertThat(cancelled.cancel(true)).isTrue();
    CompletableFuture<String> completed = pipeline.callAsync(this::pending);
    assertThat(completed.complete("mine")).isTrue();
    CompletableFuture<String> failed = pipeline.callAsync(this::pending);
    assertThat(failed.completeExceptionally(new TimeoutException("mine"))).isTrue();

    assertThat(cancelled).isCancelled();
    assertThat(completed).isCompletedWithValue("mine");
    assertThat(failed.handle((result, failure) -> failure))
        .isCompletedWithValueMatching(failure ->
            failure instanceof TimeoutException && !(failure instanceof CancellationException));
    assertThat(attempts).hasValue(3);
  }
}
