package dev.evenkeel.examples.comeback;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.retry.Retry;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/**
 * Resilience4j as it comes: its default breaker inside its default retry, nothing tuned. The
 * breaker opens at 50 % failures of the last 100 calls, waits 60 s, lets 10 calls through and then
 * everything.
 */
final class Resilience4jDefaults implements Protection {

  private final CircuitBreaker breaker = CircuitBreaker.ofDefaults("service");
  private final Retry retry = Retry.ofDefaults("service");
  private final ScheduledExecutorService timer;

  Resilience4jDefaults(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  @Override
  public CompletionStage<Integer> call(Supplier<CompletionStage<Integer>> attempt) {
    return Retry.decorateCompletionStage(
            retry, timer, CircuitBreaker.decorateCompletionStage(breaker, attempt))
        .get();
  }
}
