package dev.evenkeel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Fallback;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Backoff;
import dev.evenkeel.retry.Hedge;
import dev.evenkeel.retry.Retry;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryTest {

  private static Retry three() {
    return Retry.builder()
        .maxAttempts(3)
        .unlimitedBudget()
        .backoff(Backoff.fixed(Duration.ofMillis(1)))
        .maxWait(Duration.ofSeconds(5)) // what a server may ask for
        .build();
  }

  private static HttpClient client(Pipeline pipeline) {
    return EvenkeelHttpClient.builder(HttpClient.newHttpClient())
        .pipeline(pipeline)
        .build();
  }

  private static HttpClient retrying() {
    return client(Pipeline.of("stock", Timeout.ofMillis(20_000), three()));
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504, 429, 408})
  void failures_areRetried(int status) throws Exception {
    try (Servers server = Servers.answering(status, status, 200)) {
      HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();

      HttpResponse<String> answer = retrying().send(request, BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(server.seen).hasSize(3);
      assertThat(server.seen.get(2).headers().getFirst("evenkeel-attempt")).isEqualTo("3");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 204, 301, 304, 400, 401, 404, 409, 422})
  void answers_areNot(int status) throws Exception {
    try (Servers server = new Servers(exchange -> Servers.respond(exchange, status, ""))) {
      HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();

      assertThat(retrying().send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(status);
      assertThat(retrying().sendAsync(request, BodyHandlers.ofString()).get().statusCode())
          .isEqualTo(status);
      assertThat(server.seen).hasSize(2);
    }
  }

  @Test
  void lastAnswer_reachesTheCaller_notAnException() throws Exception {
    try (Servers server = Servers.answering(500, 502, 503)) {
      HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();

      HttpResponse<String> blocking = retrying().send(request, BodyHandlers.ofString());
      HttpResponse<String> async =
          retrying().sendAsync(request, BodyHandlers.ofString()).get();

      assertThat(blocking.statusCode()).isEqualTo(503);
      assertThat(blocking.body()).isEqualTo("body of 503");
      assertThat(async.body()).isEqualTo("body of 503");
    }
  }

  @Test
  void lastAnswersStream_canBeRead_andEarlierOnesAreClosed() throws Exception {
    try (Servers server = Servers.answering(500, 502, 503)) {
      HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();

      HttpResponse<InputStream> answer = retrying().send(request, BodyHandlers.ofInputStream());

      assertThat(new String(answer.body().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("body of 503");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PATCH", "CUSTOM"})
  void otherMethods_areSentOnce(String method) throws Exception {
    try (Servers server = Servers.answering(500)) {
      HttpRequest request = HttpRequest.newBuilder(server.uri("/"))
          .method(method, BodyPublishers.ofString("one"))
          .build();

      assertThat(retrying().send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(500);
      assertThat(retrying().sendAsync(request, BodyHandlers.ofString()).get().statusCode())
          .isEqualTo(500);
      assertThat(server.seen).hasSize(2);
    }
  }

  @Test
  void idempotencyKey_makesAPostRepeatable_andStaysTheSame() throws Exception {
    try (Servers server = Servers.answering(500)) {
      HttpRequest.Builder post =
          HttpRequest.newBuilder(server.uri("/")).POST(BodyPublishers.ofString("one"));
      HttpRequest keyed = post.copy().header("Idempotency-Key", "k-1").build();

      retrying().send(keyed, BodyHandlers.ofString());
      CallContext.current()
          .withIdempotencyKey("k-2")
          .call(() -> retrying().send(post.build(), BodyHandlers.ofString()));

      List<String> keys = server.seen.stream()
          .map(one -> one.headers().getFirst("Idempotency-Key"))
          .toList();
      assertThat(keys).containsExactly("k-1", "k-1", "k-1", "k-2", "k-2", "k-2");
    }
  }

  @Test
  void bodiesThatMayBeSpent_areSentOnce(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("body"), "text");
    BodyPublisher unknown = BodyPublishers.fromPublisher(BodyPublishers.ofString("text"));
    BodyPublisher stream = BodyPublishers.ofInputStream(
        () -> new ByteArrayInputStream("text".getBytes(StandardCharsets.UTF_8)));

    assertThat(requestsFor(unknown, retrying())).isEqualTo(1);
    assertThat(requestsFor(stream, retrying())).isEqualTo(1);
    assertThat(requestsFor(BodyPublishers.ofFile(file), retrying())).isEqualTo(3);
    assertThat(requestsFor(BodyPublishers.ofString("text"), retrying())).isEqualTo(3);
    assertThat(requestsFor(BodyPublishers.ofByteArray(new byte[10]), retrying()))
        .isEqualTo(3);
    assertThat(requestsFor(BodyPublishers.noBody(), retrying())).isEqualTo(3);
    HttpClient told = EvenkeelHttpClient.builder(HttpClient.newHttpClient())
        .pipeline(Pipeline.of("stock", Timeout.ofMillis(20_000), three()))
        .repeatableBodies(body -> body == unknown)
        .build();
    assertThat(requestsFor(unknown, told)).isEqualTo(3);
    assertThat(requestsFor(stream, told)).isEqualTo(1);
  }

  private static int requestsFor(BodyPublisher body, HttpClient client) throws Exception {
    try (Servers server = Servers.answering(500)) {
      client.send(
          HttpRequest.newBuilder(server.uri("/")).PUT(body).build(), BodyHandlers.ofString());
      return server.seen.size();
    }
  }

  @Test
  void bodyPublisherThatFails_isACleanFailure_andNotRetried() throws Exception {
    try (Servers server = Servers.answering(200)) {
      BodyPublisher failing = BodyPublishers.fromPublisher(subscriber -> {
        subscriber.onSubscribe(new java.util.concurrent.Flow.Subscription() {
          @Override
          public void request(long count) {
            subscriber.onError(new java.io.IOException("the disk is gone"));
          }

          @Override
          public void cancel() {}
        });
      });
      HttpRequest request =
          HttpRequest.newBuilder(server.uri("/")).POST(failing).build();

      assertThatThrownBy(() -> retrying().send(request, BodyHandlers.ofString()))
          .isInstanceOf(java.io.IOException.class)
          .hasMessageContaining("the disk is gone");
    }
  }

  @Test
  void bothPipelines_shareTheBreaker() throws Exception {
    CircuitBreaker breaker = CircuitBreaker.standard();
    HttpClient client = client(Pipeline.of("stock", Timeout.ofMillis(20_000), three(), breaker));
    try (Servers server = Servers.answering(500)) {
      HttpRequest post = HttpRequest.newBuilder(server.uri("/"))
          .POST(BodyPublishers.ofString("one"))
          .build();
      breaker.forceOpen("test");
      assertThatThrownBy(() -> client.send(post, BodyHandlers.ofString()))
          .isInstanceOf(dev.evenkeel.core.CallRefusedException.class);
      assertThat(server.seen).isEmpty();
    }
  }

  @Test
  void capacityThatComesBack_isWaitedFor_andNotHeldAgainstTheServer() throws Exception {
    CircuitBreaker breaker = CircuitBreaker.standard();
    HttpClient client = client(Pipeline.of("stock", Timeout.ofMillis(20_000), three(), breaker));
    int[] asked = {0};
    try (Servers server = new Servers(exchange -> {
      if (asked[0]++ % 2 == 0) {
        exchange.getResponseHeaders().set("retry-after-millis", "30");
        Servers.respond(exchange, 503, "busy");
      } else {
        Servers.respond(exchange, 200, "ok");
      }
    })) {
      HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
      long begin = System.nanoTime();
      for (int i = 0; i < 200; i++) {
        assertThat(client.send(request, BodyHandlers.ofString()).body()).isEqualTo("ok");
      }
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin))
          .isGreaterThanOrEqualTo(200 * 30);
      assertThat(breaker.state().toString()).contains("CLOSED");
    }
  }

  @Test
  void refusalForGood_isAnAnswerToo() throws Exception {
    try (Servers server = new Servers(exchange -> {
      exchange.getResponseHeaders().set("Retry-After", "0");
      Servers.respond(exchange, 429, "slow down");
    })) {
      HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
      assertThat(retrying().send(request, BodyHandlers.ofString()).body()).isEqualTo("slow down");
      assertThat(server.seen).hasSize(3);
    }
  }

  @Test
  void hedge_isMadeForAGet_andNotForAPost_andTheLoserIsClosed() throws Exception {
    Pipeline pipeline = Pipeline.of(
        "stock",
        Timeout.ofMillis(20_000),
        Hedge.after(Duration.ofMillis(50))
            .budget(dev.evenkeel.retry.RetryBudget.of(1, 100, 100))
            .forIdempotentCalls());
    try (RawServer server = new RawServer((connection, head) -> {
      boolean first = head.stream().noneMatch(line -> line.equalsIgnoreCase("second: yes"));
      if (first && head.get(0).startsWith("GET") && SLOW.compareAndSet(true, false)) {
        connection.awaitClose();
      } else {
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      }
    })) {
      HttpRequest get = HttpRequest.newBuilder(server.uri("/")).build();
      assertThat(client(pipeline).send(get, BodyHandlers.ofString()).body()).isEqualTo("ok");
      server.awaitClosing();
      assertThat(server.requests).hasValue(2);
    }
  }

  private static final java.util.concurrent.atomic.AtomicBoolean SLOW =
      new java.util.concurrent.atomic.AtomicBoolean(true);

  @Test
  void fallbackOfThePipeline_answers() throws Exception {
    try (Servers server = Servers.answering(500)) {
      HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
      HttpResponse<String> other = client(Pipeline.of("other", Timeout.ofMillis(20_000)))
          .send(request, BodyHandlers.ofString());
      HttpClient client =
          client(Pipeline.of("stock", Timeout.ofMillis(20_000), Fallback.of(failure -> other)));

      assertThat(client.send(request, BodyHandlers.ofString())).isSameAs(other);
      assertThat(client.sendAsync(request, BodyHandlers.ofString()).get()).isSameAs(other);
    }
  }
}
