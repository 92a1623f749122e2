package dev.evenkeel.circuitbreaker;

import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A count window: a Resilience4j breaker of its own, of which nothing but the closed state is used.
 *
 * <p>The success path writes next to nothing. A quick success does not move a full window without a
 * failure or a slow call in it: that is a fixed point. And until the first failure or slow call,
 * successes are only counted, up to the window's size; Resilience4j's breaker is made when it is
 * needed, and told of them then.
 */
final class CountWindow extends ClosedWindow {

  private static final long FIXED_POINT = 1;
  private static final int NONE_HELD_BACK = -1;

  private final CircuitBreakerConfig config;
  private final int windowSize;
  private final AtomicInteger heldBack;
  private final AtomicInteger quickSuccesses = new AtomicInteger();
  private final AtomicLong version =
      new AtomicLong(); // its lowest bit: the window is at the fixed point

  private volatile io.github.resilience4j.circuitbreaker.@Nullable CircuitBreaker breaker;

  CountWindow(
      long epoch,
      CircuitBreakerConfig config,
      ConsecutiveFailures.@Nullable Rule rowRule,
      long nowNanos) {
    super(epoch, config, rowRule, nowNanos);
    this.config = config;
    windowSize = config.getSlidingWindowSize();
    heldBack = new AtomicInteger(windowSize > MOST_CARRIED_OVER ? NONE_HELD_BACK : 0);
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
          "evenkeel", tripping(config).build());
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

  @Override
  int room() {
    return Math.min(windowSize, MOST_CARRIED_OVER);
  }

  @Override
  boolean isAtRest() {
    return !countsSlowCalls() && isFixedPoint();
  }

  @Override
  void onSuccess(long durationNanos, long nowNanos) {
    boolean slow = isSlow(durationNanos);
    if (slow) {
      leaveFixedPoint();
    } else if (holdBack() || isFixedPoint()) {
      return;
    }
    breaker().onSuccess(durationNanos, TimeUnit.NANOSECONDS);
    if (slow) {
      leaveFixedPoint();
    } else if (quickSuccesses.incrementAndGet() >= windowSize) {
      lookForFixedPoint();
    }
  }

  @Override
  void onError(long durationNanos, long nowNanos) {
    leaveFixedPoint();
    breaker().onError(durationNanos, TimeUnit.NANOSECONDS, FAILED);
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

  @Override
  boolean hasTripped() {
    io.github.resilience4j.circuitbreaker.CircuitBreaker present = breaker;
    return present != null && present.getState() == State.OPEN;
  }

  /** Resilience4j's cannot but begin anew, with an empty window. */
  @Override
  synchronized void decideAgain() {
    io.github.resilience4j.circuitbreaker.CircuitBreaker present = breaker;
    if (present != null && present.getState() == State.OPEN) {
      leaveFixedPoint();
      present.transitionToClosedState();
      leaveFixedPoint();
    }
  }

  @Override
  WindowFigures figures() {
    int held = heldBack.get();
    if (held == NONE_HELD_BACK) {
      return figuresOf(breaker());
    }
    boolean enough = held >= Math.min(config.getMinimumNumberOfCalls(), windowSize);
    return new WindowFigures(enough ? 0 : -1, enough ? 0 : -1, held, 0, 0);
  }
}
