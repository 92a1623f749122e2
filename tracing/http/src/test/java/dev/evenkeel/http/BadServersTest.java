package dev.evenkeel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineException;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.retry.RetryBudget;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a server does: the call ends with a clear error or an answer, in time. */
class BadServersTest {

  private final HttpClient client = EvenkeelHttpClient.builder(HttpClient.newHttpClient())
      .pipeline(Pipeline.of("stock", Timeout.ofMillis(5_000)))
      .build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "garbage\r\n\r\n",
        "HTTP/1.1 banana OK\r\n\r\n",
        "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nXYZ\r\n",
        "\u0000\u0001\u0002\r\n\r\n"
      })
  void garbage_isAnIoFailure(String answer) {
    try (RawServer server = new RawServer((connection, head) -> {
      connection.write(answer);
      connection.reset();
    })) {
      assertThatThrownBy(() -> client.send(request(server), BodyHandlers.ofString()))
          .isInstanceOf(IOException.class);
    }
  }

  /** The JDK's own parser says it in its own way; nothing hangs and nothing leaks. */
  @Test
  void lengthBeyondAllNumbers_isAFailure() {
    try (RawServer server =
        RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n")) {
      assertThatThrownBy(() -> client.send(request(server), BodyHandlers.ofString()))
          .isInstanceOfAny(IOException.class, IllegalArgumentException.class);
    }
  }

  @Test
  void noContentLength_isReadToTheEndOfTheConnection() throws Exception {
    try (RawServer server = new RawServer((connection, head) -> {
      connection.write("HTTP/1.1 200 OK\r\n\r\nall of it");
      connection.end();
    })) {
      assertThat(client.send(request(server), BodyHandlers.ofString()).body())
          .isEqualTo("all of it");
    }
  }

  @Test
  void endlessHeaders_endAtTheDeadline() {
    try (RawServer server = new RawServer((connection, head) -> {
      connection.write("HTTP/1.1 200 OK\r\n");
      for (int i = 0; ; i++) {
        connection.write("x-" + i + ": " + "y".repeat(1_000) + "\r\n");
      }
    })) {
      assertThatThrownBy(() -> Deadline.after(Duration.ofMillis(500))
              .call(() -> client.send(request(server), BodyHandlers.ofString())))
          .isInstanceOfAny(IOException.class, PipelineException.class);
    }
  }

  @Test
  void resetInMidBody_isTheReadersFailure() throws Exception {
    try (RawServer server = new RawServer((connection, head) -> {
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbegin");
      connection.reset();
    })) {
      assertThatThrownBy(() -> client.send(request(server), BodyHandlers.ofString()))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> {
            InputStream body =
                client.send(request(server), BodyHandlers.ofInputStream()).body();
            body.readAllBytes();
          })
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void responseHandlerThatThrows_isTheCallersFailure() throws Exception {
    try (Servers server = Servers.answering(200)) {
      HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
      assertThatThrownBy(() -> client.send(request, info -> {
            throw new IllegalStateException("my bug");
          }))
          .hasStackTraceContaining("my bug");
      assertThat(client.send(request, BodyHandlers.ofString()).body()).isEqualTo("body of 200");
    }
  }

  @Test
  void refusedConnection_isAnIoFailure() {
    RawServer gone = RawServer.silent();
    HttpRequest request = request(gone);
    gone.close();
    assertThatThrownBy(() -> client.send(request, BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void serverThatStopsInMidExchange_isAnIoFailure() throws Exception {
    RawServer server = RawServer.silent();
    java.util.concurrent.CompletableFuture<?> future =
        client.sendAsync(request(server), BodyHandlers.ofString());
    while (server.requests.get() == 0) {
      Thread.onSpinWait();
    }
    server.close();
    assertThatThrownBy(() -> future.get(20, java.util.concurrent.TimeUnit.SECONDS))
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void nulls_areClearErrors() {
    assertThatThrownBy(() -> client.send(null, BodyHandlers.ofString()))
        .hasMessageContaining("request:");
    try (RawServer server = RawServer.silent()) {
      assertThatThrownBy(() -> client.send(request(server), null))
          .hasMessageContaining("responseBodyHandler:");
    }
  }

  /** Somebody's deadline of 1 ms, again and again, is no evidence against a server all use. */
  @Test
  void deadlinesOfOneMillisecond_neitherOpenABreakerNorDrainABudget() throws Exception {
    CircuitBreaker breaker = CircuitBreaker.standard();
    RetryBudget budget = RetryBudget.of(0.1, 10, 5);
    HttpClient shared = EvenkeelHttpClient.builder(HttpClient.newHttpClient())
        .pipeline(Pipeline.of(
            "stock",
            Timeout.ofMillis(5_000),
            Retry.builder().maxAttempts(3).budget(budget).build(),
            breaker))
        .build();
    try (RawServer server = RawServer.silent()) {
      for (int i = 0; i < 300; i++) {
        assertThatThrownBy(() -> Deadline.after(Duration.ofMillis(1))
                .call(() -> shared.send(request(server), BodyHandlers.ofString())))
            .isInstanceOf(PipelineException.class);
      }
    }
    assertThat(breaker.state().toString()).contains("CLOSED");
    assertThat(budget.available()).isGreaterThanOrEqualTo(5);
    try (Servers server = Servers.answering(200)) {
      assertThat(shared
              .send(HttpRequest.newBuilder(server.uri("/")).build(), BodyHandlers.ofString())
              .statusCode())
          .isEqualTo(200);
    }
  }

  private static HttpRequest request(RawServer server) {
    return HttpRequest.newBuilder(server.uri("/")).build();
  }
}
