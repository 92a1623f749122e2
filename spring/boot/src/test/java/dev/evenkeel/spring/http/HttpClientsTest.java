package dev.evenkeel.spring.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.reactor.ReactivePipeline;
import dev.evenkeel.spring.Contexts;
import dev.evenkeel.spring.web.ClientPolicy;
import dev.evenkeel.spring.web.EvenkeelClientInterceptor;
import dev.evenkeel.spring.web.EvenkeelExchangeFilter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.client.autoconfigure.service.HttpServiceClientPropertiesAutoConfiguration;
import org.springframework.boot.restclient.RestTemplateBuilder;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestTemplateAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.service.HttpServiceClientAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.boot.webclient.autoconfigure.service.ReactiveHttpServiceClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.registry.HttpServiceGroup.ClientType;
import org.springframework.web.service.registry.ImportHttpServices;
import reactor.core.publisher.Mono;

/** The HTTP clients that Boot builds carry deadlines and go through pipelines. */
class HttpClientsTest {

  private final List<Headers> requests = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private String uri;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      requests.add(exchange.getRequestHeaders());
      exchange.sendResponseHeaders(200, 1);
      exchange.getResponseBody().write('7');
      exchange.close();
    });
    server.start();
    uri = "http://localhost:" + server.getAddress().getPort() + "/stock";
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private ApplicationContextRunner runner() {
    return withoutHosts().withPropertyValues("evenkeel.http.hosts.localhost=stock");
  }

  private ApplicationContextRunner withoutHosts() {
    return Contexts.runner()
        .withConfiguration(AutoConfigurations.of(
            EvenkeelHttpClientAutoConfiguration.class,
            RestClientAutoConfiguration.class,
            RestTemplateAutoConfiguration.class,
            HttpServiceClientPropertiesAutoConfiguration.class,
            HttpServiceClientAutoConfiguration.class,
            WebClientAutoConfiguration.class,
            ReactiveHttpServiceClientAutoConfiguration.class))
        .withPropertyValues(
            "evenkeel.pipelines.stock.circuit-breaker.sliding-window-size=100",
            "spring.http.clients.imperative.factory=jdk",
            "spring.http.serviceclient.stock.base-url=" + uri);
  }

  private static void open(AssertableApplicationContext context) {
    context
        .getBean(Pipelines.class)
        .find("stock")
        .orElseThrow()
        .policy(CircuitBreaker.class)
        .orElseThrow()
        .forceOpen("test");
  }

  private static CallContext sheddable() {
    return CallContext.current().withCriticality(Criticality.SHEDDABLE);
  }

  private String restClient(AssertableApplicationContext context) {
    RestClient client = context.getBean(RestClient.Builder.class).build();
    return sheddable().call(() -> client.get().uri(uri).retrieve().body(String.class));
  }

  private String restTemplate(AssertableApplicationContext context) {
    return sheddable()
        .call(() ->
            context.getBean(RestTemplateBuilder.class).build().getForObject(uri, String.class));
  }

  private String webClient(AssertableApplicationContext context) {
    return context
        .getBean(WebClient.Builder.class)
        .build()
        .get()
        .uri(uri)
        .retrieve()
        .bodyToMono(String.class)
        .contextWrite(ReactivePipeline.context(sheddable()))
        .block();
  }

  private void isCarried(boolean carried) {
    assertThat(requests.remove(0).containsKey("evenkeel-criticality")).isEqualTo(carried);
  }

  @Test
  void allClients_carryTheContext_andGoThroughTheirHostsPipeline() {
    runner().run(context -> {
      assertThat(restClient(context)).isEqualTo("7");
      isCarried(true);
      assertThat(restTemplate(context)).isEqualTo("7");
      isCarried(true);
      assertThat(webClient(context)).isEqualTo("7");
      isCarried(true);

      open(context);
      for (Consumer<AssertableApplicationContext> client :
          List.<Consumer<AssertableApplicationContext>>of(
              this::restClient, this::restTemplate, this::webClient)) {
        assertThatThrownBy(() -> client.accept(context)).isInstanceOf(CallRefusedException.class);
      }
      assertThat(requests).isEmpty();
    });
  }

  @Test
  void hostsThatAreNotAllowed_getNoHeaders() {
    runner().withPropertyValues("evenkeel.http.allowed-hosts=stock.example").run(context -> {
      assertThat(restClient(context)).isEqualTo("7");
      isCarried(false);
      assertThat(webClient(context)).isEqualTo("7");
      isCarried(false);
    });
  }

  @Test
  void each_canBeSwitchedOff() {
    runner()
        .withPropertyValues("evenkeel.restclient.enabled=false", "evenkeel.webclient.enabled=false")
        .run(context -> {
          open(context);
          assertThat(restClient(context)).isEqualTo("7");
          isCarried(false);
          assertThat(restTemplate(context)).isEqualTo("7");
          isCarried(false);
          assertThat(webClient(context)).isEqualTo("7");
          isCarried(false);
        });
    runner()
        .withPropertyValues("evenkeel.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(ClientPolicy.class));
  }

  @Test
  void ownPolicy_wins() {
    runner().withBean(ClientPolicy.class, ClientPolicy::standard).run(context -> {
      open(context);
      assertThat(restClient(context)).isEqualTo("7");
    });
  }

  @Test
  void withoutTheOptionalLibraries_theRestWorks() {
    runner().withClassLoader(new FilteredClassLoader(ReactivePipeline.class)).run(context -> {
      assertThat(restClient(context)).isEqualTo("7");
      isCarried(true);
      assertThat(context).doesNotHaveBean("evenkeelWebClientCustomizer");
    });
    Contexts.runner()
        .withConfiguration(AutoConfigurations.of(
            EvenkeelHttpClientAutoConfiguration.class, RestClientAutoConfiguration.class))
        .withClassLoader(new FilteredClassLoader(WebClient.class, EvenkeelExchangeFilter.class))
        .run(context -> {
          assertThat(restClient(context)).isEqualTo("7");
          isCarried(true);
        });
    Contexts.runner()
        .withConfiguration(AutoConfigurations.of(
            EvenkeelHttpClientAutoConfiguration.class, WebClientAutoConfiguration.class))
        .withClassLoader(new FilteredClassLoader("org.springframework.boot.restclient"))
        .run(context -> {
          assertThat(webClient(context)).isEqualTo("7");
          isCarried(true);
        });
    Contexts.runner()
        .withConfiguration(AutoConfigurations.of(
            EvenkeelHttpClientAutoConfiguration.class, RestClientAutoConfiguration.class))
        .withClassLoader(
            new FilteredClassLoader(ClientPolicy.class, EvenkeelClientInterceptor.class))
        .run(context -> {
          assertThat(restClient(context)).isEqualTo("7");
          isCarried(false);
        });
  }

  @Test
  void unknownPipeline_stopsTheStart() {
    runner().withPropertyValues("evenkeel.http.groups.prices=stok").run(context -> {
      assertThat(context).hasFailed();
      assertThat(Contexts.analysis(context.getStartupFailure()).getDescription())
          .isEqualTo(
              "evenkeel.http.groups[prices]\n\nFound 'stok'. The pipelines are:" + " [stock].");
    });
  }

  /** A client that is an interface. */
  interface Stock {
    @GetExchange
    String stock();
  }

  /** One that is subscribed to. */
  interface Stocks {
    @GetExchange
    Mono<String> stock();
  }

  @Configuration(proxyBeanMethods = false)
  @ImportHttpServices(group = "stock", types = Stock.class)
  static class Blocking {
    @Bean
    String blocking() {
      return "";
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ImportHttpServices(group = "stock", types = Stocks.class, clientType = ClientType.WEB_CLIENT)
  static class Reactive {
    @Bean
    String reactive() {
      return "";
    }
  }

  @Test
  void httpServiceGroups_goThroughTheirPipeline() {
    withoutHosts()
        .withUserConfiguration(Blocking.class)
        .withPropertyValues("evenkeel.http.groups.stock=stock")
        .run(context -> {
          assertThat(context.getBean(Stock.class).stock()).isEqualTo("7");
          open(context);
          assertThatThrownBy(() -> context.getBean(Stock.class).stock())
              .isInstanceOf(CallRefusedException.class);
        });
    withoutHosts()
        .withUserConfiguration(Reactive.class)
        .withPropertyValues("evenkeel.http.groups.stock=stock")
        .run(context -> {
          assertThat(context.getBean(Stocks.class).stock().block()).isEqualTo("7");
          open(context);
          assertThatThrownBy(() -> context.getBean(Stocks.class).stock().block())
              .isInstanceOf(CallRefusedException.class);
        });
  }
}
