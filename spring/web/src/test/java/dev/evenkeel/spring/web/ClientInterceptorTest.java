package dev.evenkeel.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.CallTimeoutException;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.tracing.AllowedHosts;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A RestClient and a RestTemplate whose requests go through a pipeline, against a real server. */
class ClientInterceptorTest {

  private static ClientHttpRequestFactory factory(String kind) {
    return kind.equals("jdk")
        ? new JdkClientHttpRequestFactory()
        : new SimpleClientHttpRequestFactory();
  }

  private static RestClient client(ClientHttpRequestFactory factory, ClientPolicy policy) {
    return RestClient.builder()
        .requestFactory(factory)
        .requestInterceptor(EvenkeelClientInterceptor.with(policy))
        .build();
  }

  private static RestClient client(String kind, Pipeline pipeline) {
    return client(factory(kind), ClientPolicy.builder().pipeline(pipeline).build());
  }

  private static String get(RestClient client, Servers server) {
    return client.get().uri(server.uri()).retrieve().body(String.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jdk", "simple"})
  void failures_areRetried_andTheLastAnswerIsGiven(String kind) {
    RestClient client = client(kind, Pipeline.of("stock", Servers.threeTimes()));
    try (Servers server = Servers.statuses(500, 503, 200)) {
      assertThat(get(client, server)).isEqualTo("answer 3");
    }
    try (Servers server = Servers.statuses(500)) {
      assertThatThrownBy(() -> get(client, server))
          .isInstanceOfSatisfying(
              HttpServerErrorException.InternalServerError.class,
              own -> assertThat(own.getResponseBodyAsString()).isEqualTo("answer 3"));
      assertThat(server.requests).hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jdk", "simple"})
  void requestsThatMustNotBeRepeated_areSentOnce_throughTheSameGates(String kind) {
    Pipeline pipeline = Pipeline.of("stock", Servers.threeTimes(), CircuitBreaker.standard());
    RestClient client = client(kind, pipeline);
    try (Servers server = Servers.statuses(500)) {
      assertThatThrownBy(
              () -> client.post().uri(server.uri()).body("7").retrieve().toBodilessEntity())
          .isInstanceOfSatisfying(
              HttpServerErrorException.class,
              own -> assertThat(own.getResponseBodyAsString()).isEqualTo("answer 1"));
      assertThat(server.requests).hasSize(1);
      assertThatThrownBy(
              () -> client.put().uri(server.uri()).body("7").retrieve().toBodilessEntity())
          .isInstanceOf(HttpServerErrorException.class);
      assertThat(server.requests).hasSize(4);
      assertThat(server.requests)
          .extracting(headers -> headers.getOrDefault("evenkeel-attempt", "1"))
          .containsExactly("1", "1", "2", "3");

      pipeline.policy(CircuitBreaker.class).orElseThrow().forceOpen("test");
      assertThatThrownBy(() -> get(client, server)).isInstanceOf(CallRefusedException.class);
      assertThat(server.requests).hasSize(4);
    }
  }

  @Test
  void restTemplate_hasTheSame() {
    RestTemplate template = new RestTemplate();
    template
        .getInterceptors()
        .add(EvenkeelClientInterceptor.with(ClientPolicy.builder()
            .pipeline(Pipeline.of("stock", Servers.threeTimes()))
            .build()));
    try (Servers server = Servers.statuses(500, 200)) {
      assertThat(template.getForObject(server.uri(), String.class)).isEqualTo("answer 2");
    }
  }

  @Test
  void headers_goToAllowedHostsOnly() {
    try (Servers server = Servers.statuses(200)) {
      CallContext context = CallContext.current()
          .withDeadline(Deadline.after(Duration.ofSeconds(50)))
          .withCriticality(Criticality.SHEDDABLE)
          .withIdempotencyKey("k-1");
      for (AllowedHosts hosts : List.of(AllowedHosts.of("127.0.0.1"), AllowedHosts.of("other"))) {
        RestClient client =
            client(factory("jdk"), ClientPolicy.builder().allowedHosts(hosts).build());
        assertThat(context.call(() -> get(client, server))).startsWith("answer");
      }
      assertThat(server.requests.get(0))
          .containsKey("evenkeel-timeout-ms")
          .containsEntry("evenkeel-criticality", "sheddable")
          .containsEntry("Idempotency-Key", "k-1");
      assertThat(server.requests.get(1))
          .doesNotContainKeys("evenkeel-timeout-ms", "evenkeel-criticality", "Idempotency-Key");
    }
  }

  @Test
  void timeout_endsTheRequest() {
    try (Servers server = Servers.answering((number, request, response) -> Mono.never())) {
      assertThatThrownBy(() ->
              get(client("jdk", Pipeline.of("stock", Timeout.ofMillis(50))), server))
          .isInstanceOf(CallTimeoutException.class);
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }

  /** A body that begins and does not go on. */
  private static Servers stalling() {
    return Servers.answering((number, request, response) -> {
      return response.send(
          Flux.concat(
              Mono.fromSupplier(() -> response.alloc().buffer().writeByte('7')), Mono.never()),
          buffer -> true);
    });
  }

  @Test
  void deadline_holdsForTheBody() {
    try (Servers server = stalling()) {
      RestClient client = client("jdk", Pipeline.of("stock", Timeout.ofMillis(2_000)));
      assertThatThrownBy(() -> client
              .get()
              .uri(server.uri())
              .exchange((request, response) -> response.getBody().readAllBytes()))
          .satisfiesAnyOf(
              failure -> assertThat(failure)
                  .hasRootCauseInstanceOf(CallTimeoutException.class)
                  .cause()
                  .isInstanceOf(InterruptedIOException.class),
              // on a slow machine the time is over before there is a body
              failure -> assertThat(failure).isInstanceOf(CallTimeoutException.class));
    }
  }

  @Test
  void request_canNameItsPipeline() {
    try (Servers server = Servers.statuses(500, 200)) {
      RestClient client = client(factory("jdk"), ClientPolicy.standard());
      assertThat(client
              .get()
              .uri(server.uri())
              .attributes(ClientPolicy.through(Pipeline.of("stock", Servers.threeTimes())))
              .retrieve()
              .body(String.class))
          .isEqualTo("answer 2");
      assertThatThrownBy(() -> ClientPolicy.through(" "))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
