package dev.evenkeel.core;

/**
 * A gate that can let a call wait for its permit instead of refusing it: a queue, a rate limit.
 *
 * <p>{@link #admit} stays what it is for every gate: a permit at once, or a refusal. After a
 * refusal the engine asks {@link #await}. The engine does the waiting, on the caller's own thread
 * or by a timer, and clips it to the call's deadline; the gate only says when it ends. The call's
 * attempt begins after the wait: {@link CallView#startedNanos()} moves, so that neither a timeout
 * for one attempt nor a latency measured by another gate takes this gate's queue for the
 * dependency's slowness.
 */
public interface WaitingGate extends Gate {

  /** What {@link #await} answers if the call shall wait. */
  long WAIT = Long.MIN_VALUE;

  /**
   * Asks whether a call that was refused may wait for a permit. Must neither block nor throw.
   *
   * @param call what is known of the call; valid during this method only
   * @param refusal what {@link #admit} has just returned
   * @param waiter through which the gate ends the wait; may be kept until then
   * @param nowNanos the present time on the kernel's monotonic clock
   * @return a permit of 0 or more that has become free meanwhile; {@link #WAIT}; or a refusal,
   *     often the one it was given
   */
  long await(CallView call, long refusal, Waiter waiter, long nowNanos);

  /**
   * Asks whether a permit that was promised by {@link Waiter#endAt} is worth nothing by now, as the
   * process stood still when its time came: all that waited then would go at once. Such a permit is
   * settled with {@link Verdict#REFUSED}, and the call asks anew, as if it had just come.
   *
   * @param permit the permit
   * @param nowNanos the present time on the kernel's monotonic clock
   * @return false unless overridden
   */
  default boolean hasLapsed(long permit, long nowNanos) {
    return false;
  }

  /**
   * Tells that a wait ended otherwise than by {@link Waiter#end}: its time was over, or the caller
   * gave up. The waiter takes no permit any more; the gate forgets it. A permit that was promised
   * by {@link Waiter#endAt} and is not used is settled with {@link Verdict#REFUSED} besides.
   *
   * @param call what is known of the call; valid during this method only
   * @param waiter the waiter
   * @param nowNanos the present time on the kernel's monotonic clock
   */
  default void withdraw(CallView call, Waiter waiter, long nowNanos) {}
}
