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
import org.jspecify.annotations.Nullable;

/**
 * One closed period of the breaker: a Resilience4j breaker of its own, so that a verdict from an
 * earlier period cannot reach this one's window. Only what decides when to trip is taken from the
 * user's configuration. Predicates are evaluated outside, under guard, and nothing of
 * Resilience4j's open and half-open states is used.
 *
 * <p>The success path writes next to nothing. A quick success does not move a full count window
 * without a failure or a slow call in it: that is a fixed point. And until the first failure or
 * slow call, successes are only counted, up to the window's size; Resilience4j's breaker is made
 * when it is needed, and told of them then.
 */
final class Trip {

  private static final long FIXED_POINT = 1;
  private static final int NONE_HELD_BACK = -1;

  /** Telling a window of a million calls at once would hold up the call that failed first. */
  private static final int MAX_HELD_BACK = 10_000;

  final long epoch;
  private final CircuitBreakerConfig config;
  private final GivenClock clock;
  private final boolean timeBased;
  private final int windowSize;
  private final long slowNanos;
  private final boolean slowCallsCount;
  private final AtomicInteger heldBack;
  private final AtomicInteger quickSuccesses = new AtomicInteger();
  private final AtomicLong version =
      new AtomicLong(); // its lowest bit: the window is at the fixed point

  private volatile io.github.resilience4j.circuitbreaker.@Nullable CircuitBreaker breaker;

  Trip(long epoch, CircuitBreakerConfig config, long originNanos, long nowNanos) {
    this.epoch = epoch;
    this.config = config;
    clock = new GivenClock(originNanos, nowNanos);
    timeBased = config.getSlidingWindowType() == SlidingWindowType.TIME_BASED;
    windowSize = config.getSlidingWindowSize();
    slowNanos = config.getSlowCallDurationThreshold().toNanos();
    slowCallsCount = slowCallsCount(config);
    heldBack = new AtomicInteger(timeBased || windowSize > MAX_HELD_BACK ? NONE_HELD_BACK : 0);
  }

  /** Resilience4j's defaults, that all calls take more than a minute, are taken for "not". */
  private static boolean slowCallsCount(CircuitBreakerConfig config) {
    return config.getSlowCallRateThreshold() < 100
        || config.getSlowCallDurationThreshold().toNanos()
            < TimeUnit.SECONDS.toNanos(CircuitBreakerConfig.DEFAULT_SLOW_CALL_DURATION_THRESHOLD);
  }

  private io.github.resilience4j.circuitbreaker.CircuitBreaker breaker() {
    io.github.resilience4j.circuitbreaker.CircuitBreaker present = breaker;
    return present != null ? present : makeBreaker();
  }

  private synchronized io.github.resilience4j.circuitbreaker.CircuitBreaker makeBreaker() {
    io.github.resilience4j.circuitbreaker.CircuitBreaker made = breaker;
    if (made == null) {
      int successes = heldBack.getAndSet(NONE_HELD_BACK);
      made = io.github.resilience4j.circuitbreaker.CircuitBreaker.of(
          "evenkeel", tripping(config, clock).build());
      for (int i = 0; i < successes; i++) {
        made.onSuccess(0, TimeUnit.NANOSECONDS);
      }
      breaker = made;
    }
    return made;
  }

  /** Counts a quick success instead of recording it. */
  private boolean holdBack() {
    for (; ; ) {
      int held = heldBack.get();
      if (held == NONE_HELD_BACK) {
        return false;
      }
      if (held >= windowSize || heldBack.compareAndSet(held, held + 1)) {
        return true;
      }
    }
  }

  /** Whether a success, however long it took, would change nothing. */
  boolean isAtRest() {
    return !slowCallsCount && isFixedPoint();
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
    } else if (holdBack() || isFixedPoint()) {
      return;
    }
    tell(nowNanos);
    breaker().onSuccess(durationNanos, TimeUnit.NANOSECONDS);
    if (slow) {
      leaveFixedPoint();
    } else if (!timeBased && quickSuccesses.incrementAndGet() >= windowSize) {
      lookForFixedPoint();
    }
  }

  void onError(long durationNanos, Throwable failure, long nowNanos) {
    leaveFixedPoint();
    tell(nowNanos);
    breaker().onError(durationNanos, TimeUnit.NANOSECONDS, failure);
    leaveFixedPoint();
  }

  private boolean isFixedPoint() {
    return heldBack.get() == windowSize || (version.get() & FIXED_POINT) != 0;
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
    io.github.resilience4j.circuitbreaker.CircuitBreaker present = breaker;
    return present != null && present.getState() == State.OPEN;
  }

  WindowFigures figures() {
    int held = heldBack.get();
    if (held == NONE_HELD_BACK) {
      return figuresOf(breaker());
    }
    boolean enough = held >= Math.min(config.getMinimumNumberOfCalls(), windowSize);
    return new WindowFigures(enough ? 0 : -1, enough ? 0 : -1, held, 0, 0);
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
