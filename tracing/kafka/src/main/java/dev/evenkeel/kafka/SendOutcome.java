package dev.evenkeel.kafka;

/** What became of a record that the broker did not acknowledge. */
public enum SendOutcome {
  /** The producer did not take it: no metadata in time, a full buffer, a record it cannot write. */
  NOT_SENT,
  /** The broker said that it did not take it, for good. */
  REFUSED,
  /**
   * It was handed to the producer, and nobody knows more: no acknowledgement came in time, or the
   * connection was cut. It may be in the topic, or still come there.
   */
  UNKNOWN
}
