package dev.evenkeel.limits;

import dev.evenkeel.core.Gate;
import dev.evenkeel.testkit.junit.GateContract;
import java.time.Duration;

/** With few permits: most of the contract's calls are refused. */
class RateLimitContractTest extends GateContract {

  @Override
  protected Gate newGate() {
    return RateLimit.of(200, Duration.ofSeconds(1));
  }

  @Override
  protected Duration permitsStayAwayFor() {
    return Duration.ofSeconds(1);
  }
}
