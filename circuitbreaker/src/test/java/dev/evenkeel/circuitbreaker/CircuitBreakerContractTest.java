package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.Gate;
import dev.evenkeel.testkit.junit.GateContract;

class CircuitBreakerContractTest extends GateContract {

  @Override
  protected Gate newGate() {
    return CircuitBreaker.standard();
  }
}
