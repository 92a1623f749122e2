package dev.evenkeel.core;

/**
 * Stands for all policies of an observe-only pipeline but its fallbacks. The policies decide as
 * ever, on a frame of their own beside the call's: they are asked when the call begins, and learn
 * when it has ended what they would have seen if they had been in force. Nothing of it reaches the
 * call.
 */
final class ObservingLayer extends Layer {

  @Override
  boolean enter(Frame frame, int at) {
    Plan deciding = frame.plan().deciding();
    Frame aside = new Frame(frame.caller);
    aside.begin(frame, deciding);
    frame.objects[at] = aside;
    if (!deciding.engine.decide(aside)) {
      frame.objects[at] = null; // the call goes on; what its policies do with it has ended
    }
    return true;
  }

  @Override
  long leave(Frame frame, int at) {
    Frame aside = (Frame) frame.objects[at];
    if (aside != null) {
      aside.takeOutcome(frame, frame.now());
      aside.hasGiven = frame.hasGiven;
      if (wouldHaveEnded(frame, aside)) {
        aside.wouldHaveTimedOut();
      }
      aside.plan().engine.conclude(aside);
      frame.objects[at] = null;
    }
    return OUTWARDS;
  }

  /** Whether a time was over when the call ended; never if its caller gave it up. */
  private static boolean wouldHaveEnded(Frame frame, Frame aside) {
    if (frame.stream) {
      long first = frame.now() - frame.startedNanos(); // see StreamTime
      StreamTime time = aside.plan().engine.streamTime(aside);
      return time.wouldHaveEnded(aside, first) && mayTimeOut(frame);
    }
    return aside.isOver() && mayTimeOut(frame);
  }

  private static boolean mayTimeOut(Frame frame) {
    return frame.verdict() != Verdict.CANCELLED && !(frame.failure() instanceof Error);
  }

  @Override
  void abandon(Frame frame, int at) {
    Frame aside = (Frame) frame.objects[at];
    if (aside != null) {
      frame.objects[at] = null;
      aside.plan().engine.abandon(aside, 0);
    }
  }
}
