package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.Checks;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is doubtful about a breaker's configuration, and what without an effect is set in it. */
final class BreakerWarnings {

  private static final CircuitBreakerConfig DEFAULTS = CircuitBreakerConfig.ofDefaults();
  private static final String WAY_BACK = "without an effect (expected: settings of the way back, by"
      + " CircuitBreaker.of(config, Failback); or CircuitBreaker.withoutFailback(config))";
  private static final String UNUSED = "without an effect (expected: not set)";

  private final CircuitBreakerConfig config;
  private final List<String> warnings = new ArrayList<>();

  private BreakerWarnings(CircuitBreakerConfig config) {
    this.config = config;
  }

  /**
   * The warnings.
   *
   * @param saysNothingOfIt whether whoever made the breaker has said nothing about its way back
   */
  static List<String> of(BreakerSettings settings, boolean saysNothingOfIt) {
    CircuitBreakerConfig config = settings.config();
    BreakerWarnings of = new BreakerWarnings(config);
    of.share("failureRateThreshold", config.getFailureRateThreshold());
    of.share("slowCallRateThreshold", config.getSlowCallRateThreshold());
    if (settings.failback() != null) {
      of.halfOpen();
      if (saysNothingOfIt) {
        of.openWait(settings.tolerance().waitSeconds());
      }
    }
    of.unused();
    return of.warnings;
  }

  private void share(String field, float percent) {
    if (percent <= 1) {
      warnings.add(field + ": " + Words.percent(percent)
          + ", as it is in percent (expected: 50 for a half)");
    }
  }

  private void halfOpen() {
    int permitted = config.getPermittedNumberOfCallsInHalfOpenState();
    if (permitted != DEFAULTS.getPermittedNumberOfCallsInHalfOpenState()) {
      warnings.add("permittedNumberOfCallsInHalfOpenState: " + permitted + ", " + WAY_BACK);
    }
  }

  private void openWait(double seconds) {
    if (seconds != CircuitBreakerConfig.DEFAULT_WAIT_DURATION_IN_OPEN_STATE) {
      warnings.add("waitDurationInOpenState: "
          + Checks.text(Duration.ofMillis(Math.round(1e3 * seconds)))
          + ", which bounds what a ramp may refuse and is not waited for (expected: minCooldown and"
          + " maxCooldown, by CircuitBreaker.of(config, Failback))");
    }
  }

  /** Neither way back has them. */
  private void unused() {
    if (config.isAutomaticTransitionFromOpenToHalfOpenEnabled()) {
      warnings.add(
          "automaticTransitionFromOpenToHalfOpenEnabled: true, without an effect (expected:"
              + " probeWith, which probes without calls)");
    }
    Duration halfOpen = config.getMaxWaitDurationInHalfOpenState();
    if (!halfOpen.equals(DEFAULTS.getMaxWaitDurationInHalfOpenState())) {
      warnings.add("maxWaitDurationInHalfOpenState: " + Checks.text(halfOpen)
          + ", without an effect (expected: probeLease of a Failback)");
    }
    State initial = config.getInitialState();
    if (initial != State.CLOSED) {
      warnings.add("initialState: " + initial
          + ", without an effect (expected: forceOpen or disable, once it is made)");
    }
    if (config.getTransitionOnResult() != DEFAULTS.getTransitionOnResult()) {
      warnings.add("transitionOnResult: a function, " + UNUSED);
    }
  }
}
