package dev.evenkeel.core;

/**
 * How a call ended, as a {@link Gate} is told. The result or failure itself is in the
 * {@link CallView}.
 */
public enum Verdict {
  /** The call returned a result. */
  SUCCESS,
  /** The call threw, or its stage completed with a failure. */
  FAILURE,
  /**
   * The policy's own timeout ended the call: evidence against the dependency, but no sample of its
   * latency.
   */
  TIMEOUT,
  /**
   * The caller gave up: it cancelled, was interrupted, or brought a deadline too short for the
   * call. Also when this process stood still for so long that the dependency had no fair chance. No
   * evidence against the dependency, and no sample of its latency.
   */
  CANCELLED,
  /**
   * The call never reached the dependency: an inner gate refused it, or there was no time left to
   * start it.
   */
  REFUSED;

  /**
   * Whether the dependency itself gave this outcome.
   *
   * @return true for {@link #SUCCESS}, {@link #FAILURE} and {@link #TIMEOUT}
   */
  public boolean isEvidence() {
    return this == SUCCESS || this == FAILURE || this == TIMEOUT;
  }
}
