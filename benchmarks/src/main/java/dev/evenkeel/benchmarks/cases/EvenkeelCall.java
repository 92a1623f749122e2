package dev.evenkeel.benchmarks.cases;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CheckedSupplier;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Fallback;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.failback.Failback;
import dev.evenkeel.retry.Retry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A pipeline and what it calls. */
public class EvenkeelCall {

  final Dependency dependency = new Dependency();
  final CheckedSupplier<String, RuntimeException> call = dependency::answer;
  final Supplier<CompletionStage<String>> stage = dependency::completedStage;
  final Pipeline pipeline;

  EvenkeelCall(Policy... policies) {
    this(Pipeline.of("benchmark", policies));
  }

  EvenkeelCall(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  final String call() {
    return pipeline.call(call);
  }

  final CompletableFuture<String> callAsync() {
    return pipeline.callAsync(stage);
  }

  final void verifyClosedAndFull() {
    CircuitBreaker breaker = pipeline.policy(CircuitBreaker.class).orElseThrow();
    Verify.that(breaker.state().equals(GateState.CLOSED), "the breaker is closed");
    Verify.that(
        breaker.figures().bufferedCalls() >= Settings.WINDOW,
        "calls went through its window: " + breaker.figures());
  }

  /** Once tripped, it stays open while it is measured. */
  static CircuitBreaker openForLong() {
    Failback failback = Failback.builder()
        .minCooldown(Settings.OPEN)
        .maxCooldown(Settings.OPEN.multipliedBy(2))
        .build();
    return CircuitBreaker.of(Settings.countWindow(), failback);
  }

  static Policy[] fullStack() {
    return new Policy[] {
      Fallback.to(Settings.FALLBACK),
      Retry.jittered(Settings.ATTEMPTS),
      CircuitBreaker.of(Settings.countWindow()),
      ConcurrencyLimit.of(Settings.CONCURRENT_CALLS),
      Timeout.of(Settings.TIMEOUT)
    };
  }

  static Policy[] fullStackWithoutTimeout() {
    return new Policy[] {
      Fallback.to(Settings.FALLBACK),
      Retry.jittered(Settings.ATTEMPTS),
      CircuitBreaker.of(Settings.countWindow()),
      ConcurrencyLimit.of(Settings.CONCURRENT_CALLS)
    };
  }
}
