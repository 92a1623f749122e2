package dev.evenkeel.core;

import java.util.Locale;

/**
 * The state of a {@link StatefulGate}.
 *
 * @param kind which state
 * @param share the share of the healthy traffic that is let through: 1 when closed or disabled, 0
 *     when open or probing, and what the ramp has reached when ramping (it may go above 1 for
 *     pent-up demand)
 */
public record GateState(Kind kind, double share) {

  /** The states. */
  public enum Kind {
    /** Calls pass and are watched. */
    CLOSED,
    /** Calls are refused until the cool-down ends. */
    OPEN,
    /** One call at a time finds out whether the dependency is back. */
    PROBING,
    /** A growing share of the calls passes. */
    RAMPING,
    /** Refuses until told otherwise. */
    FORCED_OPEN,
    /** Passes everything and watches nothing. */
    DISABLED
  }

  /** Calls pass and are watched. */
  public static final GateState CLOSED = new GateState(Kind.CLOSED, 1);

  /** Calls are refused until the cool-down ends. */
  public static final GateState OPEN = new GateState(Kind.OPEN, 0);

  /** One call at a time finds out whether the dependency is back. */
  public static final GateState PROBING = new GateState(Kind.PROBING, 0);

  /** Refuses until told otherwise. */
  public static final GateState FORCED_OPEN = new GateState(Kind.FORCED_OPEN, 0);

  /** Passes everything and watches nothing. */
  public static final GateState DISABLED = new GateState(Kind.DISABLED, 1);

  /**
   * Checks the share.
   *
   * @param kind which state
   * @param share the share of the healthy traffic
   */
  public GateState {
    Checks.notNull("kind", kind);
    Checks.range("share", share, 0, Double.MAX_VALUE);
  }

  /**
   * A growing share of the calls passes.
   *
   * @param share the share of the healthy traffic, from 0
   * @return the state
   */
  public static GateState ramping(double share) {
    return new GateState(Kind.RAMPING, share);
  }

  @Override
  public String toString() {
    return kind == Kind.RAMPING ? String.format(Locale.ROOT, "RAMPING(%.2f)", share) : kind.name();
  }
}
