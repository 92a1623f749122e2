package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/** Tells a pipeline's listener what happens, if there is one; what it throws goes to the log. */
final class Hearer {

  private final @Nullable PipelineListener listener;
  private final Faults faults;

  Hearer(@Nullable PipelineListener listener, Faults faults) {
    this.listener = listener;
    this.faults = faults;
  }

  /** Whether anybody listens. */
  boolean isThere() {
    return listener != null;
  }

  void end(Frame frame) {
    PipelineListener hearer = listener;
    if (hearer != null) {
      long duration = frame.durationNanos();
      tell("listener.onCallEnd", () -> hearer.onCallEnd(frame, frame.verdict(), duration));
    }
  }

  void refused(Frame frame, String policy, RefusalReason reason) {
    PipelineListener hearer = listener;
    if (hearer != null) {
      tell("listener.onRefused", () -> hearer.onRefused(frame, policy, reason));
    }
  }

  void retry(Frame frame, long waitNanos) {
    PipelineListener hearer = listener;
    if (hearer != null) {
      tell("listener.onRetry", () -> hearer.onRetry(frame, waitNanos));
    }
  }

  void retryDenied(Frame frame, RetryDenial reason) {
    PipelineListener hearer = listener;
    if (hearer != null) {
      tell("listener.onRetryDenied", () -> hearer.onRetryDenied(frame, reason));
    }
  }

  void hedge(Frame frame, long delayNanos) {
    PipelineListener hearer = listener;
    if (hearer != null) {
      tell("listener.onHedge", () -> hearer.onHedge(frame, delayNanos));
    }
  }

  void fallback(Frame frame, Throwable failure) {
    PipelineListener hearer = listener;
    if (hearer != null) {
      tell("listener.onFallback", () -> hearer.onFallback(frame, failure));
    }
  }

  void stateChange(StateChange change) {
    PipelineListener hearer = listener;
    if (hearer != null) {
      tell("listener.onStateChange", () -> hearer.onStateChange(change));
    }
  }

  private void tell(String place, Runnable event) {
    try {
      event.run();
    } catch (Throwable fault) {
      faults.report(place, fault, "the call goes on");
    }
  }
}
