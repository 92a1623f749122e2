package dev.evenkeel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.DeadlineExceededException;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineException;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A client that is shut down while it works, and clocks that jump. */
class ShutdownTest {

  private static final boolean CAN_SHUT_DOWN = Runtime.version().feature() >= 21;

  @Test
  void clientThatIsShutDownInMidExchange_endsTheCall() throws Exception {
    EvenkeelHttpClient client = (EvenkeelHttpClient)
        EvenkeelHttpClient.builder(HttpClient.newHttpClient()).build();
    try (RawServer server = RawServer.silent()) {
      CompletableFuture<HttpResponse<String>> answer =
          client.sendAsync(request(server), BodyHandlers.ofString());
      awaitRequest(server);

      client.shutdownNow();

      if (CAN_SHUT_DOWN) {
        assertThatThrownBy(() -> answer.get(60, TimeUnit.SECONDS))
            .hasCauseInstanceOf(IOException.class);
        assertThat(client.awaitTermination(Duration.ofSeconds(20))).isTrue();
        assertThat(client.isTerminated()).isTrue();
        assertThatThrownBy(() -> client.send(request(server), BodyHandlers.ofString()))
            .isInstanceOf(IOException.class);
      } else {
        assertThat(answer).isNotDone(); // such a client is never shut down
        answer.cancel(true);
        server.awaitClosing();
      }
    }
  }

  @Test
  void clientThatIsShutDownInMidBody_failsTheReader() throws Exception {
    EvenkeelHttpClient client = (EvenkeelHttpClient)
        EvenkeelHttpClient.builder(HttpClient.newHttpClient()).build();
    try (RawServer server = RawServer.stallingInBody()) {
      InputStream body =
          client.send(request(server), BodyHandlers.ofInputStream()).body();
      assertThat(body.read()).isEqualTo('f');

      client.shutdownNow();

      if (CAN_SHUT_DOWN) {
        assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
      } else {
        body.close();
      }
      server.awaitClosing();
    }
  }

  /** The JDK's client loses its threads; the deadline is kept by ours. */
  @Test
  void executorThatIsShutDownInMidExchange_theCallEndsAtItsDeadlineAtTheLatest() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    HttpClient client = EvenkeelHttpClient.builder(
            HttpClient.newBuilder().executor(threads).build())
        .pipeline(Pipeline.of("stock", Timeout.ofMillis(2_000)))
        .build();
    try (RawServer server = RawServer.silent()) {
      CompletableFuture<HttpResponse<String>> answer =
          client.sendAsync(request(server), BodyHandlers.ofString());
      awaitRequest(server);

      threads.shutdownNow();

      assertThatThrownBy(() -> answer.get(60, TimeUnit.SECONDS))
          .satisfies(failure -> assertThat(failure.getCause())
              .isInstanceOfAny(
                  IOException.class, PipelineException.class, RejectedExecutionException.class));
      server.awaitClosing();
    }
  }

  @Test
  void clockThatJumpsBeyondTheDeadline_nothingIsSent() {
    ManualKernel clock = ManualKernel.create();
    Deadline deadline = Deadline.after(Duration.ofHours(1), clock);
    clock.freeze(Duration.ofDays(400));
    HttpClient client = EvenkeelHttpClient.builder(HttpClient.newHttpClient()).build();
    try (RawServer server = RawServer.silent()) {
      assertThatThrownBy(
              () -> deadline.call(() -> client.send(request(server), BodyHandlers.ofString())))
          .isInstanceOf(DeadlineExceededException.class);
      assertThat(server.requests).hasValue(0);
    }
  }

  /** Our timer runs on the system's clock, the deadline on one that stands still: no busy loop. */
  @Test
  void clockThatStandsStill_theExchangeGoesOn() throws Exception {
    ManualKernel clock = ManualKernel.create();
    Deadline deadline = Deadline.after(Duration.ofHours(1), clock);
    HttpClient client = EvenkeelHttpClient.builder(HttpClient.newHttpClient()).build();
    try (Servers server = Servers.answering(200)) {
      HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
      assertThat(
              deadline.call(() -> client.send(request, BodyHandlers.ofString())).statusCode())
          .isEqualTo(200);
      assertThat(server.seen.get(0).headers().getFirst("evenkeel-timeout-ms")).hasSize(7);
    }
  }

  private static HttpRequest request(RawServer server) {
    return HttpRequest.newBuilder(server.uri("/")).build();
  }

  private static void awaitRequest(RawServer server) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (server.requests.get() == 0 && System.nanoTime() - until < 0) {
      Thread.onSpinWait();
    }
    assertThat(server.requests).hasValue(1);
  }
}
