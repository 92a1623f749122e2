package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.Gate;
import dev.evenkeel.testkit.GateContract;

class CircuitBreakerContractTest extends GateContract {

  @Override
  protected Gate newGate() {
    return CircuitBreaker.standard();
  }

  /** Resilience4j's window makes a snapshot for each call it records. */
  @Override
  protected int allowedBytesPerCall() {
    return 64;
  }
}
