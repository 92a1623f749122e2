package dev.evenkeel.benchmarks.cases;

import dev.failsafe.Bulkhead;
import dev.failsafe.CircuitBreaker;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.Fallback;
import dev.failsafe.Policy;
import dev.failsafe.RetryPolicy;
import dev.failsafe.Timeout;
import dev.failsafe.function.CheckedSupplier;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Failsafe's executor and what it calls. */
public class FailsafeCall {

  final Dependency dependency = new Dependency();
  final CheckedSupplier<String> call = dependency::answer;
  final CheckedSupplier<CompletionStage<String>> stage = dependency::completedStage;
  final FailsafeExecutor<String> executor;

  FailsafeCall(List<Policy<String>> outermostFirst) {
    executor = Failsafe.with(outermostFirst);
  }

  final String call() {
    return executor.get(call);
  }

  final CompletableFuture<String> callAsync() {
    return executor.getStageAsync(stage);
  }

  final void verifyClosed() {
    for (Policy<String> policy : executor.getPolicies()) {
      if (policy instanceof CircuitBreaker<?> breaker) {
        Verify.that(breaker.isClosed(), "the breaker is closed");
        Verify.that(
            breaker.getExecutionCount() >= Settings.WINDOW, "calls went through its window");
        return;
      }
    }
    throw new IllegalStateException("no breaker");
  }

  static CircuitBreaker<String> breaker() {
    return CircuitBreaker.<String>builder()
        .withFailureThreshold(Settings.WINDOW / 2, Settings.WINDOW)
        .withDelay(Settings.OPEN)
        .build();
  }

  static RetryPolicy<String> retry() {
    return RetryPolicy.<String>builder().withMaxAttempts(Settings.ATTEMPTS).build();
  }

  static Timeout<String> timeout() {
    return Timeout.<String>builder(Settings.TIMEOUT).withInterrupt().build();
  }

  static List<Policy<String>> fullStackWithoutTimeout() {
    return List.of(
        Fallback.of(Settings.FALLBACK), retry(), breaker(), Bulkhead.of(Settings.CONCURRENT_CALLS));
  }

  static List<Policy<String>> fullStack() {
    return List.of(
        Fallback.of(Settings.FALLBACK),
        retry(),
        breaker(),
        Bulkhead.of(Settings.CONCURRENT_CALLS),
        timeout());
  }
}
