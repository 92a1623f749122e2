package dev.evenkeel.circuitbreaker;

import io.github.resilience4j.circuitbreaker.CircuitBreaker.Metrics;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One closed period of the breaker: a Resilience4j breaker of its own, so that a verdict from an
 * earlier period cannot reach this one's window. Only what decides when to trip is taken from the
 * user's configuration. Predicates are evaluated outside, under guard, and nothing of
 * Resilience4j's open and half-open states is used.
 */
final class Trip {

  private static final long FIXED_POINT = 1;

  final long epoch;
  private final io.github.resilience4j.circuitbreaker.CircuitBreaker breaker;
  private final GivenClock clock;
  private final boolean timeBased;
  private final int windowSize;
  private final long slowNanos;
  private final AtomicInteger quickSuccesses = new AtomicInteger();
  private final AtomicLong version =
      new AtomicLong(); // its lowest bit: the window is at the fixed point

  Trip(long epoch, CircuitBreakerConfig config, long originNanos, long nowNanos) {
    this.epoch = epoch;
    clock = new GivenClock(originNanos, nowNanos);
    timeBased = config.getSlidingWindowType() == SlidingWindowType.TIME_BASED;
    windowSize = config.getSlidingWindowSize();
    slowNanos = config.getSlowCallDurationThreshold().toNanos();
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

  /**
   * Records a success. A full count window without a failure or a slow call in it is a fixed point:
   * one more quick success changes nothing, so nothing is written.
   */
  void onSuccess(long durationNanos, long nowNanos) {
    boolean slow = durationNanos > slowNanos;
    if (slow) {
      leaveFixedPoint();
    } else if (isFixedPoint()) {
      return;
    }
    tell(nowNanos);
    breaker.onSuccess(durationNanos, TimeUnit.NANOSECONDS);
    if (slow) {
      leaveFixedPoint();
    } else if (!timeBased && quickSuccesses.incrementAndGet() >= windowSize) {
      lookForFixedPoint();
    }
  }

  void onError(long durationNanos, Throwable failure, long nowNanos) {
    leaveFixedPoint();
    tell(nowNanos);
    breaker.onError(durationNanos, TimeUnit.NANOSECONDS, failure);
    leaveFixedPoint();
  }

  private boolean isFixedPoint() {
    return (version.get() & FIXED_POINT) != 0;
  }

  /**
   * Before and after a record that is no quick success, so that whoever looks at the window
   * meanwhile looks in vain.
   */
  private void leaveFixedPoint() {
    quickSuccesses.set(0);
    version.updateAndGet(current -> (current + 2) & ~FIXED_POINT);
  }

  private void lookForFixedPoint() {
    long before = version.get();
    WindowFigures figures = figures();
    if (figures.bufferedCalls() == windowSize
        && figures.failedCalls() == 0
        && figures.slowCalls() == 0) {
      version.compareAndSet(before, before | FIXED_POINT);
    } else {
      quickSuccesses.set(0);
    }
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
