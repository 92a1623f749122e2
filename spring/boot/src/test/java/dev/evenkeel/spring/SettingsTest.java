package dev.evenkeel.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.settings.SettingsException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/** Pipelines from properties, and changes of them while they run. */
class SettingsTest {

  private static final String INVENTORY = "evenkeel.pipelines.inventory.";

  private static ApplicationContextRunner runner() {
    return Contexts.runner()
        .withPropertyValues(
            "evenkeel.configs.default.timeout.duration=300ms",
            INVENTORY + "circuit-breaker.slidingWindowSize=20",
            INVENTORY + "circuit-breaker.minimum-number-of-calls=10",
            "evenkeel.pipelines.prices.timeout.duration=200ms");
  }

  private static Pipeline pipeline(AssertableApplicationContext context, String name) {
    return context.getBean(Pipelines.class).find(name).orElseThrow();
  }

  public static class Shop {
    @Resilient("inventory")
    public String stock() {
      return "7";
    }
  }

  @Test
  void properties_makePipelines_thatInherit_andAnnotationsFindThem() {
    runner().withUserConfiguration(Shop.class).run(context -> {
      assertThat(context.getBean(Shop.class).stock()).isEqualTo("7");
      assertThat(pipeline(context, "inventory").policies())
          .extracting(Policy::name)
          .containsExactly("circuit-breaker", "timeout");
      assertThat(pipeline(context, "prices").policies())
          .extracting(Policy::name)
          .containsExactly("timeout");
      assertThat(context.getBean(EnvironmentSettings.class).current().version()).isEqualTo(1);
    });
  }

  @Test
  void withoutProperties_thereIsNoPipeline() {
    Contexts.runner().run(context -> {
      assertThat(context.getBean(Pipelines.class).all()).isEmpty();
      assertThat(context.getBean(EnvironmentSettings.class).current().version()).isZero();
    });
  }

  @Test
  void allThatIsWrong_stopsTheStart() {
    Contexts.runner()
        .withPropertyValues(
            INVENTORY + "timeout.duration=300",
            INVENTORY + "retry.max-attempt=3",
            "evenkeel.pipeline.prices.timeout.duration=1s")
        .run(context -> {
          assertThat(context).hasFailed();
          FailureAnalysis failure = Contexts.analysis(context.getStartupFailure());
          assertThat(failure.getDescription())
              .startsWith("3 things are wrong:")
              .contains("evenkeel.pipeline.prices.timeout.duration\n   Nothing reads this key.")
              .contains(INVENTORY + "timeout.duration (")
              .contains("Found \"300\"")
              .contains(INVENTORY + "retry.max-attempt (");
          assertThat(failure.getAction())
              .contains("Write evenkeel.pipelines.prices.timeout.duration if that is")
              .contains("a unit: 300ms or 300s?")
              .contains("did you mean retry.max-attempts?");
        });
  }

  private static void set(AssertableApplicationContext context, Map<String, Object> values) {
    ConfigurableEnvironment environment = context.getEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("a change", values));
  }

  @Test
  void refresh_changesRunningPipelines_andKeepsTheirState() {
    runner().run(context -> {
      Pipeline inventory = pipeline(context, "inventory");
      inventory.policy(CircuitBreaker.class).orElseThrow().forceOpen("test");
      set(context, Map.of(INVENTORY + "circuit-breaker.sliding-window-size", "40"));
      assertThat(context.getBean(EnvironmentSettings.class).refresh().version()).isEqualTo(2);
      assertThat(pipeline(context, "inventory")).isSameAs(inventory);
      assertThat(inventory.describe()).contains("of 40");
      assertThat(inventory.policy(CircuitBreaker.class).orElseThrow().state())
          .isEqualTo(GateState.FORCED_OPEN);
    });
  }

  @Test
  void refresh_ofWhatIsWrong_isRefusedWhole() {
    runner().run(context -> {
      String before = pipeline(context, "inventory").describe();
      set(
          context,
          Map.of(
              INVENTORY + "circuit-breaker.sliding-window-size",
              "40",
              "evenkeel.pipelines.prices.timeout.duration",
              "soon"));
      EnvironmentSettings settings = context.getBean(EnvironmentSettings.class);
      assertThatThrownBy(settings::refresh)
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining("soon");
      assertThat(settings.current().version()).isEqualTo(1);
      assertThat(pipeline(context, "inventory").describe()).isEqualTo(before);
    });
  }

  @Test
  void changeEventOfSpringCloud_refreshes_andOneThatIsWrongIsLogged() {
    runner().run(context -> {
      set(context, Map.of("evenkeel.pipelines.prices.timeout.duration", "250ms"));
      context.publishEvent(new EnvironmentChangeEvent(this));
      assertThat(pipeline(context, "prices").describe()).contains("timeout(250 ms)");
      try (Logged log = new Logged(EnvironmentSettings.class.getName())) {
        set(context, Map.of("evenkeel.pipelines.prices.timeout.duration", "soon"));
        context.publishEvent(new EnvironmentChangeEvent(this));
        assertThat(log.lines())
            .singleElement()
            .asString()
            .startsWith("the new settings are refused, and the old ones kept: ");
      }
      assertThat(pipeline(context, "prices").describe()).contains("timeout(250 ms)");
    });
  }

  @Test
  void override_goesBeforeTheEnvironment_untilItIsUndone() {
    runner().run(context -> {
      EnvironmentSettings settings = context.getBean(EnvironmentSettings.class);
      Runnable first = settings.override("prices", Map.of("timeout.duration", "1s"), "a test");
      Runnable second = settings.override("prices", Map.of("timeout.duration", "2s"), "a test");
      assertThat(pipeline(context, "prices").describe()).contains("timeout(2 s)");
      first.run();
      assertThat(pipeline(context, "prices").describe()).contains("timeout(2 s)");
      second.run();
      second.run();
      assertThat(pipeline(context, "prices").describe()).contains("timeout(200 ms)");
      assertThatThrownBy(() -> settings.override("prices", Map.of("timeout.duration", "x"), "me"))
          .isInstanceOf(SettingsException.class);
      settings.refresh();
      assertThat(pipeline(context, "prices").describe()).contains("timeout(200 ms)");
    });
  }

  @Configuration(proxyBeanMethods = false)
  static class Code {
    @Bean
    PipelineCustomizer prices() {
      return PipelineCustomizer.of(
          "prices", builder -> builder.policies(Timeout.ofMillis(50), ConcurrencyLimit.of(3)));
    }
  }

  @Test
  void policiesOfTheProperties_goBeforeThoseOfACustomizer() {
    runner()
        .withUserConfiguration(Code.class)
        .run(context -> assertThat(pipeline(context, "prices").policies())
            .extracting(Object::toString)
            .containsExactly("timeout(200 ms)"));
  }
}
