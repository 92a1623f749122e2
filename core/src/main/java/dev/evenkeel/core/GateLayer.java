package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/** Asks a gate, and settles its permit exactly once, however the call ends. */
final class GateLayer extends Layer {

  /**
   * Stands for a gate that threw when it was asked: the call goes on, and there is nothing to
   * settle.
   */
  private static final long NO_PERMIT = Long.MAX_VALUE;

  private final Gate gate;
  private final Layer inner;
  private final Faults faults;

  GateLayer(Gate gate, Layer inner, Faults faults) {
    this.gate = gate;
    this.inner = inner;
    this.faults = faults;
  }

  @Override
  @Nullable Object call(Frame frame) throws Throwable {
    long permit = admit(frame);
    if (permit < 0) {
      throw refuse(frame, permit);
    }
    try {
      return inner.call(frame);
    } finally {
      settle(frame, permit);
    }
  }

  @Override
  void callAsync(Frame frame, Completion outer) {
    long permit = admit(frame);
    if (permit < 0) {
      refuse(frame, permit);
      outer.complete(frame);
      return;
    }
    inner.callAsync(frame, ended -> {
      settle(ended, permit);
      outer.complete(ended);
    });
  }

  private long admit(Frame frame) {
    try {
      return gate.admit(frame, frame.now);
    } catch (Throwable fault) {
      faults.report(gate.name() + ".admit", fault, "the call goes on without this gate");
      return NO_PERMIT;
    }
  }

  private CallRefusedException refuse(Frame frame, long refusal) {
    RefusalReason reason = Refusal.reason(refusal);
    CallRefusedException exception = new CallRefusedException(
        frame.pipelineName(), gate.name(), reason, Refusal.retryAfterNanos(refusal), null);
    frame.end(Verdict.REFUSED, exception);
    frame.pipeline.notifyRefused(frame, gate.name(), reason);
    return exception;
  }

  private void settle(Frame frame, long permit) {
    if (permit == NO_PERMIT) {
      return;
    }
    if (frame.failure != null) {
      frame.retryAllowed &= allowsRetry(frame, permit);
    }
    try {
      gate.settle(frame, permit, frame.verdict, frame.now);
    } catch (Throwable fault) {
      faults.report(gate.name() + ".settle", fault, "the call's own outcome stands");
    }
  }

  private boolean allowsRetry(Frame frame, long permit) {
    try {
      return gate.allowsRetry(frame, permit);
    } catch (Throwable fault) {
      faults.report(gate.name() + ".allowsRetry", fault, "no further attempt is made");
      return false;
    }
  }
}
