package dev.evenkeel.testkit;

import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Gate;
import dev.evenkeel.core.PerKey;

class PerKeyContractTest extends GateContract {

  @Override
  protected Gate newGate() {
    return PerKey.of(() -> ConcurrencyLimit.of(10));
  }
}
