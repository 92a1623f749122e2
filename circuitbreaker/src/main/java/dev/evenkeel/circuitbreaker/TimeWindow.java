package dev.evenkeel.circuitbreaker;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A time window, which decides as Resilience4j's does (the differential test compares them): the
 * last whole seconds and the present one, judged after each call. Quick successes, which are nearly
 * all, are counted in stripes without a lock. They can only trip it by making the calls enough, or
 * because older ones have left the window; only then, and only while it holds a failure or a slow
 * call, does one lead to a judgement.
 */
final class TimeWindow extends ClosedWindow {

  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final int seconds;
  private final int minimumCalls;
  private final long originNanos;
  private final SecondCounts quick;

  // By second, modulo their number: the calls that failed or were slow. Guarded by this.
  private final int[] second;
  private final int[] calls;
  private final int[] failures;
  private final int[] slowCalls;

  /** The quick successes of the window before the second judged last. Guarded by this. */
  private long quickBefore;

  /** The last second in which the window still holds a failure or a slow call. */
  private volatile int judgedUntil = -1;

  private volatile int judgedAt = -1;
  private volatile boolean enough;
  private volatile boolean tripped;
  private volatile int told;

  TimeWindow(
      long epoch,
      CircuitBreakerConfig config,
      ConsecutiveFailures.@Nullable Rule rowRule,
      long originNanos,
      long nowNanos) {
    super(epoch, config, rowRule, nowNanos);
    seconds = config.getSlidingWindowSize();
    minimumCalls = config.getMinimumNumberOfCalls();
    this.originNanos = originNanos;
    quick = new SecondCounts(seconds);
    second = new int[seconds];
    calls = new int[seconds];
    failures = new int[seconds];
    slowCalls = new int[seconds];
    told = secondOf(nowNanos);
  }

  private int secondOf(long nowNanos) {
    return (int) Math.max(0, (nowNanos - originNanos) / SECOND_NANOS);
  }

  @Override
  void onSuccess(long durationNanos, long nowNanos) {
    int now = secondOf(nowNanos);
    if (isSlow(durationNanos)) {
      record(false, true, now);
      return;
    }
    quick.add(now);
    // After the count: either this thread sees the failure that another one records meanwhile, or
    // that one's judgement sees this success.
    if (now <= judgedUntil && (now != judgedAt || !enough)) {
      judge(now);
    }
  }

  @Override
  void onError(long durationNanos, long nowNanos) {
    record(true, isSlow(durationNanos), secondOf(nowNanos));
  }

  private synchronized void record(boolean failed, boolean slow, int now) {
    int at = now % seconds;
    if (second[at] > now) {
      return; // so late that its second has left the window
    }
    if (second[at] < now) {
      second[at] = now;
      calls[at] = 0;
      failures[at] = 0;
      slowCalls[at] = 0;
    }
    calls[at]++;
    failures[at] += failed ? 1 : 0;
    slowCalls[at] += slow ? 1 : 0;
    judgedUntil = Math.max(judgedUntil, now + seconds - 1);
    judge(now);
  }

  private synchronized void judge(int now) {
    int latest = Math.max(now, judgedAt);
    if (now != judgedAt) { // a new second, or a call so late that it belongs to an old one
      quickBefore = quick.between(latest - seconds + 1, latest - 1);
      judgedAt = latest;
    }
    WindowFigures figures = figures(latest, quickBefore + quick.between(latest, latest));
    enough = figures.bufferedCalls() >= minimumCalls;
    if (enough
        && (figures.failureRate() >= failureRateThreshold
            || figures.slowCallRate() >= slowRateThreshold)) {
      tripped = true;
    }
  }

  /** A second has no end that a success could leave out. */
  @Override
  boolean isAtRest() {
    return false;
  }

  @Override
  boolean hasTripped() {
    return tripped;
  }

  @Override
  synchronized void decideAgain() {
    tripped = false;
  }

  @Override
  void tell(long nowNanos) {
    told = Math.max(told, secondOf(nowNanos));
  }

  @Override
  synchronized WindowFigures figures() {
    int now = Math.max(Math.max(told, judgedAt), quick.latest());
    return figures(now, quick.between(now - seconds + 1, now));
  }

  private WindowFigures figures(int now, long quickSuccesses) {
    int oldest = now - seconds + 1;
    long total = quickSuccesses;
    int failed = 0;
    int slow = 0;
    for (int at = 0; at < seconds; at++) {
      if (second[at] >= oldest) {
        total += calls[at];
        failed += failures[at];
        slow += slowCalls[at];
      }
    }
    boolean rated = total > 0 && total >= minimumCalls;
    return new WindowFigures(
        rated ? failed * 100.0f / total : -1,
        rated ? slow * 100.0f / total : -1,
        (int) Math.min(total, Integer.MAX_VALUE),
        failed,
        slow);
  }
}
