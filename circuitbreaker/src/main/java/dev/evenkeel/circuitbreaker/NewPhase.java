package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Verdict;

/** Nobody has told the time yet: closed, and the first call begins the first window. */
final class NewPhase extends Phase {

  private final StateMachine machine;

  NewPhase(StateMachine machine) {
    this.machine = machine;
  }

  @Override
  GateState state() {
    return GateState.CLOSED;
  }

  @Override
  long admit(CallView call, long nowNanos) {
    return machine.begin(nowNanos).admit(call, nowNanos);
  }

  @Override
  void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    machine.begin(nowNanos).settle(call, permit, verdict, nowNanos);
  }
}
