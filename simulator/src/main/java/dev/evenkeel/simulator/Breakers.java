package dev.evenkeel.simulator;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.core.IntervalFunction;

/** Resilience4j's configurations, as a scenario wants them. */
final class Breakers {

  private Breakers() {}

  /** When the breaker trips, with whichever way back. */
  static CircuitBreakerConfig.Builder tripping(Scenario scenario) {
    boolean byTime = scenario.is(Field.WINDOW_TYPE, "time");
    return CircuitBreakerConfig.custom()
        .slidingWindowType(byTime ? SlidingWindowType.TIME_BASED : SlidingWindowType.COUNT_BASED)
        .slidingWindowSize(scenario.count(Field.WINDOW))
        .minimumNumberOfCalls(scenario.count(Field.MINIMUM_CALLS))
        .failureRateThreshold((float) scenario.number(Field.FAILURE_RATE))
        .slowCallRateThreshold((float) scenario.number(Field.SLOW_RATE))
        .slowCallDurationThreshold(scenario.duration(Field.SLOW_DURATION));
  }

  /** With the wait that Resilience4j would have: ours refuses no more without a reason. */
  static CircuitBreakerConfig waiting(Scenario scenario) {
    return tripping(scenario)
        .waitIntervalFunctionInOpenState(IntervalFunction.of(waitMillis(scenario)))
        .build();
  }

  private static long waitMillis(Scenario scenario) {
    return Math.max(1, Math.round(scenario.number(Field.R4J_WAIT) * 1e3));
  }

  /** Resilience4j by itself, without its wait. */
  static CircuitBreakerConfig.Builder baseline(Scenario scenario) {
    return CircuitBreakerConfig.custom()
        .slidingWindowSize(scenario.count(Field.R4J_WINDOW))
        .minimumNumberOfCalls(scenario.count(Field.R4J_MINIMUM_CALLS))
        .failureRateThreshold((float) scenario.number(Field.R4J_FAILURE_RATE))
        .permittedNumberOfCallsInHalfOpenState(scenario.count(Field.R4J_HALF_OPEN));
  }

  /** A fixed wait; where in it the first one is depends on when it tripped, which is chance. */
  static IntervalFunction wait(Scenario scenario) {
    long millis = waitMillis(scenario);
    double phase = scenario.number(Field.R4J_FIRST_WAIT);
    return attempt -> attempt > 1 ? millis : Math.max(1, Math.round(millis * phase));
  }
}
