package dev.evenkeel.failback;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.GateState;

/** A state of the way back. */
abstract sealed class Stage permits OpenStage, ProbeStage, RampStage {

  final long epoch;

  Stage(long epoch) {
    this.epoch = epoch;
  }

  abstract GateState state();

  abstract long admit(CallView call, long nowNanos);
}
