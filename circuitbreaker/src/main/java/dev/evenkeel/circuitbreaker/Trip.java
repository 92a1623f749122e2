package dev.evenkeel.circuitbreaker;

import io.github.resilience4j.circuitbreaker.CircuitBreaker.Metrics;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

/**
 * One closed period of the breaker: a Resilience4j breaker of its own, so that a verdict from an
 * earlier period cannot reach this one's window. Only what decides when to trip is taken from the
 * user's configuration. Predicates are evaluated outside, under guard, and nothing of
 * Resilience4j's open and half-open states is used.
 */
final class Trip {

  final long epoch;
  private final io.github.resilience4j.circuitbreaker.CircuitBreaker breaker;
  private final GivenClock clock;
  private final boolean timeBased;

  Trip(long epoch, CircuitBreakerConfig config, long originNanos, long nowNanos) {
    this.epoch = epoch;
    clock = new GivenClock(originNanos, nowNanos);
    timeBased = config.getSlidingWindowType() == SlidingWindowType.TIME_BASED;
    breaker = io.github.resilience4j.circuitbreaker.CircuitBreaker.of(
        "evenkeel", tripping(config, clock).build());
  }

  /** The part of a configuration that decides about tripping, without the predicates. */
  static CircuitBreakerConfig.Builder tripping(CircuitBreakerConfig config, Clock clock) {
    // The lock-free time window reads a wall clock of its own, whatever clock it is given.
    SlidingWindowSynchronizationStrategy strategy =
        config.getSlidingWindowType() == SlidingWindowType.TIME_BASED
            ? SlidingWindowSynchronizationStrategy.SYNCHRONIZED
            : config.getSlidingWindowSynchronizationStrategy();
    return CircuitBreakerConfig.custom()
        .slidingWindow(
            config.getSlidingWindowSize(),
            config.getMinimumNumberOfCalls(),
            config.getSlidingWindowType(),
            strategy)
        .failureRateThreshold(config.getFailureRateThreshold())
        .slowCallRateThreshold(config.getSlowCallRateThreshold())
        .slowCallDurationThreshold(config.getSlowCallDurationThreshold())
        .clock(clock);
  }

  void onSuccess(long durationNanos, long nowNanos) {
    tell(nowNanos);
    breaker.onSuccess(durationNanos, TimeUnit.NANOSECONDS);
  }

  void onError(long durationNanos, Throwable failure, long nowNanos) {
    tell(nowNanos);
    breaker.onError(durationNanos, TimeUnit.NANOSECONDS, failure);
  }

  /** Moves the time of a time window. */
  void tell(long nowNanos) {
    if (timeBased) {
      clock.set(nowNanos);
    }
  }

  boolean hasTripped() {
    return breaker.getState() == State.OPEN;
  }

  WindowFigures figures() {
    return figuresOf(breaker);
  }

  static WindowFigures figuresOf(io.github.resilience4j.circuitbreaker.CircuitBreaker breaker) {
    Metrics metrics = breaker.getMetrics();
    return new WindowFigures(
        metrics.getFailureRate(),
        metrics.getSlowCallRate(),
        metrics.getNumberOfBufferedCalls(),
        metrics.getNumberOfFailedCalls(),
        metrics.getNumberOfSlowCalls());
  }
}
