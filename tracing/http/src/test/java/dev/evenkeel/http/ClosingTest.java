package dev.evenkeel.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.Flow.Publisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The exchange is closed at the deadline or the cancellation, whatever it is doing and whatever
 * reads its body, as the server sees it on the socket. With {@code -Devenkeel.measure=true}, on a
 * machine that is left alone, within 50 ms.
 */
class ClosingTest {

  private static final boolean MEASURE = Boolean.getBoolean("evenkeel.measure");
  private static final long BOUND_MILLIS = MEASURE ? 50 : 2_000;
  private static final long DEADLINE_MILLIS = 200;
  private static final List<Long> LATENESS = Collections.synchronizedList(new ArrayList<>());

  @TempDir
  static Path folder;

  private final HttpClient bare = HttpClient.newHttpClient();

  /** A body handler, and whether its answer is handed over before the body has come. */
  private record Kind(String name, boolean streams, BodyHandler<?> handler) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static List<Kind> kinds() throws IOException {
    Path file = Files.createTempFile(folder, "body", ".bin");
    return List.of(
        new Kind("string", false, BodyHandlers.ofString()),
        new Kind("bytes", false, BodyHandlers.ofByteArray()),
        new Kind("file", false, BodyHandlers.ofFile(file)),
        new Kind("discarding", false, BodyHandlers.discarding()),
        new Kind("consumer", false, BodyHandlers.ofByteArrayConsumer(bytes -> {})),
        new Kind("line subscriber", false, BodyHandlers.fromLineSubscriber(new Lines())),
        new Kind("buffering", false, BodyHandlers.buffering(BodyHandlers.ofString(), 4096)),
        new Kind("input stream", true, BodyHandlers.ofInputStream()),
        new Kind("lines", true, BodyHandlers.ofLines()),
        new Kind("publisher", true, BodyHandlers.ofPublisher()));
  }

  static Stream<Arguments> cases() throws IOException {
    List<Arguments> cases = new ArrayList<>();
    for (String phase : List.of("headers", "stalled body", "dripping body")) {
      for (Kind kind : kinds()) {
        cases.add(Arguments.of(phase, kind));
      }
    }
    return cases.stream();
  }

  private static RawServer server(String phase) {
    return switch (phase) {
      case "headers" -> RawServer.silent();
      case "stalled body" -> RawServer.stallingInBody();
      default -> RawServer.dripping();
    };
  }

  @ParameterizedTest
  @MethodSource("cases")
  void callersDeadline_blocking(String phase, Kind kind) throws Exception {
    HttpClient client = EvenkeelHttpClient.builder(bare).build();
    closedInTime(phase, request -> within(() -> client.send(request, kind.handler())));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void callersDeadline_async(String phase, Kind kind) throws Exception {
    HttpClient client = EvenkeelHttpClient.builder(bare).build();
    closedInTime(
        phase, request -> within(() -> client.sendAsync(request, kind.handler()).get()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void timeoutOfThePipeline_blocking(String phase, Kind kind) throws Exception {
    HttpClient client = EvenkeelHttpClient.builder(bare)
        .pipeline(Pipeline.of("stock", Timeout.ofMillis(DEADLINE_MILLIS)))
        .build();
    closedInTime(phase, request -> client.send(request, kind.handler()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void cooperativeTimeout_thatInterruptsNothing(String phase, Kind kind) throws Exception {
    Timeout timeout = Timeout.cooperative(Duration.ofMillis(DEADLINE_MILLIS));
    HttpClient client =
        EvenkeelHttpClient.builder(bare).pipeline(Pipeline.of("stock", timeout)).build();
    closedInTime(phase, request -> client.send(request, kind.handler()));
    closedInTime(phase, request -> client.sendAsync(request, kind.handler()).get());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void timeoutOfTheRequest(String phase, Kind kind) throws Exception {
    HttpClient client = EvenkeelHttpClient.builder(bare).build();
    closedInTime(
        phase,
        request -> client.send(
            HttpRequest.newBuilder(request, (name, value) -> true)
                .timeout(Duration.ofMillis(DEADLINE_MILLIS))
                .build(),
            kind.handler()));
  }

  private interface Sender {
    HttpResponse<?> send(HttpRequest request) throws Exception;
  }

  private static HttpResponse<?> within(java.util.concurrent.Callable<HttpResponse<?>> code)
      throws Exception {
    return Deadline.after(Duration.ofMillis(DEADLINE_MILLIS)).call(code::call);
  }

  private static void closedInTime(String phase, Sender sender) throws Exception {
    for (int tries = 1; tries <= 5; tries++) {
      try (RawServer server = server(phase)) {
        long begin = System.nanoTime();
        Throwable failure = null;
        try {
          HttpResponse<?> answer =
              sender.send(HttpRequest.newBuilder(server.uri("/")).build());
          consume(answer.body());
        } catch (Throwable expected) {
          failure = expected;
        }
        long returned = System.nanoTime();
        assertThat(failure).as("the caller hears of it").isNotNull();
        if (server.requests.get() == 0) {
          continue; // the machine stood still until the deadline: no exchange to close
        }
        assertInTime(begin, server.awaitClosing(), DEADLINE_MILLIS);
        assertInTime(begin, returned, DEADLINE_MILLIS);
        return;
      }
    }
    throw new AssertionError("no request reached the server within its deadline");
  }

  private static void assertInTime(long begin, long end, long dueMillis) {
    long late = TimeUnit.NANOSECONDS.toMillis(end - begin) - dueMillis;
    LATENESS.add(late);
    assertThat(late).as("milliseconds after the deadline").isBetween(-5L, BOUND_MILLIS);
  }

  /** Reads a body to its end, whatever it is. */
  private static void consume(Object body) throws Exception {
    if (body instanceof InputStream stream) {
      stream.readAllBytes();
    } else if (body instanceof Stream<?> lines) {
      lines.forEach(line -> {});
    } else if (body instanceof Publisher<?> publisher) {
      CompletableFuture<Void> end = new CompletableFuture<>();
      @SuppressWarnings("unchecked")
      Publisher<List<ByteBuffer>> bytes = (Publisher<List<ByteBuffer>>) publisher;
      bytes.subscribe(new Flow.Subscriber<>() {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
          subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> item) {}

        @Override
        public void onError(Throwable failure) {
          end.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
          end.complete(null);
        }
      });
      end.get(20, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void cancelled_closesAtOnce(String phase, Kind kind) throws Exception {
    if (kind.streams() && !phase.equals("headers")) {
      return; // handed over: its reader closes it, see below
    }
    HttpClient client = EvenkeelHttpClient.builder(bare).build();
    try (RawServer server = server(phase)) {
      CompletableFuture<?> future =
          client.sendAsync(HttpRequest.newBuilder(server.uri("/")).build(), kind.handler());
      CompletableFuture<?> derived = future.thenApply(HttpResponse.class::cast);
      awaitRequest(server);
      long begin = System.nanoTime();
      derived.cancel(true);
      assertInTime(begin, server.awaitClosing(), 0);
      assertThat(future).isCancelled();
    }
  }

  @Test
  void interruptedWhileItWaits_closesAtOnce() throws Exception {
    HttpClient client = EvenkeelHttpClient.builder(bare).build();
    try (RawServer server = RawServer.silent()) {
      AtomicReference<Throwable> failure = new AtomicReference<>();
      CountDownLatch ended = new CountDownLatch(1);
      Thread caller = new Thread(() -> {
        try {
          client.send(HttpRequest.newBuilder(server.uri("/")).build(), BodyHandlers.ofString());
        } catch (Throwable thrown) {
          failure.set(thrown);
        }
        ended.countDown();
      });
      caller.start();
      awaitRequest(server);
      long begin = System.nanoTime();
      caller.interrupt();
      assertInTime(begin, server.awaitClosing(), 0);
      assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(failure.get()).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void streamThatItsReaderCloses_closesTheExchange() throws Exception {
    HttpClient client = EvenkeelHttpClient.builder(bare).build();
    try (RawServer server = RawServer.dripping()) {
      HttpResponse<InputStream> answer = client.send(
          HttpRequest.newBuilder(server.uri("/")).build(), BodyHandlers.ofInputStream());
      assertThat(answer.body().read()).isEqualTo('a');
      long begin = System.nanoTime();
      answer.body().close();
      assertInTime(begin, server.awaitClosing(), 0);
    }
  }

  @Test
  void streamThatNobodyReads_isClosedAtTheDeadline() throws Exception {
    HttpClient client = EvenkeelHttpClient.builder(bare).build();
    try (RawServer server = RawServer.stallingInBody()) {
      long begin = System.nanoTime();
      HttpResponse<?> answer = Deadline.after(Duration.ofSeconds(1))
          .call(() -> client.send(
              HttpRequest.newBuilder(server.uri("/")).build(), BodyHandlers.ofInputStream()));
      assertThat(answer.statusCode()).isEqualTo(200);
      assertInTime(begin, server.awaitClosing(), 1_000);
    }
  }

  @Test
  void orTimeoutOnTheFuture_closesTheExchange() throws Exception {
    HttpClient client = EvenkeelHttpClient.builder(bare).build();
    try (RawServer server = RawServer.silent()) {
      long begin = System.nanoTime();
      CompletableFuture<?> future = client
          .sendAsync(HttpRequest.newBuilder(server.uri("/")).build(), BodyHandlers.ofString())
          .orTimeout(DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
      assertInTime(begin, server.awaitClosing(), DEADLINE_MILLIS);
      assertThat(future).isCompletedExceptionally();
    }
  }

  /** JDK-8304701 itself: the time limit of a request that was answered struck the next one. */
  @Test
  void twoRequestsOnOneConnection_theTimeLimitOfTheFirst_isNotTheSeconds() throws Exception {
    HttpClient client = EvenkeelHttpClient.builder(bare).build();
    Duration limit = Duration.ofSeconds(2);
    Kernel kernel = Kernel.system();
    try (RawServer server = new RawServer((connection, head) -> {
      if (head.get(0).contains("/slow")) {
        kernel.sleepUntil(kernel.nanoTime() + limit.plusMillis(500).toNanos());
      }
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    })) {
      HttpRequest limited =
          HttpRequest.newBuilder(server.uri("/quick")).timeout(limit).build();
      HttpRequest next = HttpRequest.newBuilder(server.uri("/slow")).build();
      assertThat(bare.send(quick(server), BodyHandlers.ofString()).body()).isEqualTo("ok");
      assertThat(client.send(limited, BodyHandlers.ofString()).body()).isEqualTo("ok");
      assertThat(client.send(next, BodyHandlers.ofString()).body()).isEqualTo("ok");
      assertThat(server.connections).hasValue(1);
    }
  }

  /** The same from the other end: one that timed out takes its own connection with it, no other. */
  @Test
  void twoRequestsOnOneConnection_theFirstTimesOut_theSecondIsLeftAlone() throws Exception {
    HttpClient client = EvenkeelHttpClient.builder(bare).build();
    try (RawServer server = new RawServer((connection, head) -> {
      if (head.get(0).contains("/slow")) {
        connection.awaitClose();
      } else {
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      }
    })) {
      for (int i = 0; i < 5; i++) {
        // One that answers within its time limit, and leaves its connection to the next.
        HttpRequest quick = HttpRequest.newBuilder(server.uri("/quick"))
            .timeout(Duration.ofSeconds(20))
            .build();
        assertThat(client.send(quick, BodyHandlers.ofString()).body()).isEqualTo("ok");
        HttpRequest slow = HttpRequest.newBuilder(server.uri("/slow"))
            .timeout(Duration.ofMillis(50))
            .build();
        try {
          client.send(slow, BodyHandlers.ofString());
          throw new AssertionError("no answer was expected");
        } catch (java.net.http.HttpTimeoutException timedOut) {
          assertThat(timedOut).hasMessage("request timed out");
        }
        server.awaitClosing();
        assertThat(client.send(quick, BodyHandlers.ofString()).body()).isEqualTo("ok");
      }
      assertThat(server.connections).hasValue(6);
      assertThat(server.sawClosing()).isFalse();
    }
  }

  private static HttpRequest quick(RawServer server) {
    return HttpRequest.newBuilder(server.uri("/quick")).build();
  }

  private static void awaitRequest(RawServer server) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (server.requests.get() == 0 && System.nanoTime() - until < 0) {
      Thread.onSpinWait();
    }
    assertThat(server.requests).hasValue(1);
  }

  @AfterAll
  static void report() {
    if (MEASURE) {
      List<Long> sorted = LATENESS.stream().sorted().toList();
      System.out.println("closed after the deadline, ms: n=" + sorted.size()
          + " median=" + sorted.get(sorted.size() / 2)
          + " p99=" + sorted.get(sorted.size() * 99 / 100)
          + " max=" + sorted.get(sorted.size() - 1));
    }
  }

  /** Wants everything. */
  private static final class Lines implements Flow.Subscriber<String> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String item) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {}
  }
}
