package dev.evenkeel.limits;

import dev.evenkeel.core.Gate;
import dev.evenkeel.testkit.junit.GateContract;

class AdaptiveLimitContractTest extends GateContract {

  @Override
  protected Gate newGate() {
    return AdaptiveLimit.standard();
  }
}
