package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * Brings the deadline forward for the layers inside; {@link CallLayer} is the one place that
 * enforces it.
 */
final class TimeoutLayer extends Layer {

  private final Timeout timeout;
  private final Layer inner;

  TimeoutLayer(Timeout timeout, Layer inner) {
    this.timeout = timeout;
    this.inner = inner;
  }

  @Override
  @Nullable Object call(Frame frame) throws Throwable {
    boolean hadDeadline = frame.hasDeadline;
    long outerDeadline = frame.deadlineNanos;
    Timeout outerOwner = frame.deadlineOwner;
    bringForward(frame);
    try {
      return inner.call(frame);
    } finally {
      restore(frame, hadDeadline, outerDeadline, outerOwner);
    }
  }

  @Override
  void callAsync(Frame frame, Completion outer) {
    boolean hadDeadline = frame.hasDeadline;
    long outerDeadline = frame.deadlineNanos;
    Timeout outerOwner = frame.deadlineOwner;
    bringForward(frame);
    inner.callAsync(frame, ended -> {
      restore(ended, hadDeadline, outerDeadline, outerOwner);
      outer.complete(ended);
    });
  }

  private void bringForward(Frame frame) {
    long at = frame.startedNanos + timeout.nanos();
    if (!frame.hasDeadline || at - frame.deadlineNanos <= 0) {
      frame.hasDeadline = true;
      frame.deadlineNanos = at;
      frame.deadlineOwner = timeout;
    }
  }

  private static void restore(
      Frame frame, boolean hadDeadline, long deadlineNanos, @Nullable Timeout owner) {
    frame.hasDeadline = hadDeadline;
    frame.deadlineNanos = deadlineNanos;
    frame.deadlineOwner = owner;
  }
}
