package dev.evenkeel.benchmarks.cases;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.decorators.Decorators;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.timelimiter.TimeLimiter;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Supplier;

/** Resilience4j's objects and how they are put around a call, once. */
public class Resilience4jCall {

  final Dependency dependency = new Dependency();
  final CircuitBreaker breaker = CircuitBreaker.of("benchmark", Settings.countWindow());
  final Retry retry = Retry.of("benchmark", Settings.resilience4jRetry());
  final Bulkhead bulkhead = Bulkhead.of(
      "benchmark",
      BulkheadConfig.custom().maxConcurrentCalls(Settings.CONCURRENT_CALLS).build());
  final TimeLimiter timeLimiter = TimeLimiter.of(Settings.TIMEOUT);

  Resilience4jCall() {}

  final Callable<String> fullStackWithoutTimeout() {
    return Decorators.<String>ofCallable(dependency::answer)
        .withBulkhead(bulkhead)
        .withCircuitBreaker(breaker)
        .withRetry(retry)
        .withFallback(failure -> Settings.FALLBACK)
        .decorate();
  }

  /** Its only timeout for a blocking call: the call runs on another thread. */
  final Callable<String> timed(ExecutorService executor) {
    return timed(executor, dependency::answer);
  }

  private Callable<String> timed(ExecutorService executor, Callable<String> call) {
    return TimeLimiter.decorateFutureSupplier(timeLimiter, () -> executor.submit(call));
  }

  final Callable<String> fullStack(ExecutorService executor) {
    return fullStack(executor, dependency::answer);
  }

  final Callable<String> fullStack(ExecutorService executor, Callable<String> call) {
    return Decorators.ofCallable(timed(executor, call))
        .withBulkhead(bulkhead)
        .withCircuitBreaker(breaker)
        .withRetry(retry)
        .withFallback(failure -> Settings.FALLBACK)
        .decorate();
  }

  final Supplier<CompletionStage<String>> fullStackAsync(
      Supplier<CompletionStage<String>> stage, ScheduledExecutorService scheduler) {
    return Decorators.ofCompletionStage(stage)
        .withTimeLimiter(timeLimiter, scheduler)
        .withBulkhead(bulkhead)
        .withCircuitBreaker(breaker)
        .withRetry(retry, scheduler)
        .withFallback(failure -> Settings.FALLBACK)
        .decorate();
  }

  final void verifyClosedAndFull() {
    Verify.that(breaker.getState() == CircuitBreaker.State.CLOSED, "the breaker is closed");
    Verify.that(
        breaker.getMetrics().getNumberOfBufferedCalls() >= Settings.WINDOW,
        "calls went through its window");
  }

  static ExecutorService pool() {
    return Executors.newFixedThreadPool(8, Threads::daemon);
  }

  /** At its best: by default cancelled timeouts stay in the queue until their time has come. */
  static ScheduledExecutorService scheduler() {
    ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, Threads::daemon);
    scheduler.setRemoveOnCancelPolicy(true);
    return scheduler;
  }
}
