package dev.evenkeel.healthcheck;

/** How a check or a group of them is. From best to worst: UP, DEGRADED, UNKNOWN, DOWN. */
public enum Status {
  /** All is well. */
  UP(0),
  /** Worse than usual, but answers: no reason to be sent no traffic. */
  DEGRADED(1),
  /** Does not work. */
  DOWN(3),
  /** Nothing is known, or what was known is too old. */
  UNKNOWN(2);

  private final int severity;

  Status(int severity) {
    this.severity = severity;
  }

  /**
   * Whether this is an answer that it works.
   *
   * @return true for {@link #UP} and {@link #DEGRADED}
   */
  public boolean isServing() {
    return this == UP || this == DEGRADED;
  }

  /**
   * The worse of two.
   *
   * @param other the other one
   * @return this one or the other
   */
  public Status worst(Status other) {
    return other.severity > severity ? other : this;
  }
}
