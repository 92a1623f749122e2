package dev.evenkeel.rabbitmq;

/** What becomes of a message. */
enum Settlement {
  /** It was handled, or dropped: acknowledged. */
  ACK,
  /** It goes to the dead letters: rejected, and not requeued. */
  DEAD_LETTER,
  /** It goes back to the queue, as a failed delivery: rejected and requeued. */
  REQUEUE,
  /** It goes back to the queue through no fault of its own: nacked. */
  HAND_BACK,
  /** It failed; whether that was its own fault is seen by what comes after it. */
  SUSPECT,
  /** It has failed too often to be tried while what it needs is away. */
  SKIP,
  /** It stays unsettled, and goes back with all others when the session ends, which is now. */
  STOP
}
