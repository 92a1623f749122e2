package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * Hears what happens in a pipeline: for metrics, events and tests. All methods do nothing unless
 * overridden. They are called on the thread of the call and must be quick and thread-safe; what
 * they throw is logged once and goes no further. The {@link CallView} is valid during the method
 * only.
 */
public interface PipelineListener {

  /**
   * A call ended, with all its attempts.
   *
   * @param call the call, as after its last attempt
   * @param verdict how it ended for the caller; {@link Verdict#SUCCESS} if a fallback answered
   * @param durationNanos from its beginning on, waits included
   */
  default void onCallEnd(CallView call, Verdict verdict, long durationNanos) {}

  /**
   * A gate refused an attempt.
   *
   * @param call the call
   * @param policy the gate's name
   * @param reason why
   */
  default void onRefused(CallView call, String policy, RefusalReason reason) {}

  /**
   * An attempt failed and another one follows.
   *
   * @param call the call, with the attempt that failed
   * @param waitNanos the time until the next attempt
   */
  default void onRetry(CallView call, long waitNanos) {}

  /**
   * An attempt failed, and another one is not made although the number of attempts and the
   * conditions would allow it.
   *
   * @param call the call, with the attempt that failed
   * @param reason what forbids it
   */
  default void onRetryDenied(CallView call, RetryDenial reason) {}

  /**
   * An attempt is slow and another one starts beside it. Called on the thread of the new one.
   *
   * @param call the call, with the hedge that starts
   * @param delayNanos from the beginning of the first attempt on
   */
  default void onHedge(CallView call, long delayNanos) {}

  /**
   * A fallback answered.
   *
   * @param call the call
   * @param failure what it answered for
   */
  default void onFallback(CallView call, @Nullable Throwable failure) {}

  /**
   * A gate changed its state. May come from a thread without a call.
   *
   * @param change what changed
   */
  default void onStateChange(StateChange change) {}
}
