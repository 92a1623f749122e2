package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.Gate;
import dev.evenkeel.failback.Rejoin;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.testkit.junit.GateContract;

/** The gate of a node that has started; here, as failback's tests have no contract. */
class InboundContractTest extends GateContract {

  @Override
  protected Gate newGate() {
    Rejoin rejoin = Rejoin.builder("catalog")
        .startCalls(1)
        .headroom(1)
        .kernel(ManualKernel.create())
        .start();
    rejoin.ready();
    return rejoin.inbound();
  }
}
