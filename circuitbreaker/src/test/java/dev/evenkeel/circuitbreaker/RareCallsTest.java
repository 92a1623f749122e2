package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.testkit.ScriptedDependency;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A process that calls every few seconds trips and comes back too. */
class RareCallsTest {

  private static final String REFUSED_OR_FAILED = "neither";

  private final ManualKernel kernel = ManualKernel.create();
  private final ScriptedDependency<String> dependency = ScriptedDependency.on(kernel);
  private final List<String> reasons = new ArrayList<>();

  private Pipeline pipeline(CircuitBreaker breaker) {
    PipelineListener listener = new PipelineListener() {
      @Override
      public void onStateChange(StateChange change) {
        reasons.add(change.reason());
      }
    };
    return Pipeline.builder("orders")
        .kernel(kernel)
        .listener(listener)
        .policies(breaker)
        .build();
  }

  private Object call(Pipeline pipeline, Duration after) {
    kernel.advance(after);
    return pipeline.<Object>call(dependency::call, failure -> REFUSED_OR_FAILED);
  }

  private void call(Pipeline pipeline, Duration after, int times) {
    for (int i = 0; i < times; i++) {
      call(pipeline, after);
    }
  }

  @Test
  void fiveFailuresInARow_overFiveSeconds_tripTheStandardBreaker() {
    CircuitBreaker breaker = CircuitBreaker.standard();
    Pipeline pipeline = pipeline(breaker);
    call(pipeline, Duration.ofSeconds(2), 3);
    dependency.die();
    call(pipeline, Duration.ofSeconds(2), 4);
    assertThat(breaker.state()).isEqualTo(GateState.CLOSED);
    call(pipeline, Duration.ofSeconds(2));
    assertThat(breaker.state()).isEqualTo(GateState.OPEN);
    assertThat(reasons.get(0)).startsWith("5 calls in a row failed, over 8.0 s");
  }

  @Test
  void aBurstOfFailures_isNoOutage_untilItLasts() {
    CircuitBreaker breaker = CircuitBreaker.standard();
    Pipeline pipeline = pipeline(breaker);
    dependency.die();
    call(pipeline, Duration.ofMillis(300), 17);
    assertThat(breaker.state()).as("over 4.8 s").isEqualTo(GateState.CLOSED);
    call(pipeline, Duration.ofMillis(200));
    assertThat(breaker.state()).as("over 5 s").isEqualTo(GateState.OPEN);
  }

  @Test
  void aSuccessInBetween_beginsTheRowAnew() {
    CircuitBreaker breaker = CircuitBreaker.standard();
    Pipeline pipeline = pipeline(breaker);
    for (int i = 0; i < 3; i++) {
      dependency.die();
      call(pipeline, Duration.ofSeconds(2), 4);
      dependency.comeBack();
      call(pipeline, Duration.ofSeconds(2));
    }
    assertThat(breaker.state()).isEqualTo(GateState.CLOSED);
  }

  @Test
  void aBreakerOfOnesOwnConfiguration_tripsAsThatSays() {
    CircuitBreaker breaker = CircuitBreaker.of(CircuitBreakerConfig.ofDefaults());
    dependency.die();
    call(pipeline(breaker), Duration.ofSeconds(2), 99);
    assertThat(breaker.state()).isEqualTo(GateState.CLOSED);
  }

  @Test
  void failuresThatATimeWindowHasForgotten_areNotInARowWithSuccessesBetween() {
    CircuitBreaker breaker = CircuitBreaker.of(CircuitBreakerConfig.custom()
            .slidingWindow(2, 100, SlidingWindowType.TIME_BASED)
            .build())
        .alsoTripAfter(2, Duration.ZERO);
    Pipeline pipeline = pipeline(breaker);
    for (int i = 0; i < 5; i++) {
      call(pipeline, Duration.ofNanos(100_000), 50_000); // so many that most are not timed
      dependency.die();
      call(pipeline, Duration.ofNanos(100_000));
      dependency.comeBack();
    }
    assertThat(breaker.state()).isEqualTo(GateState.CLOSED);
    dependency.die();
    call(pipeline, Duration.ofNanos(100_000));
    assertThat(breaker.state()).isEqualTo(GateState.OPEN);
  }

  @Test
  void theCallThatFindsTheRampAtItsEnd_isLetThrough() {
    CircuitBreaker breaker = CircuitBreaker.standard();
    Pipeline pipeline = pipeline(breaker);
    call(pipeline, Duration.ofSeconds(4), 60);
    dependency.die();
    call(pipeline, Duration.ofSeconds(4), 10);
    dependency.comeBack();
    while (breaker.state().kind() != Kind.RAMPING) {
      call(pipeline, Duration.ofSeconds(4));
    }
    for (int i = 0; i < 100 && breaker.state().kind() == Kind.RAMPING; i++) {
      assertThat(call(pipeline, Duration.ofSeconds(4))).isNotEqualTo(REFUSED_OR_FAILED);
    }
    assertThat(breaker.state()).isEqualTo(GateState.CLOSED);
  }

  @Test
  void wrongSettings_areRefused() {
    CircuitBreaker breaker = CircuitBreaker.standard();
    assertThatThrownBy(() -> breaker.alsoTripAfter(1, Duration.ofSeconds(5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("failuresInARow: 1");
    assertThatThrownBy(() -> breaker.alsoTripAfter(5, Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("over: ");
    CircuitBreaker own = CircuitBreaker.withoutFailback(CircuitBreakerConfig.ofDefaults());
    assertThatThrownBy(() -> own.alsoTripAfter(5, Duration.ofSeconds(5)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("alsoTripAfter: Resilience4j's own way back trips as Resilience4j does"
            + " (expected: a breaker with failback)");
    pipeline(breaker);
    assertThatThrownBy(() -> breaker.alsoTripAfter(5, Duration.ofSeconds(5)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("(expected: before)");
  }
}
