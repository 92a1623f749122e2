package dev.evenkeel.benchmarks.cases;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;

/** The same for every contender. */
final class Settings {

  static final int WINDOW = 100;
  static final int WINDOW_SECONDS = 10;
  static final int ATTEMPTS = 3;

  /** Wide enough for what is in flight, so that nothing is refused. */
  static final int CONCURRENT_CALLS = 10_000;

  static final Duration TIMEOUT = Duration.ofMillis(300);

  /** So long that an open breaker stays open while it is measured. */
  static final Duration OPEN = Duration.ofHours(2);

  static final String FALLBACK = "fallback";
  static final int OUTSTANDING = 10_000;

  private Settings() {}

  /** Resilience4j's own defaults: the last 100 calls, half of them, slow means a minute. */
  static CircuitBreakerConfig countWindow() {
    return CircuitBreakerConfig.custom()
        .slidingWindowSize(WINDOW)
        .minimumNumberOfCalls(WINDOW)
        .waitDurationInOpenState(OPEN)
        .build();
  }

  static CircuitBreakerConfig timeWindow() {
    return CircuitBreakerConfig.custom()
        .slidingWindowType(SlidingWindowType.TIME_BASED)
        .slidingWindowSize(WINDOW_SECONDS)
        .minimumNumberOfCalls(WINDOW)
        .waitDurationInOpenState(OPEN)
        .build();
  }

  /** The short wait is for the check after a measurement only. */
  static RetryConfig resilience4jRetry() {
    return RetryConfig.custom()
        .maxAttempts(ATTEMPTS)
        .waitDuration(Duration.ofMillis(10))
        .build();
  }
}
