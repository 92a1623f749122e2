package dev.evenkeel.core;

/**
 * Decides after each attempt whether another one follows: no threads, no clock, signals in, steps
 * out. The engine does the waiting, starts the attempts, and asks the gates whether a retry is
 * welcome.
 *
 * <p>Internal: for {@code evenkeel-retry}; it may change in any version.
 */
public non-sealed interface RetryDriver extends Policy {

  /** The step that says: no further attempt. */
  long STOP = -1;

  /**
   * The most attempts this driver makes, the first included.
   *
   * @return at least 1
   */
  int maxAttempts();

  /**
   * Whether an attempt may only take its part of the time: what remains until the deadline, divided
   * by the attempts that are left.
   *
   * @return false unless overridden
   */
  default boolean splitsDeadline() {
    return false;
  }

  /**
   * The longest wait between two attempts, for the check of the pipeline.
   *
   * @return nanoseconds; 0 if unknown, unless overridden
   */
  default long longestWaitNanos() {
    return 0;
  }

  /**
   * How long all waits between attempts usually take together, without what the dependency asks
   * for; for the check of the pipeline.
   *
   * @return nanoseconds; 0 if unknown, unless overridden
   */
  default long usualWaitsNanos() {
    return 0;
  }

  /**
   * Whether this driver looks at {@link CallView#result()}.
   *
   * @return if false, the result may be missing from the call's view
   */
  boolean readsResults();

  /**
   * Signal: an attempt returned a result. Called once for each such attempt, without the time,
   * which nobody needs when all is well.
   *
   * @param call the call, with its result
   * @return whether the call is done with it; if not, {@link #afterAttempt} is asked
   */
  boolean accepts(CallView call);

  /**
   * Signal: an attempt failed, or its result was not accepted. Called once for each such attempt.
   * What a user's predicate throws may leave this method; the engine takes it for {@link #STOP}.
   *
   * @param call the call, with its attempt number, its result or failure, and the time it has left
   * @param verdict how it ended
   * @param previousWaitNanos what this method answered after the attempt before; 0 after the first
   * @param retryAllowed whether the gates leave room for another attempt at all
   * @param nowNanos the present time
   * @return how long to wait before the next attempt, in nanoseconds; {@link #STOP}; or
   *     {@link RetryDenial#step()}, to say why
   */
  long afterAttempt(
      CallView call, Verdict verdict, long previousWaitNanos, boolean retryAllowed, long nowNanos);

  @Override
  default Position position() {
    return Position.RETRY;
  }
}
