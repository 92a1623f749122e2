package dev.evenkeel.core;

/** Answers instead of a failure. */
final class FallbackLayer extends Layer {

  private final Fallback fallback;
  private final Faults faults;

  FallbackLayer(Fallback fallback, Faults faults) {
    this.fallback = fallback;
    this.faults = faults;
  }

  @Override
  boolean enter(Frame frame, int at) {
    return true;
  }

  @Override
  long leave(Frame frame, int at) {
    if (!frame.hasSucceeded() && frame.failure() instanceof Exception failure) {
      answer(frame, failure);
    }
    return OUTWARDS;
  }

  private void answer(Frame frame, Exception failure) {
    try {
      if (!fallback.handles(failure)) {
        return;
      }
      frame.answered(fallback.answer(failure));
    } catch (Throwable fault) {
      faults.report("fallback", fault, "the caller gets the call's own failure");
      Failures.suppress(failure, fault);
      return;
    }
    if (failure instanceof InterruptedException && !frame.isAsync()) {
      Thread.currentThread().interrupt(); // the exception is gone, the request to stop is not
    }
    frame.pipeline().hearer().fallback(frame, failure);
  }
}
