package dev.evenkeel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineException;
import dev.evenkeel.core.Timeout;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What neither waits for headers nor for a body, and readers that are no good. */
class OddExchangesTest {

  private static final Duration DEADLINE = Duration.ofMillis(200);
  private static final long PATIENCE_MILLIS = 30_000;

  private final HttpClient bare = HttpClient.newHttpClient();
  private final HttpClient client = EvenkeelHttpClient.builder(bare).build();

  @AfterEach
  void noInterruptIsLeftBehind() {
    assertThat(Thread.interrupted()).isFalse();
  }

  /** Its queue is full, so that a connection is neither made nor refused. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void connectionThatIsNotMade_endsAtTheDeadline(boolean cooperative) throws Exception {
    List<Socket> queued = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < 2; i++) {
        queued.add(new Socket(InetAddress.getLoopbackAddress(), full.getLocalPort()));
      }
      URI uri = URI.create("http://127.0.0.1:" + full.getLocalPort() + "/");
      endsAtTheDeadline(cooperative, HttpRequest.newBuilder(uri).build());
    } finally {
      for (Socket one : queued) {
        one.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void permissionToSendTheBodyThatNeverComes_endsAtTheDeadline(boolean cooperative)
      throws Exception {
    try (RawServer server = RawServer.silent()) {
      HttpRequest request = HttpRequest.newBuilder(server.uri("/"))
          .expectContinue(true)
          .POST(BodyPublishers.ofString("body"))
          .build();
      endsAtTheDeadline(cooperative, request);
      server.awaitClosing();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void uploadThatNobodyReads_endsAtTheDeadline(boolean cooperative) throws Exception {
    CompletableFuture<Void> over = new CompletableFuture<>();
    try (RawServer server = new RawServer((connection, head) -> {
      over.join();
      connection.awaitClose();
    })) {
      HttpRequest request = HttpRequest.newBuilder(server.uri("/"))
          .PUT(BodyPublishers.ofByteArray(new byte[50_000_000]))
          .build();
      endsAtTheDeadline(cooperative, request);
      over.complete(null);
      server.awaitClosing();
    } finally {
      over.complete(null);
    }
  }

  private void endsAtTheDeadline(boolean cooperative, HttpRequest request) throws Exception {
    HttpClient used = cooperative
        ? EvenkeelHttpClient.builder(bare)
            .pipeline(Pipeline.of("stock", Timeout.cooperative(DEADLINE)))
            .build()
        : client;
    long begin = System.nanoTime();
    Throwable failure = catchThrowable(() -> {
      if (cooperative) {
        used.send(request, BodyHandlers.ofString());
      } else {
        Deadline.after(DEADLINE).call(() -> used.send(request, BodyHandlers.ofString()));
      }
    });
    assertThat(failure).isInstanceOf(PipelineException.class);
    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin))
        .isBetween(DEADLINE.toMillis() - 5, PATIENCE_MILLIS);
  }

  /** The JDK takes any; longer than any deadline is none. */
  @Test
  void timeoutBeyondAllDeadlines_isNoError() throws Exception {
    try (Servers server = Servers.answering(200)) {
      HttpRequest request = HttpRequest.newBuilder(server.uri("/"))
          .timeout(Duration.ofSeconds(Long.MAX_VALUE))
          .build();
      assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      assertThat(client
              .sendAsync(request, BodyHandlers.ofString())
              .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
              .statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void handlerWithoutAReader_isTheCallersFailure() throws Exception {
    try (Servers server = Servers.answering(200)) {
      HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
      assertThatThrownBy(() -> within(() -> client.send(request, info -> null)))
          .isNotInstanceOf(PipelineException.class)
          .hasStackTraceContaining("responseBodyHandler: returned null");
      assertThatThrownBy(() ->
              client.sendAsync(request, info -> null).get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
          .hasCauseInstanceOf(Exception.class)
          .hasStackTraceContaining("responseBodyHandler: returned null");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"onSubscribe", "onNext", "onComplete"})
  void readerThatThrows_isTheCallersFailure_orEndsAtTheDeadline(String where) throws Exception {
    try (Servers server = Servers.answering(200)) {
      HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
      assertThatThrownBy(
              () -> within(() -> client.send(request, info -> new ThrowingReader(where))))
          .isInstanceOf(Exception.class);
      assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
  }

  private static HttpResponse<?> within(java.util.concurrent.Callable<HttpResponse<?>> code)
      throws Exception {
    return Deadline.after(Duration.ofSeconds(2)).call(code::call);
  }

  /** Answers that come when the time is over, again and again, leave nothing on the thread. */
  @Test
  void answersAboutTheDeadline_leaveNoInterrupt() throws Exception {
    Kernel kernel = Kernel.system();
    HttpClient cooperative = EvenkeelHttpClient.builder(bare)
        .pipeline(Pipeline.of("stock", Timeout.cooperative(Duration.ofMillis(2))))
        .build();
    try (RawServer server = new RawServer((connection, head) -> {
      kernel.sleepUntil(kernel.nanoTime() + TimeUnit.MILLISECONDS.toNanos(12)); // with the grace
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    })) {
      HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
      for (int i = 0; i < 150; i++) {
        Throwable failure =
            catchThrowable(() -> cooperative.send(request, BodyHandlers.ofString()));
        if (failure != null) {
          assertThat(failure).isInstanceOfAny(PipelineException.class, IOException.class);
        }
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
      }
    }
  }

  @Test
  void interruptOfTheCaller_isKept_whenItHasOneAlready() throws Exception {
    try (RawServer server = RawServer.silent()) {
      HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> client.send(request, BodyHandlers.ofString()))
          .isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void manyCancelledFromOtherThreads_leaveNoExchangeOpen() throws Exception {
    try (RawServer server = RawServer.silent()) {
      HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
      List<CompletableFuture<?>> futures = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        CompletableFuture<?> future = client.sendAsync(request, BodyHandlers.ofString());
        futures.add(future);
        threads.add(new Thread(() -> future.cancel(true)));
      }
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join(PATIENCE_MILLIS);
      }
      assertThat(futures).allSatisfy(future -> assertThat(future).isCancelled());
      int accepted = server.connections.get();
      for (int i = 0; i < accepted; i++) {
        server.awaitClosing();
      }
    }
  }

  /** A reader with a bug. */
  private static final class ThrowingReader implements BodySubscriber<String> {

    private final BodySubscriber<String> real =
        BodySubscribers.ofString(java.nio.charset.StandardCharsets.UTF_8);
    private final String where;

    ThrowingReader(String where) {
      this.where = where;
    }

    private void perhaps(String here) {
      if (here.equals(where)) {
        throw new IllegalStateException("my bug");
      }
    }

    @Override
    public CompletionStage<String> getBody() {
      return real.getBody();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      perhaps("onSubscribe");
      real.onSubscribe(subscription);
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
      perhaps("onNext");
      real.onNext(item);
    }

    @Override
    public void onError(Throwable failure) {
      real.onError(failure);
    }

    @Override
    public void onComplete() {
      perhaps("onComplete");
      real.onComplete();
    }
  }
}
