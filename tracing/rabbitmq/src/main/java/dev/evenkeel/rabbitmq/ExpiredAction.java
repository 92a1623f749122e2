package dev.evenkeel.rabbitmq;

/** What becomes of a message whose deadline has passed. */
public enum ExpiredAction {
  /** It goes where the queue sends what was rejected, or is dropped if that is nowhere. */
  DEAD_LETTER,
  /** It is acknowledged, and so gone. */
  DROP
}
