package dev.evenkeel.failback;

import dev.evenkeel.core.Checks;

/**
 * What a closed breaker bears without tripping. The way back asks no more of a dependency than
 * that: failures and slow calls that are no reason to open are none to stay open.
 *
 * @param failureShare the share of failed calls at which it trips; more than 0, at most 1
 * @param slowShare the share of slow calls at which it trips; more than 0, at most 1
 * @param slowNanos calls that take longer are slow; {@link Long#MAX_VALUE} if none are
 */
public record Tolerance(double failureShare, double slowShare, long slowNanos) {

  /** Half of the calls may fail, and none is slow. */
  public static final Tolerance STANDARD = new Tolerance(0.5, 1, Long.MAX_VALUE);

  /**
   * Checks the values.
   *
   * @param failureShare the share of failed calls at which it trips
   * @param slowShare the share of slow calls at which it trips
   * @param slowNanos calls that take longer are slow
   */
  public Tolerance {
    Checks.range("failureShare", failureShare, Double.MIN_VALUE, 1);
    Checks.range("slowShare", slowShare, Double.MIN_VALUE, 1);
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
