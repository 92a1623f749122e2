package dev.evenkeel.failback;

import dev.evenkeel.core.Checks;

/**
 * What a closed breaker bears without tripping. The way back asks no more of a dependency than
 * that: failures and slow calls that are no reason to open are none to stay open. Nor does it
 * refuse more, without a reason, than a breaker that just waits.
 *
 * @param failureShare the share of failed calls at which it trips; more than 0, at most 1
 * @param slowShare the share of slow calls at which it trips; more than 0, at most 1
 * @param slowNanos calls that take longer are slow; {@link Long#MAX_VALUE} if none are
 * @param waitSeconds how long the breaker would wait before it tried again, if it just waited; 0 or
 *     more
 */
public record Tolerance(double failureShare, double slowShare, long slowNanos, double waitSeconds) {

  /** Half of the calls may fail, none is slow, and a minute is waited. */
  public static final Tolerance STANDARD = new Tolerance(0.5, 1, Long.MAX_VALUE, 60);

  /**
   * Checks the values.
   *
   * @param failureShare the share of failed calls at which it trips
   * @param slowShare the share of slow calls at which it trips
   * @param slowNanos calls that take longer are slow
   * @param waitSeconds how long it would wait
   */
  public Tolerance {
    Checks.range("failureShare", failureShare, Double.MIN_VALUE, 1);
    Checks.range("slowShare", slowShare, Double.MIN_VALUE, 1);
    Checks.range("waitSeconds", waitSeconds, 0, Double.MAX_VALUE);
    if (slowNanos < 0) {
      throw new IllegalArgumentException("slowNanos: " + slowNanos + " (expected: 0 or more)");
    }
  }

  /**
   * Whether a call is slow.
   *
   * @param nanos how long it took
   * @return true if longer than {@link #slowNanos}
   */
  public boolean isSlow(long nanos) {
    return nanos > slowNanos;
  }
}
