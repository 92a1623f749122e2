package dev.evenkeel.rabbitmq;

/** What a consumer does now. */
public enum ConsumerState {
  /**
   * It was not started, or it waits to consume: the connection is lost, or the queue is not there.
   */
  WAITING,
  /** It gets messages. */
  CONSUMING,
  /** It gets fewer messages than it would: what the handler needs is on its way back. */
  RAMPING,
  /** It gets none: what the handler needs is away, and other consumers have the queue. */
  PAUSED,
  /** It was closed. */
  CLOSED
}
