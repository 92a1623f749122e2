package dev.evenkeel.settings;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Policy;
import dev.evenkeel.failback.Failback;
import dev.evenkeel.settings.PolicyFactory.Contradiction;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Makes the circuit breaker of a pipeline. */
final class Breakers {

  private static final String POLICY = "circuit-breaker";
  private static final String FAILBACK = POLICY + ".failback.";
  private static final String ROW = POLICY + ".also-trip-after.";

  private Breakers() {}

  static Policy policy(Reading reading) {
    boolean failback = reading.onOff(FAILBACK + "enabled");
    CircuitBreakerConfig config = config(reading, failback);
    return PolicyFactory.perKey(
        reading,
        POLICY,
        failback ? withFailback(reading, config) : () -> CircuitBreaker.withoutFailback(config));
  }

  private static CircuitBreakerConfig config(Reading reading, boolean failback) {
    SlidingWindowType type =
        SlidingWindowType.valueOf(reading.choice(POLICY + ".sliding-window-type"));
    int size = reading.count(POLICY + ".sliding-window-size");
    int preset = type == SlidingWindowType.COUNT_BASED ? Math.min(20, size) : 20;
    CircuitBreakerConfig.Builder builder = CircuitBreakerConfig.custom()
        .failureRateThreshold((float) reading.number(POLICY + ".failure-rate-threshold"))
        .slowCallRateThreshold((float) reading.number(POLICY + ".slow-call-rate-threshold"))
        .slowCallDurationThreshold(reading.duration(POLICY + ".slow-call-duration-threshold"))
        .slidingWindowType(type)
        .slidingWindowSize(size)
        .minimumNumberOfCalls(reading.count(POLICY + ".minimum-number-of-calls", preset))
        .waitDurationInOpenState(reading.duration(POLICY + ".wait-duration-in-open-state"));
    if (!failback) {
      builder.permittedNumberOfCallsInHalfOpenState(
          reading.count(POLICY + ".permitted-number-of-calls-in-half-open-state"));
    }
    List<Class<? extends Throwable>> recorded = reading.exceptions(POLICY + ".record-exceptions");
    if (!recorded.isEmpty()) {
      builder.recordException(failure -> ExceptionTypes.contain(recorded, failure));
    }
    List<Class<? extends Throwable>> ignored = reading.exceptions(POLICY + ".ignore-exceptions");
    if (!ignored.isEmpty()) {
      builder.ignoreException(failure -> ExceptionTypes.contain(ignored, failure));
    }
    return builder.build();
  }

  private static Supplier<CircuitBreaker> withFailback(
      Reading reading, CircuitBreakerConfig config) {
    Failback failback = failback(reading);
    Function<CircuitBreaker, CircuitBreaker> row = breaker -> breaker;
    if (reading.onOff(ROW + "enabled")) {
      int failures = reading.count(ROW + "failures-in-a-row");
      Duration over = reading.duration(ROW + "over");
      row = breaker -> breaker.alsoTripAfter(failures, over);
    }
    Function<CircuitBreaker, CircuitBreaker> alsoRow = row;
    boolean doubt = reading.onOff(POLICY + ".doubt-timeouts-at-start");
    return () -> {
      CircuitBreaker breaker = alsoRow.apply(CircuitBreaker.of(config, failback));
      return doubt ? breaker.doubtTimeoutsAtStart() : breaker;
    };
  }

  private static Failback failback(Reading reading) {
    Duration min = reading.duration(FAILBACK + "min-cooldown");
    Duration max = reading.duration(FAILBACK + "max-cooldown");
    if (max.compareTo(min) < 0) {
      throw new Contradiction(
          FAILBACK + "max-cooldown",
          Values.text(SettingKeys.get(FAILBACK + "max-cooldown"), max),
          "at least min-cooldown, which is "
              + Values.text(SettingKeys.get(FAILBACK + "min-cooldown"), min));
    }
    return Failback.builder()
        .minCooldown(min)
        .maxCooldown(max)
        .probeLease(reading.duration(FAILBACK + "probe-lease"))
        .probeShare(reading.number(FAILBACK + "probe-share"))
        .startShare(reading.number(FAILBACK + "start-share"))
        .inFlightCeiling(reading.number(FAILBACK + "in-flight-ceiling"))
        .growthPerSecond(reading.number(FAILBACK + "growth-per-second"))
        .additionPerSecond(reading.number(FAILBACK + "addition-per-second"))
        .step(reading.duration(FAILBACK + "step"))
        .build();
  }
}
