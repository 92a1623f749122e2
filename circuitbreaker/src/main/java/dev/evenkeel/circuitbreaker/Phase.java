package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.TimelessGate;
import dev.evenkeel.core.Verdict;

/**
 * What the breaker is in. Each phase answers for itself; {@link StateMachine} replaces one by the
 * next. What a phase does not say, holds for most of them. Thread-safe.
 */
abstract sealed class Phase
    permits NewPhase, ClosedPhase, ReturnPhase, HeldPhase, Resilience4jPhase {

  private static final WindowFigures EMPTY = new WindowFigures(-1, -1, 0, 0, 0);

  abstract GateState state();

  /** As {@link TimelessGate#admit}. */
  abstract long admit(CallView call, long nowNanos);

  /** As {@link TimelessGate#settle}. */
  abstract void settle(CallView call, long permit, Verdict verdict, long nowNanos);

  /** As {@link TimelessGate#admitTimeless}. */
  long admitTimeless(CallView call) {
    return TimelessGate.NEEDS_TIME;
  }

  /** As {@link TimelessGate#settleTimeless}. */
  boolean settleTimeless(CallView call, long permit) {
    return false;
  }

  boolean allowsRetry() {
    return true;
  }

  /** The rest of a wait that a refusal without the time could not tell; 0 if there is none. */
  long retryAfterNanos(long nowNanos) {
    return 0;
  }

  /** Asks for a permit to make a ping; only a way back has a use for one. */
  long admitPing(CallView ping, long nowNanos) {
    return Refusal.of(RefusalReason.OTHER);
  }

  /** Tells how a ping ended that {@link #admitPing} let go, maybe of a phase before. */
  void settlePing(CallView ping, long permit, Verdict verdict, long nowNanos) {}

  /** Moves the time of the window. */
  void tell(long nowNanos) {}

  WindowFigures figures() {
    return EMPTY;
  }

  /** A cool-down has begun. Called without a lock. */
  void onCoolDown() {}

  /** The breaker was closed as a resource is: it leaves no timer armed. */
  void onClosed() {}

  /** Another phase has taken this one's place. Called under the lock of the machine. */
  void onLeft() {}
}
