package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * One layer of a pipeline, with the rest of the pipeline inside it. Each kind of policy has its
 * layer, and each layer runs both worlds side by side: blocking on the caller's own thread, and
 * asynchronous by continuation. Layers are immutable and shared by all calls; what belongs to one
 * call is in its {@link Frame}.
 *
 * <p>The rule between layers: whoever ends an attempt writes the outcome into the frame (verdict,
 * result, failure, time), so that the layers outside read it there instead of guessing from the
 * type of an exception.
 */
abstract sealed class Layer permits CallLayer, GateLayer, RetryLayer, TimeoutLayer, FallbackLayer {

  /**
   * Runs the layers inside; returns the result or throws the failure, and leaves both in the frame
   * too.
   */
  abstract @Nullable Object call(Frame frame) throws Throwable;

  /** Starts the layers inside; completes exactly once, with the outcome in the frame. */
  abstract void callAsync(Frame frame, Completion outer);
}
