package dev.evenkeel.kafka;

/** What becomes of a record that the handler fails on, again and again. */
public enum FailureAction {
  /** It is sent to the dead letters, and the partition goes on. */
  DEAD_LETTER,
  /** It is passed over, and counted and logged: it is lost. */
  SKIP,
  /** It is tried until it succeeds, after ever longer waits: the partition stands still. */
  RETRY
}
