package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.Verdict;

/**
 * Held by hand: refuses everything, or lets everything through unwatched. It goes on counting what
 * is asked for, so that after an hour of maintenance the ramp knows it; and so that this hour does
 * not pass for a dependency that did nothing.
 */
final class HeldPhase extends Phase {

  private final StateMachine machine;
  private final GateState state;
  private final long epoch;
  private final boolean passes;

  HeldPhase(StateMachine machine, GateState state, long epoch) {
    this.machine = machine;
    this.state = state;
    this.epoch = epoch;
    passes = state.equals(GateState.DISABLED);
  }

  @Override
  GateState state() {
    return state;
  }

  @Override
  long admit(CallView call, long nowNanos) {
    machine.onHeldCall(nowNanos);
    return passes ? epoch : Refusal.of(RefusalReason.CIRCUIT_FORCED_OPEN);
  }

  @Override
  void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    if (Permit.epoch(permit) != epoch) {
      machine.onStaleVerdict();
    }
  }
}
