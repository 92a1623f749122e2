package dev.evenkeel.spring.cloudtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;

/** A running gateway on WebFlux, with routes as users write them. */
class WebFluxGatewayTest {

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import({Comeback.Beans.class, Fallback.class})
  static class Gateway {}

  @RestController
  static class Fallback {
    @RequestMapping("/fallback")
    String answer(ServerWebExchange exchange) {
      Throwable failure =
          exchange.getAttribute(ServerWebExchangeUtils.CIRCUITBREAKER_EXECUTION_EXCEPTION_ATTR);
      return failure instanceof CallRefusedException ? Comeback.REFUSED : Comeback.FAILED;
    }
  }

  private static final String ROUTES = "spring.cloud.gateway.server.webflux.routes";

  private Upstream upstream;
  private ConfigurableApplicationContext gateway;
  private Asking user;

  @BeforeEach
  void start() throws IOException {
    upstream = new Upstream();
    gateway = new SpringApplicationBuilder(Gateway.class)
        .web(WebApplicationType.REACTIVE)
        .properties(
            "server.port=0",
            "spring.main.banner-mode=off",
            "logging.level.root=warn",
            "evenkeel.pipelines.inventory.timeout.duration=300ms",
            "evenkeel.pipelines.inventory.circuit-breaker.sliding-window-size=20",
            "evenkeel.pipelines.inventory.circuit-breaker.minimum-number-of-calls=10",
            ROUTES + "[0].id=stock",
            ROUTES + "[0].uri=" + upstream.url(),
            ROUTES + "[0].predicates[0]=Path=/stock/**",
            ROUTES + "[0].filters[0].name=CircuitBreaker",
            ROUTES + "[0].filters[0].args.name=inventory",
            ROUTES + "[0].filters[0].args.fallbackUri=forward:/fallback",
            ROUTES + "[0].filters[0].args.statusCodes=500,503",
            ROUTES + "[1].id=bare",
            ROUTES + "[1].uri=" + upstream.url(),
            ROUTES + "[1].predicates[0]=Path=/bare/**",
            ROUTES + "[1].filters[0]=CircuitBreaker=inventory")
        .run();
    user = new Asking(gateway);
  }

  @AfterEach
  void stop() {
    upstream.close();
    gateway.close();
  }

  @Test
  void upstreamDies_andComesBack_whileTheFallbackAnswers() throws Exception {
    new Comeback(gateway, upstream, () -> user.get("/stock/A")).play();
  }

  @Test
  void upstreamThatHangs_isAnsweredInTime() throws Exception {
    upstream.hang();
    assertThat(afterTheTime("/stock/A").body()).isEqualTo(Comeback.FAILED);
  }

  @Test
  void statusThatTheRouteNames_isAFailure() throws Exception {
    upstream.overload();
    assertThat(user.get("/stock/A")).isEqualTo(Comeback.FAILED);
    assertThat(user.status("/bare/A")).isEqualTo(503);
  }

  @Test
  void withoutAFallback_aTimeoutIs504_andARefusal503() throws Exception {
    upstream.hang();
    assertThat(afterTheTime("/bare/A").statusCode()).isEqualTo(504);
    gateway
        .getBean(Pipelines.class)
        .find("inventory")
        .orElseThrow()
        .policy(CircuitBreaker.class)
        .orElseThrow()
        .forceOpen("test");
    assertThat(user.status("/bare/A")).isEqualTo(503);
  }

  private HttpResponse<String> afterTheTime(String path) throws Exception {
    CompletableFuture<HttpResponse<String>> answer = user.begin(path);
    upstream.awaitCall();
    gateway.getBean(ManualKernel.class).advance(Duration.ofMillis(301));
    return answer.get(60, TimeUnit.SECONDS);
  }
}
