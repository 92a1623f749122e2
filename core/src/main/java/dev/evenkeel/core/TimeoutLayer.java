package dev.evenkeel.core;

/**
 * Brings the deadline forward for the layers inside; {@link Attempt} is the one place that enforces
 * it.
 */
final class TimeoutLayer extends Layer {

  private final Timeout timeout;

  TimeoutLayer(Timeout timeout) {
    this.timeout = timeout;
  }

  /** A number no layer's place is. */
  static final int NO_DEADLINE = -2;

  Timeout timeout() {
    return timeout;
  }

  @Override
  boolean enter(Frame frame, int at) {
    frame.numbers[at] = frame.deadlineNanos;
    frame.notes[at] = frame.hasDeadline ? frame.deadlineOwner : NO_DEADLINE;
    long deadline = frame.attemptStartedNanos() + timeout.nanos();
    if (!frame.hasDeadline || deadline - frame.deadlineNanos <= 0) {
      frame.hasDeadline = true;
      frame.deadlineNanos = deadline;
      frame.deadlineOwner = at;
    }
    return true;
  }

  @Override
  long leave(Frame frame, int at) {
    int owner = frame.notes[at];
    frame.hasDeadline = owner != NO_DEADLINE;
    frame.deadlineOwner = frame.hasDeadline ? owner : Frame.CALLER;
    frame.deadlineNanos = frame.numbers[at];
    return OUTWARDS;
  }
}
