package dev.evenkeel.limits;

import dev.evenkeel.core.Gate;
import dev.evenkeel.testkit.junit.GateContract;

class QueuedLimitContractTest extends GateContract {

  @Override
  protected Gate newGate() {
    return QueuedLimit.of(10, 5);
  }
}
