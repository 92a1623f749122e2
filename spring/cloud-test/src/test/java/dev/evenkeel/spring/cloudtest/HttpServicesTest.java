package dev.evenkeel.spring.cloudtest;

import dev.evenkeel.spring.cloudtest.Comeback.Beans;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.client.circuitbreaker.httpservice.HttpServiceFallback;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.service.registry.HttpServiceGroup.ClientType;
import org.springframework.web.service.registry.ImportHttpServices;

/** HTTP services with {@code @HttpServiceFallback}, blocking and reactive. */
class HttpServicesTest {

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(Beans.class)
  @ImportHttpServices(
      group = "inventory",
      types = StockClient.class,
      clientType = ClientType.REST_CLIENT)
  @HttpServiceFallback(
      value = StockFallback.class,
      service = StockClient.class,
      group = "inventory")
  static class Blocking {}

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(Beans.class)
  @ImportHttpServices(
      group = "inventory",
      types = ReactiveStockClient.class,
      clientType = ClientType.WEB_CLIENT)
  @HttpServiceFallback(
      value = ReactiveStockFallback.class,
      service = ReactiveStockClient.class,
      group = "inventory")
  static class Reactive {}

  private static ConfigurableApplicationContext start(Class<?> application, Upstream upstream) {
    return new SpringApplicationBuilder(application)
        .web(WebApplicationType.NONE)
        .properties(
            "spring.main.banner-mode=off",
            "logging.level.root=warn",
            // A gateway is on the class path of this test too, and needs a web server.
            "spring.cloud.gateway.server.webflux.enabled=false",
            "spring.http.serviceclient.inventory.base-url=" + upstream.url(),
            "evenkeel.pipelines.inventory.circuit-breaker.sliding-window-size=20",
            "evenkeel.pipelines.inventory.circuit-breaker.minimum-number-of-calls=10")
        .run();
  }

  @Test
  void blockingClient_getsItsFallback_andComesBack() throws Exception {
    try (Upstream upstream = new Upstream();
        ConfigurableApplicationContext context = start(Blocking.class, upstream)) {
      StockClient stock = context.getBean(StockClient.class);
      new Comeback(context, upstream, stock::stock).play();
    }
  }

  /** Spring Cloud asks for the breaker of "inventory-reactive": the group's pipeline is meant. */
  @Test
  void reactiveClient_goesThroughTheSamePipeline() throws Exception {
    try (Upstream upstream = new Upstream();
        ConfigurableApplicationContext context = start(Reactive.class, upstream)) {
      ReactiveStockClient stock = context.getBean(ReactiveStockClient.class);
      new Comeback(context, upstream, () -> stock.stock().block(Duration.ofSeconds(60))).play();
    }
  }
}
