package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/** Answers instead of a failure. */
final class FallbackLayer extends Layer {

  private final Fallback fallback;
  private final Layer inner;
  private final Faults faults;

  FallbackLayer(Fallback fallback, Layer inner, Faults faults) {
    this.fallback = fallback;
    this.inner = inner;
    this.faults = faults;
  }

  @Override
  @Nullable Object call(Frame frame) throws Throwable {
    try {
      return inner.call(frame);
    } catch (Exception failure) {
      if (!answered(frame, failure)) {
        throw failure;
      }
      if (failure instanceof InterruptedException) {
        Thread.currentThread().interrupt(); // the exception is gone, the request to stop is not
      }
      return frame.result;
    }
  }

  @Override
  void callAsync(Frame frame, Completion outer) {
    inner.callAsync(frame, ended -> {
      if (ended.verdict != Verdict.SUCCESS && ended.failure instanceof Exception failure) {
        answered(ended, failure);
      }
      outer.complete(ended);
    });
  }

  private boolean answered(Frame frame, Exception failure) {
    try {
      if (!fallback.handles(failure)) {
        return false;
      }
      frame.succeeded(fallback.answer(failure));
    } catch (Throwable fault) {
      faults.report("fallback", fault, "the caller gets the call's own failure");
      Failures.suppress(failure, fault);
      return false;
    }
    frame.pipeline.notifyFallback(frame, failure);
    return true;
  }
}
