package dev.evenkeel.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.spring.AsInAnApplication;
import dev.evenkeel.spring.Contexts;
import dev.evenkeel.spring.PipelineCustomizer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An open breaker is a detail under UP, unless it is allowed to make the health DOWN. */
class EvenkeelHealthTest {

  @Configuration(proxyBeanMethods = false)
  static class Beans {
    @Bean
    PipelineCustomizer inventory() {
      return PipelineCustomizer.of(
          "inventory", builder -> builder.policies(CircuitBreaker.standard()));
    }

    @Bean
    PipelineCustomizer plain() {
      return PipelineCustomizer.of("plain", builder -> builder.policies(Timeout.ofMillis(300)));
    }

    @Bean
    PipelineCustomizer shards() {
      return PipelineCustomizer.of(
          "shards", builder -> builder.policies(PerKey.of(CircuitBreaker::standard)));
    }
  }

  private static ApplicationContextRunner runner() {
    return Contexts.runner()
        .withConfiguration(AutoConfigurations.of(EvenkeelHealthAutoConfiguration.class))
        .withUserConfiguration(Beans.class);
  }

  private static Health health(AssertableApplicationContext context, String name) {
    HealthIndicator indicator =
        (HealthIndicator) context.getBean(EvenkeelHealth.class).getContributor(name);
    return indicator.health(true);
  }

  private static Pipeline pipeline(AssertableApplicationContext context, String name) {
    return context.getBean(Pipelines.class).find(name).orElseThrow();
  }

  @Test
  void openBreaker_isADetailUnderUp() {
    runner().run(context -> {
      pipeline(context, "inventory").policy(CircuitBreaker.class).orElseThrow().forceOpen("test");
      Health health = health(context, "inventory");
      assertThat(health.getStatus()).isEqualTo(Status.UP);
      assertThat(health.getDetails().get("circuit-breaker").toString())
          .isEqualTo("{state=FORCED_OPEN, share=0.0}");
    });
  }

  @Test
  void pipelinesWithoutABreaker_andUnknownNames_areNoContributors() {
    runner().run(context -> {
      EvenkeelHealth all = context.getBean(EvenkeelHealth.class);
      assertThat(all.stream())
          .extracting(HealthContributors.Entry::name)
          .containsExactly("inventory", "shards");
      assertThat(all.getContributor("plain")).isNull();
      assertThat(all.getContributor("nothing")).isNull();
    });
  }

  @Test
  void allowedToFail_isDownWhenOpen_andUpWhenClosed() {
    runner().withPropertyValues("evenkeel.health.allow-to-fail=inventory").run(context -> {
      assertThat(health(context, "inventory").getStatus()).isEqualTo(Status.UP);
      pipeline(context, "inventory").policy(CircuitBreaker.class).orElseThrow().forceOpen("test");
      assertThat(health(context, "inventory").getStatus()).isEqualTo(Status.DOWN);
      pipeline(context, "inventory").observeOnly(true); // it refuses nothing
      assertThat(health(context, "inventory").getStatus()).isEqualTo(Status.UP);
    });
  }

  @Test
  void oneBadShard_isNotDown_allOfThemAre() {
    runner().withPropertyValues("evenkeel.health.allow-to-fail=shards").run(context -> {
      Pipeline shards = pipeline(context, "shards");
      shards.forKey("a").policy(CircuitBreaker.class).orElseThrow().forceOpen("test");
      shards.forKey("b").run(() -> {});
      assertThat(health(context, "shards").getStatus()).isEqualTo(Status.UP);
      shards.forKey("b").policy(CircuitBreaker.class).orElseThrow().forceOpen("test");
      assertThat(health(context, "shards").getStatus()).isEqualTo(Status.DOWN);
      assertThat(health(context, "shards").getDetails())
          .containsKeys("circuit-breaker [a]", "circuit-breaker [b]");
    });
  }

  @Test
  void unknownName_stopsTheStart() {
    runner().withPropertyValues("evenkeel.health.allow-to-fail=inventroy").run(context -> {
      assertThat(context).hasFailed();
      assertThat(Contexts.analysis(context.getStartupFailure()).getAction())
          .startsWith("Write 'inventory' if that is the one you mean");
    });
  }

  @Test
  void liveness_isNeverAllowedToFail() {
    runner()
        .withPropertyValues(
            "evenkeel.health.allow-to-fail=inventory",
            "management.endpoint.health.group.liveness.include=livenessState,evenkeel")
        .run(context -> {
          assertThat(context).hasFailed();
          assertThat(Contexts.analysis(context.getStartupFailure()).getDescription())
              .contains("would restart the pod");
        });
  }

  @Test
  void switchedOff_orWithoutHealthOnTheClassPath_nothingIsThere() {
    runner()
        .withPropertyValues("management.health.evenkeel.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(EvenkeelHealth.class));
    new ApplicationContextRunner()
        .withUserConfiguration(AsInAnApplication.class, Beans.class)
        .run(context -> assertThat(context).hasBean("evenkeelHealthContributor"));
    new ApplicationContextRunner()
        .withUserConfiguration(AsInAnApplication.class, Beans.class)
        .withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
        .run(context -> {
          assertThat(context).hasNotFailed();
          assertThat(context).doesNotHaveBean("evenkeelHealthContributor");
        });
  }
}
