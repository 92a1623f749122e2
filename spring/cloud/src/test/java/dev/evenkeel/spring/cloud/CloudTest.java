package dev.evenkeel.spring.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.CallTimeoutException;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.reactor.ReactivePipeline;
import dev.evenkeel.spring.EvenkeelAutoConfiguration;
import dev.evenkeel.testkit.ManualKernel;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.client.circuitbreaker.CircuitBreaker;
import org.springframework.cloud.client.circuitbreaker.CircuitBreakerFactory;
import org.springframework.cloud.client.circuitbreaker.Customizer;
import org.springframework.cloud.client.circuitbreaker.ReactiveCircuitBreaker;
import org.springframework.cloud.client.circuitbreaker.ReactiveCircuitBreakerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Spring Cloud's circuit breakers are pipelines. */
class CloudTest {

  private final ApplicationContextRunner runner = new ApplicationContextRunner()
      .withConfiguration(AutoConfigurations.of(
          EvenkeelAutoConfiguration.class, EvenkeelCloudAutoConfiguration.class))
      .withBean(ManualKernel.class, ManualKernel::create)
      .withPropertyValues(
          "evenkeel.pipelines.inventory.timeout.duration=300ms",
          "evenkeel.pipelines.inventory.circuit-breaker.sliding-window-size=100");

  private static CircuitBreaker blocking(ApplicationContext context, String id) {
    return context.getBean(CircuitBreakerFactory.class).create(id);
  }

  private static ReactiveCircuitBreaker reactive(ApplicationContext context, String id) {
    return context.getBean(ReactiveCircuitBreakerFactory.class).create(id);
  }

  private static Pipeline pipeline(ApplicationContext context, String name) {
    return context.getBean(Pipelines.class).find(name).orElseThrow();
  }

  private static void open(ApplicationContext context, String name) {
    pipeline(context, name)
        .policy(dev.evenkeel.circuitbreaker.CircuitBreaker.class)
        .orElseThrow()
        .forceOpen("test");
  }

  @Test
  void id_isThePipelineOfThatName() {
    runner.run(context -> {
      CircuitBreaker breaker = blocking(context, "inventory");
      ReactiveCircuitBreaker subscribed = reactive(context, "inventory");
      assertThat(breaker.run(() -> "7")).isEqualTo("7");
      StepVerifier.create(subscribed.run(Mono.just("7"))).expectNext("7").verifyComplete();
      StepVerifier.create(subscribed.run(Flux.just("7", "8")))
          .expectNextCount(2)
          .verifyComplete();

      open(context, "inventory");
      assertThatThrownBy(() -> breaker.run(() -> "7")).isInstanceOf(CallRefusedException.class);
      assertThat(breaker.run(() -> "7", failure -> failure.getClass().getSimpleName()))
          .isEqualTo("CallRefusedException");
      StepVerifier.create(subscribed.run(Mono.just("7"))).verifyError(CallRefusedException.class);
      assertThat(context.getBean(Pipelines.class).all()).hasSize(1);
    });
  }

  /** As a gateway does: the route's exchange is run, and a refusal answered by another one. */
  @Test
  void gatewaysUse_isAnsweredByItsFallback() {
    runner.run(context -> {
      ReactiveCircuitBreaker breaker = reactive(context, "inventory");
      ManualKernel kernel = context.getBean(ManualKernel.class);
      StepVerifier.create(breaker.run(
              Mono.<String>never(), failure -> Mono.just(failure.getClass().getSimpleName())))
          .then(() -> kernel.advance(Duration.ofMillis(301)))
          .expectNext(CallTimeoutException.class.getSimpleName())
          .verifyComplete();
      StepVerifier.create(breaker.run(
              Mono.<String>error(new IllegalStateException("down")),
              failure -> Mono.error(new IllegalArgumentException("fallback", failure))))
          .verifyErrorMessage("fallback");
      StepVerifier.create(breaker.run(
              Flux.<String>error(new IllegalStateException("down")),
              failure -> Flux.just(failure.getMessage())))
          .expectNext("down")
          .verifyComplete();
    });
  }

  @Test
  void unknownId_getsItsGroupsPipeline_orAStandardBreakerAndNoTimeout() {
    runner.run(context -> {
      CircuitBreakerFactory<?, ?> factory = context.getBean(CircuitBreakerFactory.class);
      assertThat(factory.create("InventoryClient#stock", "inventory"))
          .hasToString("CircuitBreaker(Pipeline(inventory))");
      assertThat(factory.create("prices", "others"))
          .hasToString("CircuitBreaker(Pipeline(prices))");
      assertThat(reactive(context, "prices"))
          .hasToString("ReactiveCircuitBreaker(Pipeline(prices))");
      assertThat(pipeline(context, "prices").policies())
          .extracting(Policy::name)
          .containsExactly("circuit-breaker");
      assertThatThrownBy(() -> factory.create(" ")).isInstanceOf(IllegalArgumentException.class);
    });
  }

  @Configuration(proxyBeanMethods = false)
  static class Customizers {
    @Bean
    Customizer<EvenkeelCircuitBreakerFactory> byId() {
      return factory -> factory.configure(
          setup -> setup.setup(builder -> builder.policies(Timeout.ofMillis(100))), "slow");
    }

    @Bean
    Customizer<EvenkeelCircuitBreakerFactory> others() {
      return factory ->
          factory.configureDefault(id -> builder -> builder.policies(Timeout.ofMillis(200)));
    }
  }

  @Test
  void customizers_configureIdsAndTheDefault() {
    runner.withUserConfiguration(Customizers.class).run(context -> {
      assertThat(blocking(context, "slow").run(() -> "7")).isEqualTo("7");
      assertThat(blocking(context, "other").run(() -> "8")).isEqualTo("8");
      assertThat(pipeline(context, "slow").policies())
          .hasToString("[" + Timeout.ofMillis(100) + "]");
      assertThat(pipeline(context, "other").policies())
          .hasToString("[" + Timeout.ofMillis(200) + "]");
    });
  }

  @Test
  void exceptions_areNotWrapped_andErrorsNotAnswered() {
    runner.run(context -> {
      CircuitBreaker breaker = blocking(context, "inventory");
      assertThatThrownBy(() -> breaker.run(() -> {
            throw new IllegalStateException("down");
          }))
          .isExactlyInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> breaker.run(
              () -> {
                throw new AssertionError("a bug");
              },
              failure -> "answered"))
          .isInstanceOf(AssertionError.class);
      StepVerifier.create(reactive(context, "inventory")
              .run(Mono.error(new AssertionError("a bug")), failure -> Mono.just("answered")))
          .verifyError(AssertionError.class);
    });
  }

  @Test
  void switchedOff_withoutReactor_andBesideOwnFactories() {
    runner
        .withPropertyValues("evenkeel.cloud.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(CircuitBreakerFactory.class));
    runner.withClassLoader(new FilteredClassLoader(ReactivePipeline.class)).run(context -> {
      assertThat(context).hasSingleBean(CircuitBreakerFactory.class);
      assertThat(context).doesNotHaveBean(ReactiveCircuitBreakerFactory.class);
    });
    EvenkeelCircuitBreakerFactory own = new EvenkeelCircuitBreakerFactory(Pipelines.create());
    runner
        .withBean("own", CircuitBreakerFactory.class, () -> own)
        .run(context -> assertThat(context.getBean(CircuitBreakerFactory.class)).isSameAs(own));
  }
}
