package dev.evenkeel.benchmarks.cases;

import io.smallrye.faulttolerance.api.CircuitBreakerMaintenance;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.faulttolerance.api.TypedGuard;
import jakarta.enterprise.util.TypeLiteral;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** SmallRye's guard around a call. */
public class SmallRyeCall {

  static final String BREAKER = "benchmark";

  final Dependency dependency = new Dependency();
  final TypedGuard<String> guard;
  final Callable<String> guarded;

  SmallRyeCall(UnaryOperator<TypedGuard.Builder<String>> policies) {
    guard = policies.apply(TypedGuard.create(String.class)).build();
    guarded = guard.adaptCallable(dependency::answer);
  }

  final String call() throws Exception {
    return guarded.call();
  }

  static void verifyClosed() {
    verifyState(CircuitBreakerState.CLOSED);
  }

  static void verifyState(CircuitBreakerState expected) {
    CircuitBreakerState state = CircuitBreakerMaintenance.get().currentState(BREAKER);
    Verify.that(state == expected, "the breaker is " + expected + ": " + state);
  }

  static <T> TypedGuard.Builder<T> breaker(TypedGuard.Builder<T> guard) {
    return guard
        .withCircuitBreaker()
        .name(BREAKER)
        .requestVolumeThreshold(Settings.WINDOW)
        .failureRatio(0.5)
        .delay(Settings.OPEN.toHours(), ChronoUnit.HOURS)
        .done();
  }

  static <T> TypedGuard.Builder<T> retry(TypedGuard.Builder<T> guard) {
    return guard.withRetry().maxRetries(Settings.ATTEMPTS - 1).done();
  }

  static <T> TypedGuard.Builder<T> timeout(TypedGuard.Builder<T> guard) {
    return guard
        .withTimeout()
        .duration(Settings.TIMEOUT.toMillis(), ChronoUnit.MILLIS)
        .done();
  }

  static <T> TypedGuard.Builder<T> bulkhead(TypedGuard.Builder<T> guard) {
    return guard.withBulkhead().limit(Settings.CONCURRENT_CALLS).done();
  }

  static TypedGuard.Builder<String> fullStackWithoutTimeout(TypedGuard.Builder<String> guard) {
    return fullStackWithoutTimeout(guard, () -> Settings.FALLBACK);
  }

  static TypedGuard.Builder<String> fullStack(TypedGuard.Builder<String> guard) {
    return timeout(fullStackWithoutTimeout(guard));
  }

  static TypedGuard<CompletionStage<String>> fullStackOfStages() {
    TypedGuard.Builder<CompletionStage<String>> guard =
        TypedGuard.create(new TypeLiteral<CompletionStage<String>>() {});
    return timeout(fullStackWithoutTimeout(
            guard, () -> CompletableFuture.completedFuture(Settings.FALLBACK)))
        .build();
  }

  private static <T> TypedGuard.Builder<T> fullStackWithoutTimeout(
      TypedGuard.Builder<T> guard, Supplier<T> fallback) {
    return bulkhead(breaker(retry(guard))).withFallback().handler(fallback).done();
  }
}
