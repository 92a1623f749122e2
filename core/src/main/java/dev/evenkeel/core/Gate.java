package dev.evenkeel.core;

/**
 * Decides whether a call may go on, and learns how it ended: a breaker, a ramp, a limit, a budget,
 * an injected fault.
 *
 * <p>The contract, which the {@code GateContract} of {@code evenkeel-testkit-junit} proves for any
 * gate:
 *
 * <ul>
 *   <li>A permit carries the epoch of the state that gave it. A verdict from another epoch may
 *       change counters, never the state.
 *   <li>The engine settles every permit exactly once, whatever happens to the call, and settles
 *       none that was not given.
 *   <li>{@link Verdict#REFUSED} and {@link Verdict#CANCELLED} give the permit back and move no
 *       statistics.
 *   <li>Time is an argument: monotonic nanoseconds, which may be negative and may wrap around,
 *       compared by subtraction.
 *   <li>Random numbers come from {@link CallView#random()}.
 *   <li>Neither method blocks, throws or keeps a reference to the call.
 * </ul>
 *
 * <p>Gates are shared by all threads of all pipelines they are put into and must be thread-safe. A
 * gate that throws all the same is taken as not being there for that call, and logged once.
 */
public non-sealed interface Gate extends Policy {

  /**
   * Asks for a permit.
   *
   * @param call what is known of the call; valid during this method only
   * @param nowNanos the present time on the kernel's monotonic clock
   * @return a permit of 0 or more; or a refusal below 0, made by {@link Refusal#of}
   */
  long admit(CallView call, long nowNanos);

  /**
   * Gives a permit back and tells how the call ended. Called exactly once for each permit.
   *
   * @param call what is known of the call, with its result or failure; valid during this method
   *     only
   * @param permit what {@link #admit} returned
   * @param verdict how the call ended
   * @param nowNanos the present time on the kernel's monotonic clock
   */
  void settle(CallView call, long permit, Verdict verdict, long nowNanos);

  /**
   * Whether another attempt may follow when the one that holds this permit failed. A breaker on its
   * way back says no: the returning dependency needs no second helping.
   *
   * @param call what is known of the call
   * @param permit what {@link #admit} returned
   * @return true unless overridden
   */
  default boolean allowsRetry(CallView call, long permit) {
    return true;
  }

  /**
   * Whether this gate looks at {@link CallView#result()}. Keeping the result for a gate to look at
   * costs each call a few nanoseconds.
   *
   * @return true unless overridden; if false, the result may be missing from the call's view
   */
  default boolean readsResults() {
    return true;
  }

  /**
   * Whether a permit stands for work that is under way, as a concurrency limit's does. An attempt
   * under {@link Timeout#detached} that was left behind then holds its permit until it has ended;
   * other gates are told when its caller is.
   *
   * @return false unless overridden
   */
  default boolean permitsFollowWork() {
    return false;
  }

  /**
   * Tells the gate that it is now part of a pipeline; once for each pipeline.
   *
   * @param attachment the pipeline's name, kernel and listener
   */
  default void attach(Attachment attachment) {}

  /**
   * Tells the gate that a pipeline it was part of is closed, or, for a gate of {@link PerKey}, that
   * its key was forgotten; once for each {@link #attach}. A gate that is in no pipeline any more
   * ends its timers, threads and probes here, without waiting for them. It may still be asked, by
   * calls that come later, and may be attached again.
   *
   * @param attachment equal to the one it was attached with
   */
  default void detach(Attachment attachment) {}

  /**
   * Whether nothing is lost if a new gate takes this one's place: it is in the state it began with,
   * and no permit is out that counts. {@link PerKey} asks it of gates whose keys were not used for
   * a while; must be quick and may come from any thread.
   *
   * @param nowNanos the present time on the kernel's monotonic clock
   * @return false unless overridden: such a gate is kept
   */
  default boolean isIdle(long nowNanos) {
    return false;
  }

  @Override
  default Position position() {
    return Position.CONCURRENCY_LIMIT;
  }
}
