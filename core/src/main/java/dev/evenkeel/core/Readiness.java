package dev.evenkeel.core;

import java.time.Duration;
import java.util.Locale;

/**
 * How far a process that starts is on its way to take traffic. Immutable.
 *
 * @param kind where it is
 * @param share of the inbound calls that it wants to take now, 0 to 1
 * @param left how long that will last, as far as is known; 0 or more
 * @param reason why it is not ready, for people; empty if it is
 */
public record Readiness(Kind kind, double share, Duration left, String reason) {

  /** Where a process that starts may be. */
  public enum Kind {
    /** Its turn to make its start-up calls has not come. */
    WAITING,
    /** It makes its start-up calls, or takes a growing share of the inbound calls. */
    WARMING,
    /** It takes what comes. */
    READY
  }

  /** It takes what comes. */
  public static final Readiness READY = new Readiness(Kind.READY, 1, Duration.ZERO, "");

  /**
   * Checks the values.
   *
   * @param kind where it is
   * @param share of the inbound calls
   * @param left how long that will last
   * @param reason why it is not ready
   */
  public Readiness {
    Checks.notNull("kind", kind);
    Checks.range("share", share, 0, 1);
    Checks.nonNegativeNanos("left", left);
    Checks.notNull("reason", reason);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case WAITING -> String.format(Locale.ROOT, "WAITING(%.1f s)", left.toNanos() / 1e9);
      case WARMING -> String.format(Locale.ROOT, "WARMING(%.2f)", share);
      case READY -> "READY";
    };
  }
}
