package dev.evenkeel.core;

import java.util.Locale;

/**
 * The state of a {@link StatefulGate}.
 *
 * @param kind which state
 * @param share how many of the calls that are asked for are let through, 0 to 1: 1 when closed or
 *     disabled, 0 when open or probing, and of late when ramping
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
   * @param share of the calls that are asked for, 0 to 1
   * @throws IllegalArgumentException if the share is out of its range
   */
  public GateState {
    Checks.notNull("kind", kind);
    Checks.range("share", share, 0, 1);
  }

  /**
   * A growing share of the calls passes.
   *
   * @param share of the calls that are asked for, 0 to 1
   * @return the state
   * @throws IllegalArgumentException if the share is out of its range
   */
  public static GateState ramping(double share) {
    return new GateState(Kind.RAMPING, share);
  }

  @Override
  public String toString() {
    return kind == Kind.RAMPING ? String.format(Locale.ROOT, "RAMPING(%.2f)", share) : kind.name();
  }
}
