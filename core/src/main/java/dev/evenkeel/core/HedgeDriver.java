package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * Decides whether and when another attempt starts beside one that is slow: no threads, no clock,
 * signals in, steps out. The engine keeps the time, runs the attempts side by side, stops those
 * that are not needed any more, and asks the gates whether a hedge is welcome.
 *
 * <p>Internal: for {@code evenkeel-retry}; it may change in any version.
 */
public non-sealed interface HedgeDriver extends Policy {

  /** The step that says: no hedge. */
  long NEVER = -1;

  /**
   * The most attempts beside the first one.
   *
   * @return at least 1
   */
  int maxHedges();

  /**
   * The shortest delay there will ever be, for the checks when a pipeline is built.
   *
   * @return nanoseconds, more than 0
   */
  long leastDelayNanos();

  /**
   * Signal: an attempt begins. Called once for each, before it does.
   *
   * @param call the call, with the time it has left
   * @param nowNanos the present time
   * @return how long it may take, in nanoseconds, before a hedge starts, and that one before the
   *     next; or {@link #NEVER}
   */
  long delayNanos(CallView call, long nowNanos);

  /**
   * Signal: the delay is over and no attempt has succeeded. Takes what the hedge costs in one
   * atomic step.
   *
   * @param call the hedge, with its number and the time it has left
   * @param retry the retry around this hedging; null if there is none
   * @param nowNanos the present time
   * @return whether the hedge may start
   */
  boolean tryStart(CallView call, @Nullable RetryDriver retry, long nowNanos);

  /**
   * Signal: an attempt succeeded, with or without hedges beside it.
   *
   * @param nanos from the beginning of the first attempt to the success of whichever won
   * @param retry the retry around this hedging; null if there is none
   * @param nowNanos when it succeeded
   */
  void onSuccess(long nanos, @Nullable RetryDriver retry, long nowNanos);

  @Override
  default Position position() {
    return Position.HEDGE;
  }
}
