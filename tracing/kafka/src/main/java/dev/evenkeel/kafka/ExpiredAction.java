package dev.evenkeel.kafka;

/** What becomes of a record whose deadline has passed. */
public enum ExpiredAction {
  /** It is sent to the dead letters. */
  DEAD_LETTER,
  /** It is passed over, and counted. */
  DROP
}
