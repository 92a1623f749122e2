package dev.evenkeel.healthcheck;

import dev.evenkeel.core.Checks;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a check runs, how long it may take, and how many results change its state. Immutable.
 *
 * @param interval from the end of a run to the next, give or take 10 %; 1 ms or more, default 5 s
 * @param timeLimit after which a run counts as failed and is interrupted; 1 ms or more, default 1 s
 * @param rise how many good results in a row make a DOWN check UP; 1 to 100, default 2
 * @param fall how many bad results in a row make it DOWN, also from UNKNOWN; 1 to 100, default 3.
 *     While results contradict the state, runs follow each other after 1 s, so this takes seconds,
 *     not intervals.
 * @param maxInterval up to which the interval doubles while the check is DOWN; at least the
 *     interval, default 30 s (or the interval, if that is longer)
 * @param staleAfter when the last result is too old and the check UNKNOWN; at least an interval and
 *     a time limit; null (the default) for three intervals and a time limit. While the interval is
 *     backed off it is at least two of those.
 */
public record CheckTiming(
    Duration interval,
    Duration timeLimit,
    int rise,
    int fall,
    Duration maxInterval,
    @Nullable Duration staleAfter) {

  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofDays(1);

  private static final CheckTiming STANDARD = new CheckTiming(
      Duration.ofSeconds(5), Duration.ofSeconds(1), 2, 3, Duration.ofSeconds(30), null);

  /**
   * Checks the ranges.
   *
   * @param interval from the end of a run to the next
   * @param timeLimit after which a run counts as failed
   * @param rise how many good results in a row
   * @param fall how many bad results in a row
   * @param maxInterval up to which the interval doubles
   * @param staleAfter when a result is too old
   * @throws IllegalArgumentException if a value is out of its range
   */
  public CheckTiming {
    between("interval", interval, SHORTEST, LONGEST);
    between("timeLimit", timeLimit, SHORTEST, LONGEST);
    Checks.range("rise", rise, 1, 100);
    Checks.range("fall", fall, 1, 100);
    between("maxInterval", maxInterval, interval, LONGEST);
    if (staleAfter != null) {
      between("staleAfter", staleAfter, interval.plus(timeLimit), Checks.MAX_DURATION);
    }
  }

  private static void between(String field, @Nullable Duration value, Duration min, Duration max) {
    Duration given = Checks.notNull(field, value);
    if (given.compareTo(min) < 0 || given.compareTo(max) > 0) {
      throw new IllegalArgumentException(field + ": " + Checks.text(given) + " (expected: "
          + Checks.text(min) + " to " + Checks.text(max) + ")");
    }
  }

  /**
   * The defaults.
   *
   * @return every 5 s, 1 s at most, rise 2, fall 3, back off to 30 s
   */
  public static CheckTiming standard() {
    return STANDARD;
  }

  /**
   * Another interval.
   *
   * @param newInterval as {@link #interval()}; 1 ms to 1 day
   * @return a copy; its longest interval is raised if it would be shorter
   */
  public CheckTiming every(Duration newInterval) {
    Duration max = Checks.notNull("interval", newInterval).compareTo(maxInterval) > 0
        ? newInterval
        : maxInterval;
    return new CheckTiming(newInterval, timeLimit, rise, fall, max, staleAfter);
  }

  /**
   * Another time limit.
   *
   * @param newTimeLimit as {@link #timeLimit()}; 1 ms to 1 day
   * @return a copy
   */
  public CheckTiming within(Duration newTimeLimit) {
    return new CheckTiming(interval, newTimeLimit, rise, fall, maxInterval, staleAfter);
  }

  /**
   * Other counts of results in a row.
   *
   * @param newRise as {@link #rise()}; 1 to 100
   * @param newFall as {@link #fall()}; 1 to 100
   * @return a copy
   */
  public CheckTiming riseAndFall(int newRise, int newFall) {
    return new CheckTiming(interval, timeLimit, newRise, newFall, maxInterval, staleAfter);
  }

  /**
   * Another longest interval while DOWN.
   *
   * @param newMaxInterval as {@link #maxInterval()}; the interval to 1 day
   * @return a copy
   */
  public CheckTiming backOffTo(Duration newMaxInterval) {
    return new CheckTiming(interval, timeLimit, rise, fall, newMaxInterval, staleAfter);
  }

  /**
   * Another age at which a result is too old.
   *
   * @param newStaleAfter as {@link #staleAfter()}
   * @return a copy
   */
  public CheckTiming staleAfter(Duration newStaleAfter) {
    Checks.notNull("staleAfter", newStaleAfter);
    return new CheckTiming(interval, timeLimit, rise, fall, maxInterval, newStaleAfter);
  }

  /** When a result is too old, in nanoseconds, if the next run was planned after a gap. */
  long staleNanos(long plannedGapNanos) {
    long limit = timeLimit.toNanos();
    long stale = staleAfter != null ? staleAfter.toNanos() : 3 * interval.toNanos() + limit;
    // While backed off, the next result is due late by intent; and a state that is too old before
    // the next result can have come is never known.
    return plannedGapNanos > 2 * interval.toNanos()
        ? Math.max(stale, 2 * plannedGapNanos + limit)
        : Math.max(stale, plannedGapNanos + plannedGapNanos / 4 + limit);
  }
}
