package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/** Why an attempt that failed was the last one. */
public enum RetryDenial {
  /** The budget has no retry left. */
  BUDGET(-2),
  /** Several failures of other calls stand in a row, without a success. */
  FAILURES_IN_A_ROW(-3),
  /** The dependency asked for a longer wait than the longest allowed one. */
  WAIT_TOO_LONG(-4),
  /** The next attempt could not end before the deadline. */
  DEADLINE(-5),
  /** It was the last one of the number that is allowed. */
  ATTEMPTS(-6),
  /** The failure is not one of those that are retried. */
  CONDITION(-7),
  /** A gate forbids it: a breaker that refused the attempt, or is open or ramping since. */
  GATE(-8);

  private final long step;

  RetryDenial(long step) {
    this.step = step;
  }

  /**
   * What a {@link RetryDriver} answers instead of a wait.
   *
   * @return a number below {@link RetryDriver#STOP}
   */
  public long step() {
    return step;
  }

  /** The reason behind a driver's step; null if it gives none. */
  static @Nullable RetryDenial of(long step) {
    return switch ((int) Math.max(step, Integer.MIN_VALUE)) {
      case -2 -> BUDGET;
      case -3 -> FAILURES_IN_A_ROW;
      case -4 -> WAIT_TOO_LONG;
      case -5 -> DEADLINE;
      case -6 -> ATTEMPTS;
      case -7 -> CONDITION;
      case -8 -> GATE;
      default -> null;
    };
  }
}
