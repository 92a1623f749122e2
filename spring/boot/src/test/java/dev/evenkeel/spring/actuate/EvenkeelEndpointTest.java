package dev.evenkeel.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.spring.AsInAnApplication;
import dev.evenkeel.spring.Contexts;
import dev.evenkeel.spring.Logged;
import dev.evenkeel.spring.PipelineCustomizer;
import dev.evenkeel.testkit.ManualKernel;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.security.Principal;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The endpoint shows pipelines and takes breakers in hand, for a time. */
class EvenkeelEndpointTest {

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

  @Configuration(proxyBeanMethods = false)
  static class Beans {
    @Bean
    ManualKernel kernel() {
      return ManualKernel.create();
    }

    @Bean
    PipelineCustomizer inventory() {
      return PipelineCustomizer.of(
          "inventory",
          builder -> builder.policies(Timeout.ofMillis(300), CircuitBreaker.standard()));
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

    @Bean
    PipelineCustomizer old() {
      return PipelineCustomizer.of(
          "old",
          builder ->
              builder.policies(CircuitBreaker.withoutFailback(CircuitBreakerConfig.ofDefaults())));
    }
  }

  private static ApplicationContextRunner runner() {
    return Contexts.runner()
        .withConfiguration(AutoConfigurations.of(
            EvenkeelEndpointAutoConfiguration.class,
            EndpointAutoConfiguration.class,
            WebEndpointAutoConfiguration.class))
        .withUserConfiguration(Beans.class)
        .withPropertyValues("management.endpoints.web.exposure.include=evenkeel");
  }

  private static void run(ContextConsumer<AssertableApplicationContext> test) {
    runner().run(test);
  }

  private static CircuitBreaker breaker(AssertableApplicationContext context, String name) {
    return context
        .getBean(Pipelines.class)
        .find(name)
        .orElseThrow()
        .policy(CircuitBreaker.class)
        .orElseThrow();
  }

  private static WebEndpointResponse<Object> change(
      AssertableApplicationContext context, String name, String action, String expiry) {
    return context
        .getBean(EvenkeelEndpoint.class)
        .change(name, action, expiry, "a test", null, null, ALICE);
  }

  private static ManualKernel kernel(AssertableApplicationContext context) {
    return (ManualKernel) context.getBean(Kernel.class);
  }

  @Test
  void observeOnly_isShown_withWhatWouldHaveBeenDone() {
    runner().withPropertyValues("evenkeel.observe-only=true").run(context -> {
      CircuitBreaker breaker = breaker(context, "inventory");
      breaker.forceOpen("a test");
      Pipeline inventory = context.getBean(Pipelines.class).find("inventory").orElseThrow();
      assertThat(inventory.call(() -> "7")).isEqualTo("7");
      EvenkeelEndpoint endpoint = context.getBean(EvenkeelEndpoint.class);
      assertThat(endpoint.pipelines().pipelines().get("inventory").observeOnly())
          .isTrue();
      PipelineViews.Details details = endpoint.pipeline("inventory");
      assertThat(details.observeOnly()).isTrue();
      assertThat(details.describe()).first().isEqualTo("inventory OBSERVE-ONLY");
      assertThat(details.counts()).containsEntry("would have REFUSED: CIRCUIT_FORCED_OPEN", 1L);
    });
  }

  @Test
  void endpointThatIsNotExposed_isNotThere_andNobodyListens() {
    runner()
        .withPropertyValues("management.endpoints.web.exposure.include=health")
        .run(context -> {
          assertThat(context).doesNotHaveBean(EvenkeelEndpoint.class);
          assertThat(context).doesNotHaveBean(PipelineEvents.class);
        });
  }

  @Test
  void withoutActuator_nothingIsThere() {
    new ApplicationContextRunner()
        .withUserConfiguration(AsInAnApplication.class, Beans.class)
        .withPropertyValues("management.endpoints.web.exposure.include=evenkeel")
        .run(context -> assertThat(context).hasBean("evenkeelEndpoint"));
    new ApplicationContextRunner()
        .withUserConfiguration(AsInAnApplication.class, Beans.class)
        .withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
        .run(context -> {
          assertThat(context).hasNotFailed();
          assertThat(context).doesNotHaveBean("evenkeelEndpoint");
        });
  }

  @Test
  void reading_showsPipelines() {
    run(context -> {
      EvenkeelEndpoint endpoint = context.getBean(EvenkeelEndpoint.class);
      assertThat(endpoint.pipelines().pipelines())
          .containsOnlyKeys("inventory", "old", "plain", "shards");
      PipelineViews.Details inventory = endpoint.pipeline("inventory");
      assertThat(inventory.describe()).hasSize(4).last().asString().endsWith("-> the call");
      assertThat(inventory.gates()).singleElement().satisfies(gate -> {
        assertThat(gate.state()).isEqualTo("CLOSED");
        assertThat(gate.share()).isEqualTo(1);
        assertThat(gate.why()).isNull();
        assertThat(gate.override()).isNull();
      });
    });
  }

  @Test
  void unknownNames_are404_andCreateNothing() {
    run(context -> {
      EvenkeelEndpoint endpoint = context.getBean(EvenkeelEndpoint.class);
      assertThat(endpoint.pipeline("nothing")).isNull();
      assertThat(change(context, "nothing", "reset", "1m").getStatus()).isEqualTo(404);
      assertThat(change(context, "plain", "reset", "1m").getStatus()).isEqualTo(404);
      assertThat(endpoint
              .change("shards", "reset", "1m", "a test", "s1", null, ALICE)
              .getStatus())
          .isEqualTo(404);
      assertThat(context.getBean(Pipelines.class).find("nothing")).isEmpty();
      Pipeline shards = context.getBean(Pipelines.class).find("shards").orElseThrow();
      PerKey<?> gates = shards.policy(PerKey.class).orElseThrow();
      assertThat(gates.keys()).isEmpty();
    });
  }

  @Test
  void whatIsMissingOrWrong_is400_andSaysSo() {
    run(context -> {
      EvenkeelEndpoint endpoint = context.getBean(EvenkeelEndpoint.class);
      assertThat(
              endpoint.change("inventory", null, "1m", "why", null, null, ALICE).getBody())
          .isEqualTo(Map.of(
              "error",
              "action: missing (expected: one of force-open, disable, reset,"
                  + " skip-ramp, come-back, set)"));
      for (String expiry : new String[] {null, "", "10", "0s", "-1m", "8d", "soon"}) {
        WebEndpointResponse<Object> answer =
            endpoint.change("inventory", "force-open", expiry, "why", null, null, ALICE);
        assertThat(answer.getStatus()).as(expiry).isEqualTo(400);
        assertThat(answer.getBody().toString()).contains("expiry: ").contains("e.g. 10m");
      }
      assertThat(endpoint
              .change("inventory", "reset", "1m", " ", null, null, ALICE)
              .getStatus())
          .isEqualTo(400);
      assertThat(breaker(context, "inventory").state().kind()).isEqualTo(Kind.CLOSED);
    });
  }

  @Test
  void forcedOpen_comesBackThroughProbes_andIsInTheLog() {
    Logged log = new Logged("dev.evenkeel.audit");
    run(context -> {
      assertThat(change(context, "inventory", "force-open", "10m").getStatus()).isEqualTo(200);
      assertThat(breaker(context, "inventory").state().kind()).isEqualTo(Kind.FORCED_OPEN);
      kernel(context).advance(Duration.ofMinutes(9));
      PipelineViews.Gate held =
          context.getBean(EvenkeelEndpoint.class).pipeline("inventory").gates().get(0);
      assertThat(held.override())
          .isEqualTo(new PipelineViews.Held("force-open", 60, "a test", "alice", "CLOSED"));
      assertThat(held.why()).contains("a test (by alice");
      assertThat(breaker(context, "inventory").state().kind()).isEqualTo(Kind.FORCED_OPEN);
      kernel(context).advance(Duration.ofMinutes(1));
      assertThat(breaker(context, "inventory").state().kind()).isIn(Kind.OPEN, Kind.PROBING);
      assertThat(context.getBean(EvenkeelEndpoint.class).pipeline("inventory").events())
          .extracting(PipelineEvents.Event::type)
          .contains("override", "undone", "state-change");
    });
    log.close();
    assertThat(log.lines()).hasSize(2);
    assertThat(log.lines().get(0))
        .isEqualTo("inventory: force-open by alice for PT10M: CLOSED -> FORCED_OPEN; at the"
            + " expiry: back through probes and a ramp; reason: a test");
    assertThat(log.lines().get(1))
        .startsWith("inventory: force-open by alice is over: FORCED_OPEN -> ");
  }

  @Test
  void disabled_isWatchedAgain() {
    run(context -> {
      change(context, "inventory", "disable", "1h");
      assertThat(breaker(context, "inventory").state().kind()).isEqualTo(Kind.DISABLED);
      kernel(context).advance(Duration.ofHours(1));
      assertThat(breaker(context, "inventory").state().kind()).isEqualTo(Kind.CLOSED);
    });
  }

  @Test
  void laterOverride_replacesTheEarlierOne_andTheFirstStateComesBack() {
    run(context -> {
      change(context, "inventory", "force-open", "1m");
      change(context, "inventory", "disable", "1h");
      kernel(context).advance(Duration.ofMinutes(2));
      assertThat(breaker(context, "inventory").state().kind()).isEqualTo(Kind.DISABLED);
      kernel(context).advance(Duration.ofHours(1));
      assertThat(breaker(context, "inventory").state().kind()).isEqualTo(Kind.CLOSED);
    });
  }

  @Test
  void reset_endsAnOverride_andHasNothingToUndo() {
    run(context -> {
      change(context, "inventory", "force-open", "1m");
      Object answer = change(context, "inventory", "reset", "1m").getBody();
      assertThat(answer)
          .isEqualTo(new PipelineViews.Changed(
              "inventory", null, "reset", "FORCED_OPEN", "CLOSED", "PT1M", "nothing to undo"));
      kernel(context).advance(Duration.ofHours(1));
      assertThat(breaker(context, "inventory").state().kind()).isEqualTo(Kind.CLOSED);
    });
  }

  @Test
  void reset_ofWhatCodeHeldOpen_isUndone() {
    run(context -> {
      breaker(context, "inventory").forceOpen("maintenance, in code");
      change(context, "inventory", "reset", "5m");
      assertThat(breaker(context, "inventory").state().kind()).isEqualTo(Kind.CLOSED);
      kernel(context).advance(Duration.ofMinutes(5));
      assertThat(breaker(context, "inventory").state().kind()).isEqualTo(Kind.FORCED_OPEN);
    });
  }

  @Test
  void whatCodeChangedMeanwhile_isLeftAlone() {
    run(context -> {
      change(context, "inventory", "force-open", "1m");
      breaker(context, "inventory").disable("by code");
      kernel(context).advance(Duration.ofMinutes(5));
      assertThat(breaker(context, "inventory").state().kind()).isEqualTo(Kind.DISABLED);
    });
  }

  @Test
  void breakerWithoutFailback_isClosedInTheEnd() {
    run(context -> {
      change(context, "old", "force-open", "1m");
      kernel(context).advance(Duration.ofMinutes(1));
      assertThat(breaker(context, "old").state().kind()).isEqualTo(Kind.CLOSED);
    });
  }

  @Test
  void oneKey_isTakenInHandByItself() {
    run(context -> {
      Pipeline shards = context.getBean(Pipelines.class).find("shards").orElseThrow();
      shards.forKey("s1").run(() -> {});
      shards.forKey("s2").run(() -> {});
      EvenkeelEndpoint endpoint = context.getBean(EvenkeelEndpoint.class);
      assertThat(endpoint
              .change("shards", "force-open", "1m", "a test", "s1", null, ALICE)
              .getStatus())
          .isEqualTo(200);
      assertThat(endpoint.pipeline("shards").gates())
          .extracting(gate -> gate.key() + " " + gate.state())
          .containsExactly("null CLOSED", "s1 FORCED_OPEN", "s2 CLOSED");
    });
  }

  @Test
  void events_areBounded_andRefusalsCounted() {
    runner().withPropertyValues("evenkeel.events.buffer-size=3").run(context -> {
      for (int i = 0; i < 10; i++) {
        change(context, "inventory", i % 2 == 0 ? "force-open" : "reset", "1m");
      }
      Pipeline inventory = context.getBean(Pipelines.class).find("inventory").orElseThrow();
      change(context, "inventory", "force-open", "1m");
      for (int i = 0; i < 5; i++) {
        assertThat(inventory.callOrElse(() -> "called", "other")).isEqualTo("other");
      }
      PipelineViews.Details details = context.getBean(EvenkeelEndpoint.class).pipeline("inventory");
      assertThat(details.events()).hasSize(3);
      assertThat(details.counts()).containsEntry("refused: CIRCUIT_FORCED_OPEN", 5L);
    });
  }

  @Test
  void reasonWithALineBreak_forgesNoLineOfTheLog() {
    run(context -> {
      EvenkeelEndpoint endpoint = context.getBean(EvenkeelEndpoint.class);
      endpoint.change("inventory", "force-open", "1m", "a\nb", null, null, ALICE);
      assertThat(endpoint.pipeline("inventory").gates().get(0).override().reason())
          .isEqualTo("a b");
    });
  }
}
