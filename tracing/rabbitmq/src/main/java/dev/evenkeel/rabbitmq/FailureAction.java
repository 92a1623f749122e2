package dev.evenkeel.rabbitmq;

/** What becomes of a message that the handler failed on, while what it needs is there. */
public enum FailureAction {
  /** It goes where the queue sends what was rejected, or is dropped if that is nowhere. */
  DEAD_LETTER,
  /**
   * It goes back to the queue, as a failed delivery, until it has failed
   * {@link EvenkeelConsumerBuilder#maxFailures} times, and then as {@link #DEAD_LETTER}.
   */
  REQUEUE
}
