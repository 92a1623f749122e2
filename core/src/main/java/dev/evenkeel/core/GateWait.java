package dev.evenkeel.core;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The state of one wait: whoever moves it away from {@link #SETTING_UP} or {@link #WAITING} has
 * ended it, and nobody else does. A permit can so be handed over only to a waiter that takes it.
 */
final class GateWait extends AtomicLong implements Waiter {

  private static final long serialVersionUID = 1;

  /** The gate has not said yet whether to wait. */
  static final long SETTING_UP = Long.MIN_VALUE + 1;

  static final long WAITING = WaitingGate.WAIT;

  /** Ended by the caller. */
  static final long GIVEN_UP = Long.MIN_VALUE + 2;

  /** Ended by itself, at the time and with the answer the gate had set. */
  static final long TIME_OVER = Long.MIN_VALUE + 3;

  /** Ended by the call's deadline. */
  static final long EXPIRED = Long.MIN_VALUE + 4;

  /** No state, but an answer of ours: of a gate that threw, so that there is nothing to settle. */
  static final long NO_PERMIT = Long.MIN_VALUE + 5;

  private final transient Runnable onEnd;
  private long endAtNanos;
  private long endAnswer;
  private boolean endSet;
  private long lastNanos;
  private long lastState;

  /**
   * Creates the state.
   *
   * @param onEnd wakes the call up; called once at most, and never while it is set up
   */
  GateWait(Runnable onEnd) {
    super(SETTING_UP);
    this.onEnd = onEnd;
  }

  @Override
  public boolean end(long answer) {
    return finish(answerOf(answer));
  }

  @Override
  public void endAt(long atNanos, long answer) {
    endSet = true;
    endAtNanos = atNanos;
    endAnswer = answerOf(answer);
  }

  /** Ends the wait, with an answer or one of the states above, unless it has ended. */
  boolean finish(long state) {
    for (; ; ) {
      long before = get();
      if (before != SETTING_UP && before != WAITING) {
        return false;
      }
      if (compareAndSet(before, state)) {
        if (before == WAITING) {
          onEnd.run();
        }
        return true;
      }
    }
  }

  /** Fixes when the wait ends at the latest, before it begins. */
  void clip(long nowNanos, CallView call) {
    lastNanos = nowNanos + Checks.MAX_DURATION.toNanos();
    lastState = EXPIRED;
    if (endSet) {
      lastNanos = endAtNanos;
      lastState = TIME_OVER;
    }
    long remaining = call.remainingNanos(nowNanos);
    if (remaining != Long.MAX_VALUE && nowNanos + remaining - lastNanos <= 0) {
      lastNanos = nowNanos + remaining;
      lastState = EXPIRED;
    }
  }

  long lastNanos() {
    return lastNanos;
  }

  /** The time that {@link #clip} fixed has come. */
  void timeOver() {
    finish(lastState);
  }

  boolean begin() {
    return compareAndSet(SETTING_UP, WAITING);
  }

  boolean hasEnded() {
    long state = get();
    return state != SETTING_UP && state != WAITING;
  }

  /** What the gate had set to end the wait with. */
  long endAnswer() {
    return endAnswer;
  }

  /** Whether a permit is reserved for the end of the wait. */
  boolean holdsPermit() {
    return endSet && endAnswer >= 0;
  }

  /**
   * A gate's answer. The lowest numbers are ours; as refusals they mean as little as any number
   * made up.
   */
  static long answerOf(long answer) {
    return answer <= NO_PERMIT ? Refusal.of(RefusalReason.OTHER) : answer;
  }
}
