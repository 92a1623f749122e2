package dev.evenkeel.core;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Hears what happens in a pipeline: for metrics, events and tests. All methods do nothing unless
 * overridden, and an event whose method a listener does not override costs it nothing.
 *
 * <p>Methods are called on the thread of the call and must be quick and thread-safe; what they
 * throw is logged once and goes no further. No lock of ours is held meanwhile. The {@link CallView}
 * is valid during the method only. A call is told to the listeners that there were when it began.
 */
public interface PipelineListener {

  /** Stands for a duration that was not measured, see {@link #wantsDurations}. */
  long UNKNOWN_DURATION = -1;

  /**
   * Which events this listener is told of; asked once, when it is added.
   *
   * @return those whose methods its class overrides. To be overridden itself by a listener that
   *     hands all methods on to another one.
   */
  default Set<PipelineEvent> events() {
    return PipelineEvent.heardBy(getClass());
  }

  /**
   * Whether it looks at the durations that {@link #onCallEnd} and {@link #onAttemptEnd} are given;
   * asked once, when it is added. Where no policy and no listener needs the time, the clock is not
   * read, which is most of what a quick call costs.
   *
   * @return true unless overridden; if false, a duration may be {@link #UNKNOWN_DURATION}, but for
   *     a sample of the calls: those with a {@link CallView#weight} of more than 1 stand for that
   *     many
   */
  default boolean wantsDurations() {
    return true;
  }

  /**
   * Whether it looks at {@link CallView#result}; asked once, when it is added.
   *
   * @return true unless overridden; if false, the result may be missing from the call's view
   */
  default boolean wantsResults() {
    return true;
  }

  /**
   * A call begins. Nothing of it has been decided yet.
   *
   * @param call the call
   */
  default void onCallStart(CallView call) {}

  /**
   * A call ended, with all its attempts.
   *
   * @param call the call, as after its last attempt
   * @param verdict how it ended for the caller; {@link Verdict#SUCCESS} if a fallback answered
   * @param durationNanos from its beginning on, waits included; see {@link #wantsDurations}
   */
  default void onCallEnd(CallView call, Verdict verdict, long durationNanos) {}

  /**
   * An attempt begins: all policies have let it through, and the dependency is asked now. Called on
   * the thread that asks it.
   *
   * @param call the call, with its {@link CallView#attempt} and {@link CallView#hedge}
   */
  default void onAttemptStart(CallView call) {}

  /**
   * An attempt ended, or was given up. It may run on, where nothing can end it.
   *
   * @param call the call, with the outcome of this attempt
   * @param verdict how it ended; {@link Verdict#REFUSED} if there was no time left to begin it
   * @param durationNanos how long the dependency took; see {@link #wantsDurations}
   */
  default void onAttemptEnd(CallView call, Verdict verdict, long durationNanos) {}

  /**
   * A policy refused an attempt, or there was no time left for it.
   *
   * @param call the call
   * @param policy the policy's name; {@code "deadline"} for a caller's deadline that had passed
   * @param reason why
   */
  default void onRefused(CallView call, String policy, RefusalReason reason) {}

  /**
   * A call has waited for a limit's permit, whether it got one or not.
   *
   * @param call the call
   * @param policy the limit's name
   * @param waitedNanos how long
   */
  default void onWait(CallView call, String policy, long waitedNanos) {}

  /**
   * An attempt failed and another one follows.
   *
   * @param call the call, with the attempt that failed
   * @param waitNanos the time until the next attempt
   */
  default void onRetry(CallView call, long waitNanos) {}

  /**
   * An attempt failed in a pipeline with a retry, and no other one follows. Not told of a call that
   * its caller gave up.
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
   * A hedge succeeded before the attempt it was started beside.
   *
   * @param call the call, with the hedge that won
   */
  default void onHedgeWon(CallView call) {}

  /**
   * A fallback answered: a {@link Fallback}, or a function that was given to one call. Not told of
   * one that threw, nor of {@link Pipeline#callOrElse}.
   *
   * @param call the call
   * @param failure what it answered for
   */
  default void onFallback(CallView call, @Nullable Throwable failure) {}

  /**
   * A policy of an observe-only pipeline decided something, and did not do it, see
   * {@link Pipeline#observeOnly}.
   *
   * @param call the call, as the policy would have seen it; of a call that would have been ended
   *     that is before it was
   * @param policy the policy's name; {@code "deadline"} for a caller's deadline
   * @param decision what it would have done
   * @param reason why a call would have been refused; null for everything else
   */
  default void onWouldHave(
      CallView call, String policy, WouldHave decision, @Nullable RefusalReason reason) {}

  /**
   * A gate changed its state. May come from a thread without a call.
   *
   * @param change what changed
   */
  default void onStateChange(StateChange change) {}

  /**
   * Other settings came into force. Comes from the thread that changed them.
   *
   * @param change what changed
   */
  default void onSettingsChange(SettingsChange change) {}
}
