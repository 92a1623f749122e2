package dev.evenkeel.rabbitmq;

/** What became of a message that the broker did not confirm. */
public enum PublishOutcome {
  /** Nothing was sent: there is no connection, or the broker has blocked it. */
  NOT_SENT,
  /** The broker said that it did not take the message. */
  NACKED,
  /** The broker took the message, and had no queue for it. Only of mandatory messages. */
  RETURNED,
  /**
   * The message was sent, or a part of it, and nobody knows more: the connection was cut, or no
   * confirm came in time. It may be in the queue.
   */
  UNKNOWN
}
