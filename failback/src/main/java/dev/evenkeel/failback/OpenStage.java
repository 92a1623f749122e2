package dev.evenkeel.failback;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;

/** Refuses until the cool-down ends. */
final class OpenStage extends Stage {

  volatile long untilNanos; // written under the lock of Comeback

  /** Whether somebody sees to it that the end of the cool-down is noticed. */
  volatile boolean timeless;

  OpenStage(long epoch, long untilNanos) {
    super(epoch);
    this.untilNanos = untilNanos;
  }

  @Override
  GateState state() {
    return GateState.OPEN;
  }

  @Override
  long admit(CallView call, long nowNanos) {
    return Refusal.of(RefusalReason.CIRCUIT_OPEN, untilNanos - nowNanos);
  }
}
