package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.Faults;
import dev.evenkeel.failback.Failback;
import dev.evenkeel.failback.Tolerance;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a breaker goes by; other settings make another one.
 *
 * @param config decides when it trips and what counts as a failure
 * @param failback the way back; null for Resilience4j's own
 * @param rowRule trips too; null for none
 * @param classifier the predicates of the configuration
 * @param tolerance what the closed breaker bears
 */
record BreakerSettings(
    CircuitBreakerConfig config,
    @Nullable Failback failback,
    ConsecutiveFailures.@Nullable Rule rowRule,
    Classifier classifier,
    Tolerance tolerance) {

  static BreakerSettings of(CircuitBreakerConfig config, @Nullable Failback failback) {
    double waitSeconds =
        failback == null ? Tolerance.STANDARD.waitSeconds() : firstWaitSeconds(config);
    return new BreakerSettings(
        config,
        failback,
        null,
        new Classifier(config),
        ClosedWindow.tolerance(config, waitSeconds));
  }

  /** Asked once, when the breaker is made: it is a user's function, which may draw or throw. */
  private static double firstWaitSeconds(CircuitBreakerConfig config) {
    try {
      return Math.max(0, config.getWaitIntervalFunctionInOpenState().apply(1)) / 1e3;
    } catch (Throwable fault) {
      new Faults("circuit-breaker")
          .report("waitIntervalFunctionInOpenState", fault, "a minute is taken for its first wait");
      return Tolerance.STANDARD.waitSeconds();
    }
  }

  BreakerSettings with(ConsecutiveFailures.Rule rule) {
    return new BreakerSettings(config, failback, rule, classifier, tolerance);
  }

  /** Whether a window under both trips at the same calls. */
  boolean tripsAs(BreakerSettings other) {
    CircuitBreakerConfig one = config;
    CircuitBreakerConfig two = other.config;
    return one.getSlidingWindowType() == two.getSlidingWindowType()
        && one.getSlidingWindowSize() == two.getSlidingWindowSize()
        && one.getMinimumNumberOfCalls() == two.getMinimumNumberOfCalls()
        && one.getFailureRateThreshold() == two.getFailureRateThreshold()
        && one.getSlowCallRateThreshold() == two.getSlowCallRateThreshold()
        && one.getSlowCallDurationThreshold().equals(two.getSlowCallDurationThreshold())
        && Objects.equals(rowRule, other.rowRule);
  }

  @Override
  public String toString() {
    return Words.percent(config.getFailureRateThreshold()) + " of " + config.getSlidingWindowSize()
        + ", " + (failback == null ? "Resilience4j's way back" : failback);
  }
}
