package dev.evenkeel.core;

/**
 * What a policy decided on a call of an observe-only pipeline, and did not do, see
 * {@link Pipeline#observeOnly}.
 */
public enum WouldHave {
  /** A gate, or a deadline that had passed, would have refused the call. */
  REFUSED,
  /** A limit would have held the call back until it has a permit, or refused it after that wait. */
  WAITED,
  /** A timeout, or the caller's deadline, would have ended the call. */
  TIMED_OUT,
  /** A retry would have made another attempt. Told once for a call: none is made. */
  RETRIED,
  /** A hedge would have been started beside the call. Told once for a call. */
  HEDGED
}
