package dev.evenkeel.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.Policy;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** {@code resilience4j.*} as settings, for whoever asks for it. */
class Resilience4jKeysTest {

  private static final String BREAKER = "resilience4j.circuitbreaker.instances.backendA.";

  private static ApplicationContextRunner runner() {
    return Contexts.runner()
        .withPropertyValues(
            "evenkeel.resilience4j-keys=true",
            "resilience4j.circuitbreaker.configs.default.slidingWindowSize=50",
            BREAKER + "base-config=default",
            BREAKER + "failureRateThreshold=40",
            BREAKER + "permittedNumberOfCallsInHalfOpenState=3",
            BREAKER + "record-exceptions[0]=java.io.IOException",
            BREAKER + "record-exceptions[1]=java.lang.IllegalStateException",
            "resilience4j.retry.instances.backendA.max-attempts=4",
            "resilience4j.timelimiter.instances.backendA.timeout-duration=2s",
            "resilience4j.bulkhead.instances[my.service].max-concurrent-calls=7");
  }

  private static Pipeline pipeline(AssertableApplicationContext context, String name) {
    return context.getBean(Pipelines.class).find(name).orElseThrow();
  }

  public static class Shop {
    @Resilient("backendA")
    public String stock() {
      return "7";
    }
  }

  @Test
  void instances_arePipelines_ofTheSameName() {
    runner().withUserConfiguration(Shop.class).run(context -> {
      assertThat(context.getBean(Shop.class).stock()).isEqualTo("7");
      Pipeline backend = pipeline(context, "backendA");
      assertThat(backend.policies())
          .extracting(Policy::name)
          .containsExactly("retry", "circuit-breaker", "timeout");
      assertThat(backend.describe()).contains("40 % of 50").contains("timeout(2 s)");
      assertThat(pipeline(context, "my.service").describe()).contains("7");
    });
  }

  @Test
  void keysWithoutEffect_areNamedInTheLog_once_withWhatTakesTheirPlace() {
    try (Logged log = new Logged("dev.evenkeel")) {
      runner().run(context -> {
        context.getBean(EnvironmentSettings.class).refresh();
        assertThat(log.lines())
            .filteredOn(line -> line.contains("has no effect; instead: "))
            .singleElement()
            .asString()
            .contains("permitted")
            .contains("circuit-breaker.failback");
      });
    }
  }

  @Test
  void ownKeys_goOverThem_andAChangeTakesEffect() {
    runner()
        .withPropertyValues("evenkeel.pipelines.backendA.retry.max-attempts=2")
        .run(context -> {
          Pipeline backend = pipeline(context, "backendA");
          assertThat(backend.describe()).contains("retry(2 attempts");
          context
              .getEnvironment()
              .getPropertySources()
              .addFirst(new MapPropertySource(
                  "a change",
                  Map.of("resilience4j.circuitbreaker.configs.default.sliding-window-size", 60)));
          context.getBean(EnvironmentSettings.class).refresh();
          assertThat(backend.describe()).contains("40 % of 60");
          assertThat(backend.policy(CircuitBreaker.class)).isPresent();
        });
  }

  @Test
  void variablesOfTheSystem_goOverFiles() {
    runner()
        .withInitializer(context -> context
            .getEnvironment()
            .getPropertySources()
            .addFirst(new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                Map.of(
                    "RESILIENCE4J_CIRCUITBREAKER_INSTANCES_BACKENDA_FAILURERATETHRESHOLD", "30"))))
        .run(context -> {
          assertThat(pipeline(context, "backendA").describe()).contains("30 % of 50");
          assertThat(context.getBean(Pipelines.class).all()).hasSize(2);
        });
  }

  @Test
  void nobodyAsked_nothingIsRead() {
    Contexts.runner()
        .withPropertyValues(BREAKER + "failureRateThreshold=40")
        .run(context -> assertThat(context.getBean(Pipelines.class).all()).isEmpty());
  }

  @Test
  void valueThatMakesNoSense_stopsTheStart_andSaysWhere() {
    runner().withPropertyValues(BREAKER + "base-config=slow").run(context -> {
      assertThat(context).hasFailed();
      FailureAnalysis failure = Contexts.analysis(context.getStartupFailure());
      assertThat(failure.getDescription())
          .contains("resilience4j.circuitbreaker.instances.backendA.base-config")
          .contains("Found \"slow\"");
    });
  }
}
