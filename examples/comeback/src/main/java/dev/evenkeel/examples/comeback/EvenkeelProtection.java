package dev.evenkeel.examples.comeback;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Retry;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Evenkeel as it comes: its defaults, nothing tuned. The total timeout is all that three attempts
 * can take.
 */
final class EvenkeelProtection implements Protection {

  final Pipeline pipeline = Pipeline.of(
      "service",
      Timeout.total(Duration.ofSeconds(4)),
      Timeout.ofMillis(1000),
      Retry.jittered(3),
      CircuitBreaker.standard());

  @Override
  public CompletionStage<Integer> call(Supplier<CompletionStage<Integer>> attempt) {
    return pipeline.callAsync(attempt);
  }
}
