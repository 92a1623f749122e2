package dev.evenkeel.examples.comeback;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Retry;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Evenkeel as it comes: its defaults, nothing tuned. */
final class EvenkeelProtection implements Protection {

  private final Pipeline pipeline =
      Pipeline.of("service", Timeout.ofMillis(1000), Retry.jittered(3), CircuitBreaker.standard());

  @Override
  public CompletionStage<Integer> call(Supplier<CompletionStage<Integer>> attempt) {
    return pipeline.callAsync(attempt);
  }
}
