package dev.evenkeel.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.CallTimeoutException;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.DeadlineExceededException;
import dev.evenkeel.core.Fallback;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.reactor.ReactivePipeline;
import dev.evenkeel.tracing.AllowedHosts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.resources.ConnectionProvider;
import reactor.test.StepVerifier;

/** A WebClient whose requests go through a pipeline, against a real server. */
class ExchangeFilterTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  private static WebClient client(ClientPolicy policy) {
    return WebClient.builder().filter(EvenkeelExchangeFilter.with(policy)).build();
  }

  private static WebClient client(Pipeline pipeline) {
    return client(ClientPolicy.builder().pipeline(pipeline).build());
  }

  private static Mono<String> get(WebClient client, Servers server) {
    return client.get().uri(server.uri()).retrieve().bodyToMono(String.class);
  }

  @Test
  void failures_areRetried_andTheLastAnswerIsGiven() {
    WebClient client = client(Pipeline.of("stock", Servers.threeTimes()));
    try (Servers server = Servers.statuses(500, 503, 200)) {
      assertThat(get(client, server).block(SOON)).isEqualTo("answer 3");
    }
    try (Servers server = Servers.statuses(500)) {
      StepVerifier.create(get(client, server))
          .verifyErrorSatisfies(failure -> assertThat(failure)
              .isInstanceOfSatisfying(
                  WebClientResponseException.InternalServerError.class,
                  own -> assertThat(own.getResponseBodyAsString()).isEqualTo("answer 3")));
      assertThat(server.requests)
          .extracting(headers -> headers.getOrDefault("evenkeel-attempt", "1"))
          .containsExactly("1", "2", "3");
    }
    try (Servers server = Servers.statuses(404)) {
      StepVerifier.create(get(client, server))
          .verifyError(WebClientResponseException.NotFound.class);
      assertThat(server.requests).hasSize(1);
    }
  }

  @Test
  void answersOfEarlierAttempts_freeTheirConnection() {
    ConnectionProvider one = ConnectionProvider.builder("one")
        .maxConnections(1)
        .pendingAcquireMaxCount(1)
        .build();
    WebClient client = WebClient.builder()
        .clientConnector(new ReactorClientHttpConnector(HttpClient.create(one)))
        .filter(EvenkeelExchangeFilter.with(ClientPolicy.builder()
            .pipeline(Pipeline.of("stock", Servers.threeTimes()))
            .build()))
        .build();
    try (Servers server = Servers.statuses(500, 500, 200)) {
      assertThat(get(client, server).block(SOON)).isEqualTo("answer 3");
      assertThat(get(client, server).block(SOON)).isEqualTo("answer 4");
    } finally {
      one.dispose();
    }
  }

  @Test
  void errorBodyThatIsTooLarge_failsWhenRead_andTheStatusIsThere() {
    String large = "x".repeat(Answer.MOST_KEPT_BYTES + 1);
    WebClient client = client(Pipeline.of("stock", Servers.threeTimes()));
    try (Servers server = Servers.answering(
        (number, request, response) -> response.status(500).sendString(Mono.just(large)))) {
      Mono<Integer> status = client
          .get()
          .uri(server.uri())
          .exchangeToMono(answer -> Mono.just(answer.statusCode().value()));
      assertThat(status.block(SOON)).isEqualTo(500);
    }
  }

  @Test
  void requestsThatMustNotBeRepeated_areSentOnce_throughTheSameGates() {
    Pipeline pipeline = Pipeline.of("stock", Servers.threeTimes(), CircuitBreaker.standard());
    WebClient client = client(pipeline);
    try (Servers server = Servers.statuses(500)) {
      StepVerifier.create(client.post().uri(server.uri()).retrieve().toBodilessEntity())
          .verifyErrorSatisfies(failure -> assertThat(failure)
              .isInstanceOfSatisfying(
                  WebClientResponseException.class,
                  own -> assertThat(own.getResponseBodyAsString()).isEqualTo("answer 1")));
      assertThat(server.requests).hasSize(1);
      StepVerifier.create(
              client.put().uri(server.uri()).bodyValue("7").retrieve().toBodilessEntity())
          .verifyError(WebClientResponseException.class);
      assertThat(server.requests).hasSize(2);
      StepVerifier.create(client
              .post()
              .uri(server.uri())
              .header("Idempotency-Key", "k-1")
              .retrieve()
              .toBodilessEntity())
          .verifyError(WebClientResponseException.class);
      assertThat(server.requests).hasSize(5);
      StepVerifier.create(client(ClientPolicy.builder()
                  .pipeline(pipeline)
                  .repeatableBodies(true)
                  .build())
              .put()
              .uri(server.uri())
              .bodyValue("7")
              .retrieve()
              .toBodilessEntity())
          .verifyError(WebClientResponseException.class);
      assertThat(server.requests).hasSize(8);

      pipeline.policy(CircuitBreaker.class).orElseThrow().forceOpen("test");
      StepVerifier.create(client.post().uri(server.uri()).retrieve().toBodilessEntity())
          .verifyError(CallRefusedException.class);
      assertThat(server.requests).hasSize(8);
    }
  }

  @Test
  void serverThatSaysWhenToComeBack_isNotHeldAgainstIt() {
    List<Verdict> verdicts = new CopyOnWriteArrayList<>();
    Pipeline pipeline = Pipeline.builder("stock")
        .listener(new PipelineListener() {
          @Override
          public void onAttemptEnd(CallView call, Verdict verdict, long durationNanos) {
            verdicts.add(verdict);
          }
        })
        .build();
    try (Servers server = Servers.answering((number, request, response) ->
        response.status(503).header("Retry-After", number == 1 ? "1" : "3600").send())) {
      for (int i = 0; i < 2; i++) {
        StepVerifier.create(get(client(pipeline), server))
            .verifyError(WebClientResponseException.ServiceUnavailable.class);
      }
    }
    assertThat(verdicts).hasSize(2).doesNotHaveDuplicates().endsWith(Verdict.FAILURE);
  }

  @Test
  void headers_goToAllowedHostsOnly() {
    try (Servers server = Servers.statuses(200)) {
      CallContext context = CallContext.current()
          .withDeadline(Deadline.after(Duration.ofSeconds(50)))
          .withCriticality(Criticality.SHEDDABLE)
          .withIdempotencyKey("k-1");
      for (AllowedHosts hosts : List.of(AllowedHosts.of("127.0.0.1"), AllowedHosts.of("other"))) {
        assertThat(get(client(ClientPolicy.builder().allowedHosts(hosts).build()), server)
                .contextWrite(ReactivePipeline.context(context))
                .block(SOON))
            .startsWith("answer");
      }
      assertThat(server.requests.get(0))
          .containsEntry("evenkeel-criticality", "sheddable")
          .containsEntry("Idempotency-Key", "k-1");
      assertThat(Long.parseLong(server.requests.get(0).get("evenkeel-timeout-ms")))
          .isBetween(1L, 50_000L);
      assertThat(server.requests.get(1))
          .doesNotContainKeys("evenkeel-timeout-ms", "evenkeel-criticality", "Idempotency-Key");
    }
  }

  /** Says when the client has gone. */
  private static void watch(HttpServerRequest request, Servers[] server) {
    request.withConnection(connection -> connection.onDispose(() -> server[0].happened("gone")));
  }

  /** A body that begins and does not go on. */
  private static Flux<ByteBuf> stalling() {
    return Flux.concat(
        Flux.just("first").map(text -> Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)),
        Mono.never());
  }

  @Test
  void timeout_closesTheConnection() throws InterruptedException {
    Servers[] here = new Servers[1];
    try (Servers server = Servers.answering((number, request, response) -> {
      watch(request, here);
      return Mono.never();
    })) {
      here[0] = server;
      StepVerifier.create(get(client(Pipeline.of("stock", Timeout.ofMillis(50))), server))
          .verifyError(CallTimeoutException.class);
      server.await("gone");
    }
  }

  @Test
  void deadline_holdsForTheBody_readOrNot() throws InterruptedException {
    Servers[] here = new Servers[1];
    WebClient client = client(Pipeline.of("stock", Timeout.ofMillis(2_000)));
    try (Servers server = Servers.answering((number, request, response) -> {
      watch(request, here);
      return response.send(stalling(), buffer -> true);
    })) {
      here[0] = server;
      StepVerifier.create(client
              .get()
              .uri(server.uri())
              .exchangeToFlux(answer -> answer.bodyToFlux(DataBuffer.class)))
          .thenConsumeWhile(buffer -> true, DataBufferUtils::release)
          .verifyError(CallTimeoutException.class);
      server.await("gone");
    }
    try (Servers server = Servers.answering((number, request, response) -> {
      watch(request, here);
      return response.send(stalling(), buffer -> true);
    })) {
      here[0] = server;
      Disposable waiting = client
          .get()
          .uri(server.uri())
          .exchangeToMono(answer -> Mono.never()) // nobody reads it
          .subscribe();
      server.await("gone");
      waiting.dispose();
    }
  }

  @Test
  void callersDeadline_isNoFaultOfTheServers() {
    try (Servers server = Servers.answering((number, request, response) -> Mono.never())) {
      CallContext context =
          CallContext.current().withDeadline(Deadline.after(Duration.ofMillis(50)));
      StepVerifier.create(get(client(ClientPolicy.standard()), server)
              .contextWrite(ReactivePipeline.context(context)))
          .verifyError(DeadlineExceededException.class);
    }
  }

  @Test
  void cancelling_closesTheConnection_andGivesThePlaceBack() throws InterruptedException {
    Servers[] here = new Servers[1];
    WebClient client = client(Pipeline.of("stock", ConcurrencyLimit.of(1)));
    try (Servers server = Servers.answering((number, request, response) -> {
      watch(request, here);
      here[0].happened("asked");
      return number == 1 ? Mono.never() : response.sendString(Mono.just("second"));
    })) {
      here[0] = server;
      Disposable first = get(client, server).subscribe();
      server.await("asked");
      StepVerifier.create(get(client, server)).verifyError(CallRefusedException.class);
      first.dispose();
      server.await("gone");
      assertThat(get(client, server).block(SOON)).isEqualTo("second");
    }
  }

  @Test
  void request_canNameItsPipeline() {
    try (Servers server = Servers.statuses(500);
        Pipelines registry = Pipelines.create(builder -> {})) {
      Pipeline stock =
          registry.getOrCreate("stock", builder -> builder.policies(Servers.threeTimes()));
      WebClient client = client(ClientPolicy.builder().registry(registry).build());

      StepVerifier.create(through(client, server, "stock")).verifyError();
      assertThat(server.requests).hasSize(3);
      StepVerifier.create(through(client, server, "stok"))
          .verifyErrorMessage("pipeline of the request: \"stok\" (expected: one of [stock])");
      StepVerifier.create(through(client(ClientPolicy.standard()), server, "stock"))
          .verifyErrorMessage("pipeline of the request: \"stock\" (expected: a policy with a"
              + " registry, ClientPolicy.builder().registry(pipelines))");
      StepVerifier.create(client
              .get()
              .uri(server.uri())
              .attributes(ClientPolicy.through(stock))
              .retrieve()
              .toBodilessEntity())
          .verifyError();
      assertThat(server.requests).hasSize(6);
    }
  }

  private static Mono<?> through(WebClient client, Servers server, String pipeline) {
    return client
        .get()
        .uri(server.uri())
        .attributes(ClientPolicy.through(pipeline))
        .retrieve()
        .toBodilessEntity();
  }

  @Test
  void fallbackOfThePipeline_isAnAnswer() {
    Fallback memory = Fallback.of(
        Exception.class,
        failure -> ClientResponse.create(HttpStatus.OK).body("from memory").build());
    try (Servers server = Servers.statuses(500)) {
      assertThat(get(client(Pipeline.of("stock", memory)), server).block(SOON))
          .isEqualTo("from memory");
    }
  }

  @Test
  void nothingListens_isAFailure() {
    Servers closed = Servers.statuses(200);
    String uri = closed.uri();
    closed.close();
    List<Integer> attempts = new CopyOnWriteArrayList<>();
    Pipeline pipeline = Pipeline.builder("stock")
        .policies(Servers.threeTimes())
        .listener(new PipelineListener() {
          @Override
          public void onAttemptEnd(CallView call, Verdict verdict, long durationNanos) {
            attempts.add(call.attempt());
          }
        })
        .build();
    StepVerifier.create(client(pipeline).get().uri(uri).retrieve().toBodilessEntity())
        .verifyError();
    assertThat(attempts).containsExactly(1, 2, 3);
  }
}
