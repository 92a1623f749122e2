package dev.evenkeel.limits;

import dev.evenkeel.core.Gate;
import dev.evenkeel.testkit.junit.GateContract;
import java.time.Duration;

/** With many permits: none of the contract's calls is refused. */
class AmpleRateLimitContractTest extends GateContract {

  @Override
  protected Gate newGate() {
    return RateLimit.of(1_000_000, Duration.ofSeconds(1));
  }

  @Override
  protected Duration permitsStayAwayFor() {
    return Duration.ofSeconds(1);
  }
}
