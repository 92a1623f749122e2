package dev.evenkeel.circuitbreaker;

import dev.evenkeel.failback.Tolerance;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.Metrics;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One closed period of the breaker: a window of its own, so that a verdict from an earlier period
 * cannot reach this one's. It decides as Resilience4j's would; only what decides when to trip is
 * taken from the user's configuration, and predicates are evaluated outside, under guard.
 */
abstract class ClosedWindow {

  /** What Resilience4j's window is told: it looks at no failure, and so none of the user's. */
  @SuppressWarnings("StaticAssignmentOfThrowable") // it is never thrown
  static final Throwable FAILED = new IllegalStateException("the call failed");

  /** Where nothing has succeeded yet. Longer is slow, by Resilience4j's default. */
  private static final double MOST_TIME_TO_SUCCEED = 60e9;

  /** So many failures tell how long failures take of late. */
  private static final int LATE_CALLS = 16;

  /** So many calls have to have begun since, before their being well says anything. */
  private static final double LEAST_LATER_CALLS = 20;

  /** Telling a window of a million calls at once would take too long. */
  static final int MOST_CARRIED_OVER = 10_000;

  final long epoch;
  private final long beganNanos;
  private final LongAdder failures = new LongAdder();
  private final DoubleAdder failureNanos = new DoubleAdder();
  // What calls take of late that fail or are slow. About: a write that is lost is no matter.
  private final AtomicLongArray lateNanos = new AtomicLongArray(LATE_CALLS);
  private volatile long lateCalls;
  private final long slowNanos;
  private final boolean countsSlowCalls;
  final float failureRateThreshold; // percent, as Resilience4j's
  final float slowRateThreshold;
  private final double threshold; // of failures, 0 to 1
  private final @Nullable ConsecutiveFailures row;

  ClosedWindow(
      long epoch,
      CircuitBreakerConfig config,
      ConsecutiveFailures.@Nullable Rule rowRule,
      long nowNanos) {
    this.epoch = epoch;
    beganNanos = nowNanos;
    failureRateThreshold = config.getFailureRateThreshold();
    slowRateThreshold = config.getSlowCallRateThreshold();
    threshold = (double) failureRateThreshold / 100;
    row = rowRule == null ? null : new ConsecutiveFailures(rowRule);
    slowNanos = config.getSlowCallDurationThreshold().toNanos();
    countsSlowCalls = countsSlowCalls(config);
  }

  /** A new period. */
  static ClosedWindow of(
      long epoch,
      CircuitBreakerConfig config,
      ConsecutiveFailures.@Nullable Rule rowRule,
      long originNanos,
      long nowNanos) {
    return config.getSlidingWindowType() == SlidingWindowType.TIME_BASED
        ? new TimeWindow(epoch, config, rowRule, originNanos, nowNanos)
        : new CountWindow(epoch, config, rowRule, nowNanos);
  }

  /** Resilience4j's defaults, that all calls take more than a minute, are taken for "not". */
  private static boolean countsSlowCalls(CircuitBreakerConfig config) {
    return config.getSlowCallRateThreshold() < 100
        || config.getSlowCallDurationThreshold().toNanos()
            < TimeUnit.SECONDS.toNanos(CircuitBreakerConfig.DEFAULT_SLOW_CALL_DURATION_THRESHOLD);
  }

  /**
   * What such a period bears.
   *
   * @param waitSeconds how long a breaker of this configuration would just wait
   */
  static Tolerance tolerance(CircuitBreakerConfig config, double waitSeconds) {
    return new Tolerance(
        config.getFailureRateThreshold() / 100,
        config.getSlowCallRateThreshold() / 100,
        countsSlowCalls(config) ? config.getSlowCallDurationThreshold().toNanos() : Long.MAX_VALUE,
        waitSeconds);
  }

  final long beganNanos() {
    return beganNanos;
  }

  /**
   * Begins with the calls that another window holds, as if the slow ones and then the failures had
   * come last; if there are more than fit, in proportion.
   */
  final void carryOver(WindowFigures before, long nowNanos) {
    int calls = before.bufferedCalls();
    double part = Math.min(1, (double) room() / Math.max(1, calls));
    long failed = (long) (before.failedCalls() * part); // rather too few than a trip by rounding
    long slow = (long) (Math.min(before.slowCalls(), calls - before.failedCalls()) * part);
    long quick = Math.round(calls * part) - failed - slow;
    for (long i = 0; i < quick; i++) {
      onSuccess(0, nowNanos);
    }
    for (long i = 0; i < slow; i++) {
      onSuccess(slowNanos == Long.MAX_VALUE ? slowNanos : slowNanos + 1, nowNanos);
    }
    for (long i = 0; i < failed && !hasTripped(); i++) {
      onError(0, nowNanos);
    }
  }

  /** How many calls of another window it takes. */
  int room() {
    return MOST_CARRIED_OVER;
  }

  /** Whether it matters how long calls take. */
  final boolean countsSlowCalls() {
    return countsSlowCalls;
  }

  final boolean isSlow(long durationNanos) {
    return durationNanos > slowNanos;
  }

  final void succeeded(long durationNanos, long nowNanos) {
    onSuccess(durationNanos, nowNanos);
    if (countsSlowCalls && isSlow(durationNanos)) {
      tookLong(durationNanos);
    }
    if (row != null) {
      row.onSuccess();
    }
  }

  final void failed(long durationNanos, long nowNanos) {
    failed(1, durationNanos, nowNanos);
  }

  /**
   * A call failed.
   *
   * @param believed as how many failures the window takes it: none while it is in doubt, more than
   *     one if those before it were until now
   */
  final void failed(int believed, long durationNanos, long nowNanos) {
    for (int i = 0; i < believed && (i == 0 || !hasTripped()); i++) {
      onError(durationNanos, nowNanos);
    }
    failures.increment();
    failureNanos.add((double) durationNanos);
    tookLong(durationNanos);
    if (row != null) {
      row.onFailure(nowNanos);
    }
  }

  private void tookLong(long durationNanos) {
    long calls = lateCalls;
    lateNanos.setPlain(Math.floorMod(calls, LATE_CALLS), durationNanos);
    lateCalls = calls + 1;
  }

  /** What most of the latest ones took, whatever the others did. */
  private double lateNanos(int most) {
    long last = lateCalls;
    long[] nanos = new long[(int) Math.min(Math.min(most, LATE_CALLS), last)];
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] = lateNanos.getPlain(Math.floorMod(last - 1 - i, LATE_CALLS));
    }
    Arrays.sort(nanos);
    return nanos.length == 0 ? 0 : nanos[nanos.length / 2];
  }

  /** Whether a success, however long it took and whenever it ended, would change nothing. */
  final boolean ignoresSuccess() {
    return isAtRest() && (row == null || row.isAtRest());
  }

  /** Whether there is a reason to trip. */
  final boolean isDue() {
    return hasTripped() || (row != null && row.hasTripped());
  }

  /**
   * Whether its failures are too few to go by yet. They may come back at once and successes when
   * they are done, so in a period that has just begun most of what has ended has failed, whatever
   * the dependency does. Until calls have had the time to succeed, those count as good of which a
   * failure would be known by now.
   *
   * @param usualNanos how long a success takes; less than 0 if none has come yet
   * @param begun how many calls have begun in this period, less a share of those under way
   */
  final boolean isTooEarly(long nowNanos, double usualNanos, DoubleUnaryOperator begun) {
    double toSucceed = usualNanos >= 0 ? usualNanos : MOST_TIME_TO_SUCCEED;
    WindowFigures figures = figures();
    if (nowNanos - beganNanos >= 2 * toSucceed || isOverSlowThreshold(figures)) {
      return false;
    }
    double failed = (double) failures.sum();
    if (failed <= 0) {
      return false;
    }
    double untilFailed = failureNanos.sum() / failed / toSucceed;
    double known = begun.applyAsDouble(Math.min(1, untilFailed));
    double likelyGood = known - begun.applyAsDouble(1);
    // In the window or, which may be smaller than what is under way, in the whole period.
    if (likelyGood <= 0
        || failedLately(figures) >= threshold * (figures.bufferedCalls() + likelyGood)
        || failed >= threshold * known) {
      return false;
    }
    decideAgain();
    return true;
  }

  /** How many calls have begun lately. */
  interface BegunWithin {
    long calls(double nanos, long nowNanos);
  }

  /**
   * Whether its failures tell of a trouble that is over. Calls that began while a dependency hung
   * come back when their time is over, all at once, and perhaps a minute after it has returned. If
   * it still hung, the calls that began since would be under way.
   *
   * @param begunWithin how many calls have begun within so many nanoseconds; rather too few
   * @param underWay how many calls are under way
   */
  final boolean isTooLate(long nowNanos, BegunWithin begunWithin, double underWay) {
    boolean tripped = hasTripped();
    int judged = tripped || row == null ? LATE_CALLS : row.failures();
    double later = (double) begunWithin.calls(lateNanos(judged), nowNanos);
    double most = Math.min(threshold, countsSlowCalls ? slowRateThreshold / 100.0 : 1);
    if (later < LEAST_LATER_CALLS || underWay >= most * later) {
      return false;
    }
    if (tripped) {
      decideAgain();
    }
    if (row != null) {
      row.onSuccess();
    }
    return true;
  }

  private boolean isOverSlowThreshold(WindowFigures figures) {
    return countsSlowCalls && figures.slowCallRate() >= slowRateThreshold;
  }

  /** The window has tripped too early: it has not tripped. */
  abstract void decideAgain();

  /** Whether the window is full of slow calls rather than of failed ones. */
  final boolean isSlow() {
    WindowFigures figures = figures();
    return countsSlowCalls && figures.slowCallRate() > figures.failureRate();
  }

  /** Why to trip, with figures; null if there is no reason to. For the one call that trips. */
  final @Nullable String whyTripped() {
    if (hasTripped()) {
      WindowFigures figures = figures();
      return Math.round(figures.failureRate())
          + " % of "
          + figures.bufferedCalls()
          + " calls failed, "
          + Math.round(figures.slowCallRate())
          + " % were slow";
    }
    return row != null && row.hasTripped() ? row.toString() : null;
  }

  /** How many failures are a reason to trip, or would be part of one. */
  final int failedLately() {
    return failedLately(figures());
  }

  private int failedLately(WindowFigures figures) {
    return Math.max(figures.failedCalls(), row == null ? 0 : row.failures());
  }

  /** Tells the window. */
  abstract void onSuccess(long durationNanos, long nowNanos);

  /** Tells the window. */
  abstract void onError(long durationNanos, long nowNanos);

  /** Whether a success would not change the window. */
  abstract boolean isAtRest();

  /** Whether the window has reached its threshold. */
  abstract boolean hasTripped();

  abstract WindowFigures figures();

  /** Moves the time of a time window. */
  void tell(long nowNanos) {}

  /** The part of a configuration that decides about tripping, without the predicates. */
  static CircuitBreakerConfig.Builder tripping(CircuitBreakerConfig config) {
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
        .slowCallDurationThreshold(config.getSlowCallDurationThreshold());
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
