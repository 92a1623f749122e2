package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.failback.Failback;
import dev.evenkeel.testkit.ManualKernel;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.TransitionCheckResult;
import io.github.resilience4j.core.IntervalFunction;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The standard breaker with other settings, and settings that have no effect. */
class StandardBreakerTest {

  private record Response(int status) {}

  private final ManualKernel kernel = ManualKernel.create();

  private Pipeline pipeline(CircuitBreaker breaker) {
    return Pipeline.builder("p").kernel(kernel).policies(breaker).build();
  }

  private static CircuitBreaker onServerErrors() {
    return CircuitBreaker.standardWith(config -> config.recordResult(
        result -> result instanceof Response response && response.status >= 500));
  }

  @Test
  void resultsThatCountAsFailures_openIt_withTheStandardWindow() {
    CircuitBreaker breaker = onServerErrors();
    Pipeline pipeline = pipeline(breaker);
    for (int i = 0; i < 19; i++) {
      pipeline.<Response, RuntimeException>call(() -> new Response(500));
    }
    assertThat(breaker.state()).as("20 calls are needed").isEqualTo(GateState.CLOSED);
    pipeline.<Response, RuntimeException>call(() -> new Response(500));
    assertThat(breaker.state().kind()).isEqualTo(GateState.Kind.OPEN);
    assertThat(breaker).hasToString(CircuitBreaker.standard().toString());
  }

  @Test
  void fiveInARow_stillOpenIt() {
    CircuitBreaker breaker = onServerErrors();
    Pipeline pipeline = pipeline(breaker);
    for (int i = 0; i < 5; i++) {
      kernel.advance(Duration.ofSeconds(2));
      pipeline.<Response, RuntimeException>call(() -> new Response(503));
    }
    assertThat(breaker.state().kind()).isEqualTo(GateState.Kind.OPEN);
  }

  @Test
  void thresholdsAndWindow_canBeChanged_andTheRestStays() {
    CircuitBreaker breaker = CircuitBreaker.standardWith(
        config -> config.slidingWindowSize(10).failureRateThreshold(20));
    assertThat(breaker.toString()).startsWith("circuit-breaker(20 % of 10, ");
    assertThat(pipeline(breaker).warnings()).isEmpty();
  }

  @Test
  void ignoredExceptions_areIgnored() {
    CircuitBreaker breaker =
        CircuitBreaker.standardWith(config -> config.ignoreExceptions(IllegalStateException.class));
    Pipeline pipeline = pipeline(breaker);
    for (int i = 0; i < 30; i++) {
      pipeline.callOrElse(
          () -> {
            throw new IllegalStateException("not found");
          },
          "");
    }
    assertThat(breaker.state()).isEqualTo(GateState.CLOSED);
    for (int i = 0; i < 30; i++) {
      pipeline.callOrElse(
          () -> {
            throw new IOException("down");
          },
          "");
    }
    assertThat(breaker.state().kind()).isEqualTo(GateState.Kind.OPEN);
  }

  @Test
  void badChanges_areRefused() {
    assertThatThrownBy(() -> CircuitBreaker.standardWith(null))
        .hasMessage("changes: null (expected: a value)");
    assertThatThrownBy(() -> CircuitBreaker.standardWith(config -> config.slidingWindowSize(0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CircuitBreaker.standardWith(config -> {
          throw new IllegalStateException("a bug");
        }))
        .hasMessage("a bug");
  }

  private List<String> warnings(CircuitBreakerConfig.Builder config) {
    return pipeline(CircuitBreaker.of(config.build())).warnings();
  }

  private static CircuitBreakerConfig.Builder config() {
    return CircuitBreakerConfig.custom();
  }

  @Test
  void settingsWithoutAnEffect_areWarnedOf_withWhatTakesTheirPlace() {
    assertThat(warnings(config())).isEmpty();
    assertThat(warnings(config().permittedNumberOfCallsInHalfOpenState(3)))
        .containsExactly("p: circuit-breaker: permittedNumberOfCallsInHalfOpenState: 3, without an"
            + " effect (expected: settings of the way back, by CircuitBreaker.of(config, Failback);"
            + " or CircuitBreaker.withoutFailback(config))");
    assertThat(warnings(config().waitDurationInOpenState(Duration.ofSeconds(5))))
        .containsExactly(
            "p: circuit-breaker: waitDurationInOpenState: 5 s, which bounds what a ramp"
                + " may refuse and is not waited for (expected: minCooldown and maxCooldown, by"
                + " CircuitBreaker.of(config, Failback))");
    assertThat(warnings(config().automaticTransitionFromOpenToHalfOpenEnabled(true)))
        .singleElement()
        .asString()
        .contains("expected: probeWith");
    assertThat(warnings(config().maxWaitDurationInHalfOpenState(Duration.ofSeconds(9))))
        .singleElement()
        .asString()
        .contains("maxWaitDurationInHalfOpenState: 9 s");
    assertThat(warnings(
            config().initialState(io.github.resilience4j.circuitbreaker.CircuitBreaker.State.OPEN)))
        .singleElement()
        .asString()
        .contains("initialState: OPEN");
    assertThat(
            warnings(config().transitionOnResult(result -> TransitionCheckResult.noTransition())))
        .singleElement()
        .asString()
        .contains("transitionOnResult");
  }

  @Test
  void settingsThatHaveAnEffect_areNotWarnedOf() {
    CircuitBreakerConfig config = config()
        .permittedNumberOfCallsInHalfOpenState(3)
        .waitDurationInOpenState(Duration.ofSeconds(5))
        .build();
    assertThat(pipeline(CircuitBreaker.withoutFailback(config)).warnings()).isEmpty();
    assertThat(pipeline(CircuitBreaker.of(
                config().waitDurationInOpenState(Duration.ofSeconds(5)).build(),
                Failback.standard()))
            .warnings())
        .as("its own way back was chosen")
        .isEmpty();
  }

  @Test
  void halfInsteadOfFiftyPercent_isWarnedOf() {
    assertThat(warnings(config().failureRateThreshold(0.5f)))
        .containsExactly("p: circuit-breaker: failureRateThreshold: 0.5 %, as it is in percent"
            + " (expected: 50 for a half)");
    assertThat(warnings(config().slowCallRateThreshold(1)))
        .singleElement()
        .asString()
        .contains("slowCallRateThreshold: 1 %");
    assertThat(CircuitBreaker.of(config().failureRateThreshold(0.5f).build()).toString())
        .startsWith("circuit-breaker(0.5 % of 100, ");
  }

  @Test
  void waitFunctionThatThrows_isNoFaultOfTheWarnings() {
    IntervalFunction faulty = attempt -> {
      throw new IllegalStateException("a bug");
    };
    assertThat(warnings(config().waitIntervalFunctionInOpenState(faulty))).isEmpty();
  }
}
