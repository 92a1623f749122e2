package dev.evenkeel.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.testkit.ManualKernel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The registry is a bean, and knows the pipelines, customizers, listeners and kernel of the
 * context.
 */
class RegistryTest {

  @Test
  void registry_isThere_andIsClosedWithTheContext() {
    Pipelines[] seen = new Pipelines[1];
    Contexts.runner().run(context -> {
      seen[0] = context.getBean(Pipelines.class);
      assertThat(seen[0].isClosed()).isFalse();
      assertThat(seen[0].all()).isEmpty();
    });
    assertThat(seen[0].isClosed()).isTrue();
  }

  @Test
  void switchedOff_nothingIsThere() {
    Contexts.runner().withPropertyValues("evenkeel.enabled=false").run(context -> {
      assertThat(context).doesNotHaveBean(Pipelines.class);
      assertThat(context).doesNotHaveBean(ResilientBeanPostProcessor.class);
    });
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnRegistry {
    @Bean
    Pipelines own() {
      return Pipelines.create();
    }

    @Bean
    PipelineCustomizer inventory() {
      return PipelineCustomizer.of("inventory", builder -> builder.policies(Timeout.ofMillis(300)));
    }
  }

  @Test
  void usersRegistry_wins_andIsFilled() {
    Contexts.runner().withUserConfiguration(OwnRegistry.class).run(context -> {
      assertThat(context).hasSingleBean(Pipelines.class).hasBean("own");
      assertThat(context.getBean(Pipelines.class).find("inventory")).isPresent();
    });
  }

  @Configuration(proxyBeanMethods = false)
  static class PipelineBeans {
    @Bean
    Pipeline madeAlone() {
      return Pipeline.of("alone", Timeout.ofMillis(300));
    }

    @Bean
    Pipeline madeByTheRegistry(Pipelines pipelines) {
      return pipelines.getOrCreate("made", builder -> builder.policies(Timeout.ofMillis(300)));
    }
  }

  @Test
  void pipelineBeans_areInTheRegistry() {
    Contexts.runner().withUserConfiguration(PipelineBeans.class).run(context -> {
      Pipelines registry = context.getBean(Pipelines.class);
      assertThat(registry.all()).extracting(Pipeline::name).containsExactly("alone", "made");
      assertThat(registry.find("alone")).contains(context.getBean("madeAlone", Pipeline.class));
    });
  }

  @Configuration(proxyBeanMethods = false)
  static class TwoOfOneName {
    @Bean
    Pipeline one() {
      return Pipeline.of("inventory", Timeout.ofMillis(300));
    }

    @Bean
    Pipeline other() {
      return Pipeline.of("inventory", Timeout.ofMillis(200));
    }
  }

  @Test
  void twoPipelinesOfOneName_stopTheStart() {
    Contexts.runner().withUserConfiguration(TwoOfOneName.class).run(context -> {
      assertThat(context).hasFailed();
      assertThat(Contexts.analysis(context.getStartupFailure()).getDescription())
          .startsWith("Pipeline bean 'other'")
          .contains("It is named 'inventory', and there is another pipeline of that name");
    });
  }

  @Configuration(proxyBeanMethods = false)
  static class Surroundings {
    static final List<String> HEARD = new ArrayList<>();

    @Bean
    Kernel kernel() {
      return ManualKernel.create();
    }

    @Bean
    PipelineListener first() {
      return listener("first");
    }

    @Bean
    PipelineListener second() {
      return listener("second");
    }

    private static PipelineListener listener(String name) {
      return new PipelineListener() {
        @Override
        public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
          HEARD.add(name + " " + call.pipelineName() + " " + verdict + " " + durationNanos);
        }
      };
    }

    @Bean
    PipelineCustomizer inventory() {
      return PipelineCustomizer.of(
          "inventory", builder -> builder.policies(CircuitBreaker.standard()));
    }
  }

  @Test
  void listeners_hearPipelineBeans_andThoseOfAUsersRegistry() {
    Surroundings.HEARD.clear();
    Contexts.runner()
        .withUserConfiguration(OwnRegistry.class, PipelineBeans.class, OneListener.class)
        .run(context -> {
          for (String name : List.of("alone", "made", "inventory")) {
            context.getBean(Pipelines.class).find(name).orElseThrow().run(() -> {});
          }
          assertThat(Surroundings.HEARD).containsExactly("alone", "made", "inventory");
        });
  }

  @Configuration(proxyBeanMethods = false)
  static class OneListener {
    @Bean
    PipelineListener names() {
      return new PipelineListener() {
        @Override
        public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
          Surroundings.HEARD.add(call.pipelineName());
        }
      };
    }
  }

  @Test
  void kernelAndListeners_reachEveryPipeline() {
    Surroundings.HEARD.clear();
    Contexts.runner().withUserConfiguration(Surroundings.class).run(context -> {
      ManualKernel kernel = (ManualKernel) context.getBean(Kernel.class);
      Pipelines registry = context.getBean(Pipelines.class);
      registry.find("inventory").orElseThrow().run(() -> kernel.advance(Duration.ofNanos(7)));
      registry.getOrCreate("later", builder -> {}).run(() -> {});
      assertThat(Surroundings.HEARD)
          .containsExactly(
              "first inventory SUCCESS 7",
              "second inventory SUCCESS 7",
              "first later SUCCESS 0",
              "second later SUCCESS 0");
    });
  }

  @Test
  void startLog_hasALineForEachPipeline() {
    try (Logged log = new Logged(Pipelines.class.getName())) {
      Contexts.runner()
          .withUserConfiguration(OwnRegistry.class)
          .run(context -> assertThat(log.lines())
              .contains("pipeline inventory -> timeout(300 ms) -> the call"));
    }
  }

  @Test
  void lazyInitialization_startsAllTheSame() {
    Contexts.runner()
        .withInitializer(context -> context.addBeanFactoryPostProcessor(
            new org.springframework.boot.LazyInitializationBeanFactoryPostProcessor()))
        .withUserConfiguration(TwoOfOneName.class)
        .run(context -> assertThat(context).hasFailed());
  }
}
