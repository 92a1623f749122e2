package dev.evenkeel.spring.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.reactor.ReactivePipeline;
import dev.evenkeel.spring.EvenkeelAutoConfiguration;
import dev.evenkeel.testkit.ManualKernel;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.SpringCloudCircuitBreakerFilterFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Gateway's filter goes through the pipeline of its name. */
class GatewayTest {

  private final ApplicationContextRunner runner = new ApplicationContextRunner()
      .withConfiguration(AutoConfigurations.of(
          EvenkeelAutoConfiguration.class, EvenkeelCloudAutoConfiguration.class))
      .withBean(ManualKernel.class, ManualKernel::create)
      .withPropertyValues(
          "evenkeel.pipelines.inventory.timeout.duration=300ms",
          "evenkeel.pipelines.inventory.circuit-breaker.sliding-window-size=100");

  private static Mono<Void> route(ApplicationContext context, Mono<Void> proxied) {
    SpringCloudCircuitBreakerFilterFactory factory =
        context.getBean(SpringCloudCircuitBreakerFilterFactory.class);
    assertThat(factory.name()).isEqualTo("CircuitBreaker");
    GatewayFilter filter = factory.apply(config -> config.setName("inventory"));
    return filter.filter(
        MockServerWebExchange.from(MockServerHttpRequest.get("/stock")), exchange -> proxied);
  }

  private static void hasStatus(Throwable failure, HttpStatus status) {
    assertThat(failure)
        .isInstanceOfSatisfying(
            ResponseStatusException.class,
            own -> assertThat(own.getStatusCode()).isEqualTo(status));
  }

  @Test
  void route_isAnswered_orRefusedWithAnHonestStatus() {
    runner.run(context -> {
      StepVerifier.create(route(context, Mono.empty())).verifyComplete();
      StepVerifier.create(route(context, Mono.error(new IllegalStateException("down"))))
          .verifyErrorMessage("down");
      ManualKernel kernel = context.getBean(ManualKernel.class);
      StepVerifier.create(route(context, Mono.never()))
          .then(() -> kernel.advance(Duration.ofMillis(301)))
          .verifyErrorSatisfies(failure -> hasStatus(failure, HttpStatus.GATEWAY_TIMEOUT));
      context
          .getBean(Pipelines.class)
          .find("inventory")
          .orElseThrow()
          .policy(CircuitBreaker.class)
          .orElseThrow()
          .forceOpen("test");
      StepVerifier.create(route(context, Mono.empty()))
          .verifyErrorSatisfies(failure -> hasStatus(failure, HttpStatus.SERVICE_UNAVAILABLE));
    });
  }

  @Test
  void withoutGatewayOrReactor_thereIsNoFilter() {
    runner
        .withClassLoader(new FilteredClassLoader("org.springframework.cloud.gateway"))
        .run(context -> {
          assertThat(context).hasNotFailed();
          assertThat(context).doesNotHaveBean("evenkeelGatewayFilterFactory");
        });
    runner.withClassLoader(new FilteredClassLoader(ReactivePipeline.class)).run(context -> {
      assertThat(context).hasNotFailed();
      assertThat(context).doesNotHaveBean("evenkeelGatewayFilterFactory");
    });
    runner
        .withPropertyValues("spring.cloud.gateway.server.webflux.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean("evenkeelGatewayFilterFactory"));
  }
}
