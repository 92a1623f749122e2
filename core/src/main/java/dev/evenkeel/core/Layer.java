package dev.evenkeel.core;

/**
 * What a policy does on a call's way in and on its way out. The {@link Engine} walks through the
 * layers, in both worlds the same: inwards from the outermost, then the call itself, then outwards.
 * Layers are immutable and shared by all calls; what belongs to one call is in its {@link Frame},
 * which has room for a number and an object for each layer.
 *
 * <p>The rule between layers: whoever ends an attempt writes the outcome into the frame (verdict,
 * result, failure), so that the layers outside read it there instead of guessing from the type of
 * an exception. No layer throws.
 */
abstract sealed class Layer
    permits GateLayer,
        WaitingGateLayer,
        KeyedLayer,
        RetryLayer,
        HedgeLayer,
        TimeoutLayer,
        FallbackLayer,
        ObservingLayer {

  /** What {@link #leave} answers when the call goes on outwards. */
  static final long OUTWARDS = -1;

  /**
   * On the way in.
   *
   * @param at this layer's place in the frame
   * @return false if the call ends here, with the outcome in the frame, or is to be suspended: the
   *     layers inside are not entered, and this one is not left
   */
  abstract boolean enter(Frame frame, int at);

  /**
   * On the way out, once for each time it was entered, or once for each attempt it asked for.
   *
   * @return {@link #OUTWARDS}; or how many nanoseconds to wait before the layers inside are entered
   *     again, for the next attempt
   */
  abstract long leave(Frame frame, int at);

  /**
   * Takes over an asynchronous call that it did not let in but marked as to be suspended. Sees to
   * it that {@link Engine#enter} or {@link Engine#leave} is called in the end, once.
   */
  void suspend(SuspendedCall call, int at) {
    throw new AssertionError("this layer suspends no call");
  }

  /** Before the layers inside are entered again. */
  void again(Frame frame) {}

  /** The engine itself has failed inside: gives back what the call holds here. */
  void abandon(Frame frame, int at) {}

  /** The wait that {@link #leave} asked for was broken off: no further attempt. */
  void giveUp(Frame frame, int at) {}
}
