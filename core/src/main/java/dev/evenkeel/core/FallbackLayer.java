package dev.evenkeel.core;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Answers instead of a failure: a policy's fallback, or the one that an asynchronous call brings.
 */
final class FallbackLayer extends Layer {

  /** Null if each call brings its own, as this layer's object in its frame. */
  private final @Nullable Fallback fallback;

  FallbackLayer(@Nullable Fallback fallback) {
    this.fallback = fallback;
  }

  @Override
  boolean enter(Frame frame, int at) {
    return true;
  }

  @Override
  long leave(Frame frame, int at) {
    if (!frame.hasSucceeded()) {
      Fallback asked = fallback(frame, at);
      if (asked != null) {
        answer(frame, asked, at);
      }
    }
    if (fallback == null) {
      frame.objects[at] = null;
    }
    return OUTWARDS;
  }

  /** The fallback that is asked for a call; null if the call has begun to leave this layer. */
  @Nullable Fallback fallback(Frame frame, int at) {
    return fallback != null ? fallback : (Fallback) frame.objects[at];
  }

  @Override
  void abandon(Frame frame, int at) {
    if (fallback == null) {
      frame.objects[at] = null;
    }
  }

  /**
   * Asks a fallback for an answer; the outcome is in the frame.
   *
   * @param at its layer; 0 if there is none outside of it
   */
  static void answer(Frame frame, Fallback fallback, int at) {
    if (!(frame.failure() instanceof Exception failure)) {
      return;
    }
    Throwable given;
    try {
      given = fallback.handled(failure);
    } catch (Throwable fault) {
      frame
          .plan()
          .faults
          .report("fallback's condition", fault, "the caller gets the call's own failure");
      Failures.suppress(failure, fault);
      return;
    }
    if (given == null) {
      return;
    }
    Object answer;
    try {
      answer = frame.adapt(fallback.answer(given), failure);
    } catch (Throwable thrown) {
      throwInstead(frame, failure, frame.verdict(), thrown);
      return;
    }
    if (answer instanceof CompletionStage<?> stage && fallback.awaitsStages()) {
      PendingAnswer pending =
          new PendingAnswer(stage, failure, frame.verdict(), frame.plan().faults);
      wait(frame, pending, at);
    } else {
      frame.answered(answer);
      keepInterrupt(frame, failure);
      frame.plan().hearer.fallback(frame, failure);
    }
  }

  /** The caller gets what the fallback threw, with the call's own failure in it. */
  static void throwInstead(Frame frame, Exception failure, Verdict verdict, Throwable thrown) {
    if (thrown == failure || thrown == Failures.unwrap(failure)) {
      frame.end(verdict, failure);
      return;
    }
    if (!Failures.isCausedBy(thrown, failure)) {
      Failures.suppress(thrown, failure);
    }
    frame.end(verdict, thrown);
    if (!(thrown instanceof InterruptedException)) {
      keepInterrupt(frame, failure);
    }
  }

  private static void wait(Frame frame, PendingAnswer answer, int at) {
    if (frame.isAsync()) {
      frame.plan().engine.fallbacksOutside(frame, at).forEach(answer::ifItFails);
      frame.answered(answer); // waited for at the end of the call
    } else {
      answer.await(frame);
      if (frame.hasSucceeded()) {
        keepInterrupt(frame, answer.failure());
      }
    }
  }

  /** The exception is gone, the request to stop is not. */
  private static void keepInterrupt(Frame frame, Exception failure) {
    if (failure instanceof InterruptedException && !frame.isAsync()) {
      Thread.currentThread().interrupt();
    }
  }
}
