package dev.evenkeel.testkit.junit;

import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Gate;

class ConcurrencyLimitContractTest extends GateContract {

  @Override
  protected Gate newGate() {
    return ConcurrencyLimit.of(10);
  }
}
