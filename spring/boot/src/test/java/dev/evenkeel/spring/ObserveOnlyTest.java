package dev.evenkeel.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.testkit.ManualKernel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;

/** {@code evenkeel.observe-only}, for all pipelines and for one. */
class ObserveOnlyTest {

  public static class Shop {

    private final ManualKernel kernel;
    private final AtomicInteger calls = new AtomicInteger();

    Shop(ManualKernel kernel) {
      this.kernel = kernel;
    }

    @Resilient("inventory")
    public String slow() {
      kernel.advance(Duration.ofSeconds(1));
      return "late";
    }

    @Resilient(value = "inventory", fallback = "instead")
    public String failing() {
      calls.incrementAndGet();
      throw new IllegalStateException("down");
    }

    String instead(Exception failure) {
      return "instead of " + failure.getMessage();
    }

    @Within("500ms")
    public boolean isBounded() {
      return Deadline.current() != null;
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Beans {

    @Bean
    ManualKernel kernel() {
      return ManualKernel.create();
    }

    @Bean
    Shop shop(ManualKernel kernel) {
      return new Shop(kernel);
    }

    @Bean
    PipelineCustomizer coded() {
      return PipelineCustomizer.of("coded", builder -> builder.policies(ConcurrencyLimit.of(1)));
    }

    @Bean
    Pipeline bean() {
      return Pipeline.of("bean", ConcurrencyLimit.of(1));
    }
  }

  private static ApplicationContextRunner runner(String... properties) {
    return Contexts.runner()
        .withUserConfiguration(Beans.class)
        .withPropertyValues(
            "evenkeel.pipelines.inventory.timeout.duration=300ms",
            "evenkeel.pipelines.inventory.retry.max-attempts=3")
        .withPropertyValues(properties);
  }

  private static Pipeline pipeline(AssertableApplicationContext context, String name) {
    return context.getBean(Pipelines.class).find(name).orElseThrow();
  }

  private static void set(AssertableApplicationContext context, Map<String, Object> values) {
    context
        .getEnvironment()
        .getPropertySources()
        .addFirst(new MapPropertySource("change " + values, values));
    context.getBean(EnvironmentSettings.class).refresh();
  }

  @Test
  void nothingIsCutOrRetried_andFallbacksAnswerWhatDidFail() {
    runner("evenkeel.observe-only=true").run(context -> {
      Shop shop = context.getBean(Shop.class);
      assertThat(shop.slow()).isEqualTo("late");
      assertThat(shop.failing()).isEqualTo("instead of down");
      assertThat(shop.isBounded()).isFalse();
    });
  }

  @Test
  void allPipelines_areObserved_whereverTheyComeFrom_unlessOneSaysOtherwise() {
    runner("evenkeel.observe-only=true", "evenkeel.pipelines.inventory.observe-only=false")
        .run(context -> {
          assertThat(pipeline(context, "coded").isObserveOnly()).isTrue();
          assertThat(pipeline(context, "bean").isObserveOnly()).isTrue();
          assertThat(pipeline(context, "inventory").isObserveOnly()).isFalse();
          Pipeline coded = pipeline(context, "coded");
          assertThat(coded.call(() -> coded.call(() -> "7"))).isEqualTo("7");
        });
  }

  @Test
  void change_takesEffectWhileItRuns() {
    runner().run(context -> {
      Shop shop = context.getBean(Shop.class);
      Pipeline coded = pipeline(context, "coded");
      assertThat(shop.isBounded()).isTrue();
      set(context, Map.of("evenkeel.observe-only", "true"));
      assertThat(shop.slow()).isEqualTo("late");
      assertThat(shop.isBounded()).isFalse();
      assertThat(coded.call(() -> coded.call(() -> "7"))).isEqualTo("7");
      set(context, Map.of("evenkeel.observe-only", "false"));
      assertThat(shop.isBounded()).isTrue();
      assertThatThrownBy(() -> coded.call(() -> coded.call(() -> "7")))
          .isInstanceOf(CallRefusedException.class);
    });
  }

  @Test
  void start_saysItLoudly() {
    try (Logged log = new Logged("dev.evenkeel")) {
      runner("evenkeel.pipelines.inventory.observe-only=true").run(context -> {
        assertThat(log.lines())
            .anyMatch(line -> line.startsWith(
                "OBSERVE-ONLY, 1 of 3 pipelines: [inventory] refuse, end and retry nothing"))
            .anyMatch(line -> line.startsWith("pipeline inventory OBSERVE-ONLY -> "));
      });
    }
  }

  @Test
  void wrongValue_stopsTheStart_andSaysWhere() {
    runner("evenkeel.observe-only=perhaps").run(context -> {
      assertThat(context).hasFailed();
      FailureAnalysis failure = Contexts.analysis(context.getStartupFailure());
      assertThat(failure.getDescription())
          .contains("evenkeel.observe-only (")
          .contains("Found \"perhaps\"");
      assertThat(failure.getAction()).contains("true or false");
    });
  }
}
