package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.retry.Backoff;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.testkit.ScriptedDependency;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Resilience4j's own way back, in a pipeline: what the differential test does not compare. */
class OwnWayTest {

  private final ManualKernel kernel = ManualKernel.create();
  private final ScriptedDependency<String> dependency =
      ScriptedDependency.on(kernel).die();
  private final CircuitBreaker breaker =
      CircuitBreaker.withoutFailback(CircuitBreakerConfig.custom()
          .slidingWindowSize(4)
          .minimumNumberOfCalls(4)
          .waitDurationInOpenState(Duration.ofSeconds(1))
          .permittedNumberOfCallsInHalfOpenState(2)
          .build());
  private final Pipeline pipeline = Pipeline.builder("migrating")
      .kernel(kernel)
      .policies(
          Retry.builder()
              .maxAttempts(2)
              .backoff(Backoff.fixed(Duration.ofMillis(1)))
              .build(),
          breaker)
      .build();

  private int attemptsOfACall() {
    int before = dependency.calls();
    pipeline.call(dependency::call, failure -> "failed");
    return dependency.calls() - before;
  }

  @Test
  void closedBreaker_allowsRetries_aHalfOpenOneDoesNot() {
    assertThat(attemptsOfACall()).isEqualTo(2);
    assertThat(attemptsOfACall()).isEqualTo(2);
    assertThat(breaker.state()).isEqualTo(GateState.OPEN);
    kernel.advance(Duration.ofSeconds(2));
    assertThat(attemptsOfACall()).isEqualTo(1);
    assertThat(breaker.state()).as("one more may pass").isEqualTo(GateState.PROBING);
    assertThat(attemptsOfACall()).isEqualTo(1);
    assertThat(breaker.state()).isEqualTo(GateState.OPEN);
  }

  @Test
  void disabledBreaker_allowsRetries() {
    breaker.disable("a test");
    for (int i = 0; i < 3; i++) {
      assertThat(attemptsOfACall()).isEqualTo(2);
    }
  }

  @Test
  void wait_beginsWhenTheCallThatTrippedItEnds() {
    for (int i = 0; i < 4; i++) {
      pipeline.call(
          () -> {
            kernel.advance(Duration.ofSeconds(10));
            return dependency.call();
          },
          failure -> "failed");
    }
    assertThat(breaker.state()).isEqualTo(GateState.OPEN);
    assertThat(attemptsOfACall()).isZero();
  }

  @Test
  void timeWindow_keepsTheGatesTime_whateverItsSynchronization() {
    CircuitBreaker timed = CircuitBreaker.withoutFailback(CircuitBreakerConfig.custom()
        .slidingWindow(
            3, 4, SlidingWindowType.TIME_BASED, SlidingWindowSynchronizationStrategy.LOCK_FREE)
        .build());
    Pipeline.builder("timed").kernel(kernel).policies(timed).build().run(() -> {});
    assertThat(timed.figures().bufferedCalls()).isEqualTo(1);
    kernel.advance(Duration.ofSeconds(4));
    assertThat(timed.figures().bufferedCalls()).isZero();
  }
}
