package dev.evenkeel.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.spring.Contexts;
import dev.evenkeel.spring.EnvironmentSettings;
import dev.evenkeel.spring.Logged;
import dev.evenkeel.spring.PipelineCustomizer;
import dev.evenkeel.testkit.ManualKernel;
import java.security.Principal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.MapPropertySource;

/** Settings that the actuator shows and changes for a time, and what is left when it is over. */
class SettingChangesTest {

  private static final SecurityContext ALICE = new SecurityContext() {
    @Override
    public Principal getPrincipal() {
      return () -> "alice";
    }

    @Override
    public boolean isUserInRole(String role) {
      return true;
    }
  };

  private final Map<String, Object> file = new ConcurrentHashMap<>(Map.of(
      "evenkeel.pipelines.prices.timeout.duration", "200ms",
      "evenkeel.pipelines.prices.circuit-breaker.enabled", "true"));

  private ApplicationContextRunner withSettings() {
    return Contexts.runner()
        .withConfiguration(AutoConfigurations.of(
            EvenkeelEndpointAutoConfiguration.class,
            EndpointAutoConfiguration.class,
            WebEndpointAutoConfiguration.class))
        .withBean(ManualKernel.class, ManualKernel::create)
        .withBean(
            PipelineCustomizer.class,
            () -> PipelineCustomizer.of(
                "inventory",
                builder -> builder.policies(Timeout.ofMillis(300), CircuitBreaker.standard())))
        .withInitializer(context -> context
            .getEnvironment()
            .getPropertySources()
            .addFirst(new MapPropertySource("a file", file)))
        .withPropertyValues("management.endpoints.web.exposure.include=evenkeel");
  }

  private static ManualKernel kernel(AssertableApplicationContext context) {
    return context.getBean(ManualKernel.class);
  }

  @Test
  void settings_areShown_withWhereTheyComeFrom() {
    withSettings().run(context -> {
      EvenkeelEndpoint endpoint = context.getBean(EvenkeelEndpoint.class);
      assertThat(endpoint.pipeline("inventory").settings()).isNull();
      PipelineViews.InForce settings = endpoint.pipeline("prices").settings();
      assertThat(settings.version()).isEqualTo(1);
      assertThat(settings.values())
          .anySatisfy(value -> {
            assertThat(value.key()).isEqualTo("timeout.duration");
            assertThat(value.value()).isEqualTo("200ms");
            assertThat(value.origin()).contains("a file");
          })
          .anySatisfy(value -> assertThat(value.origin()).isEqualTo("default"));
    });
  }

  private static WebEndpointResponse<Object> set(
      AssertableApplicationContext context, String pipeline, String values) {
    return context
        .getBean(EvenkeelEndpoint.class)
        .change(pipeline, "set", "10m", "a test", null, values, ALICE);
  }

  @Test
  void settings_areChangedForATime() {
    withSettings().run(context -> {
      Pipeline prices = context.getBean(Pipelines.class).find("prices").orElseThrow();
      try (Logged log = new Logged("dev.evenkeel.audit")) {
        assertThat(set(context, "prices", "timeout.duration=1s").getBody())
            .isEqualTo(new PipelineViews.SettingsChanged(
                "prices", 2, "{timeout.duration=200ms -> 1s}", "PT10M"));
        assertThat(prices.describe()).contains("timeout(1 s)");
        assertThat(context
                .getBean(EvenkeelEndpoint.class)
                .pipeline("prices")
                .settings()
                .values())
            .anySatisfy(
                value -> assertThat(value.origin()).isEqualTo("actuator, by alice: a test"));
        kernel(context).advance(Duration.ofMinutes(10));
        assertThat(prices.describe()).contains("timeout(200 ms)");
        assertThat(log.lines())
            .containsExactly(
                "prices: set by alice for PT10M: {timeout.duration=200ms -> 1s}; reason: a test",
                "prices: the time of [timeout.duration], set by alice, is over:"
                    + " {timeout.duration=1s -> 200ms}");
      }
    });
  }

  @Test
  void settingsThatAreWrong_orOfAPipelineInCode_areRefused() {
    withSettings().run(context -> {
      WebEndpointResponse<Object> wrong =
          set(context, "prices", "timeout.duration=1s; retry.max-attempt=3");
      assertThat(wrong.getStatus()).isEqualTo(400);
      assertThat(wrong.getBody().toString()).contains("did you mean retry.max-attempts?");
      assertThat(set(context, "prices", "timeout.duration").getStatus()).isEqualTo(400);
      assertThat(set(context, "inventory", "timeout.duration=1s").getBody().toString())
          .contains("\"inventory\" is made in code");
      assertThat(set(context, "nothing", "timeout.duration=1s").getStatus()).isEqualTo(404);
      assertThat(context.getBean(Pipelines.class).find("prices").orElseThrow().describe())
          .contains("timeout(200 ms)");
    });
  }

  @Test
  void whatIsWrongAtTheExpiry_isLogged_andTheRestComesBackWithTheNextRefresh() {
    withSettings().run(context -> {
      Pipeline prices = context.getBean(Pipelines.class).find("prices").orElseThrow();
      set(context, "prices", "timeout.duration=1s");
      file.put("evenkeel.pipelines.prices.retry.max-attempts", "many");
      try (Logged log = new Logged("dev.evenkeel.audit")) {
        kernel(context).advance(Duration.ofMinutes(10));
        assertThat(log.lines())
            .singleElement()
            .asString()
            .contains("the environment's settings are wrong meanwhile")
            .contains("many");
      }
      assertThat(prices.describe()).contains("timeout(1 s)");
      file.remove("evenkeel.pipelines.prices.retry.max-attempts");
      var unused = context.getBean(EnvironmentSettings.class).refresh();
      assertThat(prices.describe()).contains("timeout(200 ms)");
    });
  }

  @Test
  void thousandChanges_areAllUndone_andNoTimerIsLeft() {
    withSettings().run(context -> {
      Pipeline prices = context.getBean(Pipelines.class).find("prices").orElseThrow();
      String before = prices.describe();
      for (int i = 1; i <= 1_000; i++) {
        assertThat(
                set(context, "prices", "timeout.duration=" + (1_000 + i) + "ms").getStatus())
            .isEqualTo(200);
      }
      assertThat(prices.describe()).contains("timeout(2 s)");
      kernel(context).advance(Duration.ofMinutes(10));
      assertThat(prices.describe()).isEqualTo(before);
      assertThat(kernel(context).armedTimers()).isZero();
      assertThat(context
              .getBean(EvenkeelEndpoint.class)
              .pipeline("prices")
              .settings()
              .values())
          .noneMatch(value -> value.origin().startsWith("actuator"));
    });
  }

  /** The dependency is still dead when the time of the maintenance is over. */
  @Test
  void forceOpen_thatEndsDuringAnOutage_letsNothingThroughButProbes() {
    withSettings().run(context -> {
      Pipeline prices = context.getBean(Pipelines.class).find("prices").orElseThrow();
      CircuitBreaker breaker = prices.policy(CircuitBreaker.class).orElseThrow();
      var unused = context
          .getBean(EvenkeelEndpoint.class)
          .change("prices", "force-open", "10m", "maintenance", null, null, ALICE);
      kernel(context).advance(Duration.ofMinutes(10));
      int asked = 0;
      for (int i = 0; i < 1_000; i++) {
        kernel(context).advance(Duration.ofMillis(10));
        int[] calls = new int[1];
        prices.callOrElse(
            () -> {
              calls[0]++;
              throw new IllegalStateException("down");
            },
            "failed");
        asked += calls[0];
        assertThat(breaker.state().kind()).isIn(Kind.OPEN, Kind.PROBING);
      }
      assertThat(asked).isBetween(1, 100);
    });
  }
}
