package dev.evenkeel.rabbitmq;

/** Handles the messages of a queue, one at a time for each consumer. */
@FunctionalInterface
public interface MessageHandler {

  /**
   * Handles a message. When it returns, the message is acknowledged; what it throws, and what
   * becomes of the message then, is in {@link EvenkeelConsumer}. It may be called again with a
   * message that it has seen: deliveries are at least once.
   *
   * @param message the message
   * @throws Exception if it failed
   */
  void handle(Message message) throws Exception;
}
