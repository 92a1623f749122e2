package dev.evenkeel.spring.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.spring.EvenkeelAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.client.autoconfigure.service.HttpServiceClientPropertiesAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.service.HttpServiceClientAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.client.CommonsClientAutoConfiguration;
import org.springframework.cloud.client.circuitbreaker.httpservice.HttpServiceFallback;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.service.registry.ImportHttpServices;

/** Spring Cloud's fallbacks of HTTP services answer when the group's pipeline refuses. */
class HttpServiceFallbackTest {

  @Configuration(proxyBeanMethods = false)
  @ImportHttpServices(group = "stock", types = StockClient.class)
  @HttpServiceFallback(value = StockFallback.class, service = StockClient.class, group = "stock")
  static class Services {}

  @Test
  void fallback_answersForTheGroupsPipeline() {
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(
            EvenkeelAutoConfiguration.class,
            EvenkeelCloudAutoConfiguration.class,
            CommonsClientAutoConfiguration.class,
            HttpServiceClientPropertiesAutoConfiguration.class,
            RestClientAutoConfiguration.class,
            HttpServiceClientAutoConfiguration.class))
        .withUserConfiguration(Services.class)
        .withPropertyValues(
            "evenkeel.pipelines.stock.circuit-breaker.sliding-window-size=100",
            "spring.http.clients.imperative.factory=jdk",
            // Port 0 is none: the connection is refused at once, on every machine.
            "spring.http.serviceclient.stock.base-url=http://127.0.0.1:0")
        .run(context -> {
          assertThat(context.getStartupFailure()).isNull();
          StockClient stock = context.getBean(StockClient.class);
          assertThat(stock.stock()).isEqualTo("unknown");
          context
              .getBean(Pipelines.class)
              .find("stock")
              .orElseThrow()
              .policy(CircuitBreaker.class)
              .orElseThrow()
              .forceOpen("test");
          assertThat(stock.stock()).isEqualTo("not asked");
        });
  }
}
