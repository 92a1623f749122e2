package dev.evenkeel.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.micrometer.EvenkeelMetrics;
import dev.evenkeel.spring.Contexts;
import dev.evenkeel.spring.PipelineCustomizer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The metrics are a binder among those of the application. */
class EvenkeelMetricsTest {

  @Configuration(proxyBeanMethods = false)
  static class Beans {
    @Bean
    PipelineCustomizer inventory() {
      return PipelineCustomizer.of(
          "inventory", builder -> builder.policies(CircuitBreaker.standard()));
    }
  }

  private static ApplicationContextRunner runner() {
    return Contexts.runner()
        .withConfiguration(AutoConfigurations.of(EvenkeelMetricsAutoConfiguration.class))
        .withUserConfiguration(Beans.class);
  }

  @Test
  void callsOfThePipelines_areCounted_andNothingIsLeftAtTheEnd() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    runner().run(context -> {
      context.getBean(EvenkeelMetrics.class).bindTo(registry);
      context.getBean(Pipelines.class).find("inventory").orElseThrow().run(() -> {});
      assertThat(registry
              .get("evenkeel.calls")
              .tags("pipeline", "inventory", "outcome", "success")
              .functionCounter()
              .count())
          .isEqualTo(1);
    });
    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void metrics_canBeSwitchedOff_andAreNotThereWithoutTheirLibraries() {
    runner()
        .withPropertyValues("evenkeel.metrics.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(EvenkeelMetrics.class));
    for (Class<?> missing : new Class<?>[] {EvenkeelMetrics.class, MeterRegistry.class}) {
      runner()
          .withClassLoader(new FilteredClassLoader(missing))
          .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("evenkeelMetrics"));
    }
  }

  @Test
  void metricsOfTheUsersOwn_win() {
    runner()
        .withBean(
            "own",
            EvenkeelMetrics.class,
            () -> EvenkeelMetrics.builder(Pipelines.create()).histograms().build())
        .run(context -> assertThat(context).hasSingleBean(EvenkeelMetrics.class).hasBean("own"));
  }
}
