package dev.evenkeel.outbox;

/** Sends a message to wherever it belongs, and returns when it is there. */
@FunctionalInterface
public interface OutboxPublisher {

  /**
   * Sends a message. The trace, the criticality and the deadline that it was added with are in
   * force, and its id is the idempotency key; it may come again after a crash.
   *
   * @param message the message
   * @throws Exception if it is not known to be there: it is sent again later
   */
  void publish(OutboxMessage message) throws Exception;
}
