package dev.evenkeel.kafka;

/** What a consumer does now. */
public enum ConsumerState {
  /** It was not started, or has no partition, or cannot poll. */
  WAITING,
  /** It handles records. */
  CONSUMING,
  /** It handles a share of what it could: what the handler needs is on its way back. */
  RAMPING,
  /** It handles none: what the handler needs is away. It polls on, and stays in its group. */
  PAUSED,
  /** It was closed. */
  CLOSED
}
