package dev.evenkeel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.retry.RetryBudget;
import dev.evenkeel.tracing.SpanMode;
import dev.evenkeel.tracing.server.ServerPolicy;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageBuilder;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What others do to a server, and what a caller's own context may do to a client. */
class StrangersTest {

  private static final int MEGABYTE = 1_000_000;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client = HttpClient.newHttpClient();
  private final OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
      .setTracerProvider(SdkTracerProvider.builder().build())
      .setPropagators(ContextPropagators.create(TextMapPropagator.composite(
          W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance())))
      .build();
  private HttpServer server;

  @AfterEach
  void tearDown() {
    if (server != null) {
      server.stop(0);
    }
    threads.shutdownNow();
    telemetry.close();
  }

  private void start(ServerPolicy policy, HttpHandler handler) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server
        .createContext("/jobs", exchange -> {
          handler.handle(exchange);
          exchange.close();
        })
        .getFilters()
        .add(EvenkeelFilter.with(policy));
    server.start();
  }

  private HttpRequest.Builder request() {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jobs/1"));
  }

  /** A header that anybody can send is no evidence against what stands behind the server. */
  @Test
  void timeoutOfOneMillisecondInALoop_neitherOpensABreakerNorDrainsABudget() throws Exception {
    CircuitBreaker breaker = CircuitBreaker.standard();
    RetryBudget budget = RetryBudget.of(0.1, 10, 5);
    Pipeline stock = Pipeline.of(
        "stock",
        Timeout.ofMillis(60_000),
        Retry.builder().maxAttempts(3).budget(budget).build(),
        breaker);
    start(
        ServerPolicy.standard("orders"),
        exchange -> stock.run(() -> {
          if (exchange.getRequestHeaders().containsKey("evenkeel-timeout-ms")) {
            hang(); // slower than any millisecond
          }
          Servers.respond(exchange, 200, "ok");
        }));

    for (int i = 0; i < 150; i++) {
      HttpRequest stranger = request().header("evenkeel-timeout-ms", "1").build();
      assertThat(client.send(stranger, BodyHandlers.ofString()).statusCode()).isEqualTo(504);
    }

    assertThat(breaker.state().toString()).contains("CLOSED");
    assertThat(budget.available()).isGreaterThanOrEqualTo(5);
    assertThat(client.send(request().build(), BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
  }

  /** The server's own bound on a head is 380 KB on newer JDKs: up to there it is ours to bear. */
  @Test
  void baggageOfManyKilobytes_isNoFailure() throws Exception {
    AtomicReference<Baggage> seen = new AtomicReference<>();
    start(
        ServerPolicy.builder("orders")
            .openTelemetry(telemetry)
            .spanMode(SpanMode.ALWAYS)
            .build(),
        exchange -> {
          seen.set(Baggage.current());
          Servers.respond(exchange, 200, "ok");
        });

    HttpRequest request = request().header("baggage", entries(300_000)).build();

    assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    assertThat(characters(seen.get())).as("OpenTelemetry's limit").isLessThanOrEqualTo(8_192);
  }

  @Test
  void baggageOfAMegabyte_isRefusedByTheServer_orNoFailure() throws Exception {
    start(
        ServerPolicy.builder("orders")
            .openTelemetry(telemetry)
            .spanMode(SpanMode.ALWAYS)
            .build(),
        exchange -> Servers.respond(exchange, 200, "ok"));

    try {
      HttpRequest request = request().header("baggage", entries(MEGABYTE)).build();
      assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isIn(200, 400, 431);
    } catch (IOException closed) {
      assertThat(closed).isNotNull(); // a JDK that closes the connection instead
    }
    assertThat(client.send(request().build(), BodyHandlers.ofString()).statusCode())
        .as("the next one")
        .isEqualTo(200);
  }

  @Test
  void baggageOfAMegabyte_ofTheCallerItself_isCutByOpenTelemetry() throws Exception {
    BaggageBuilder huge = Baggage.builder();
    for (int i = 0; i < 1_000; i++) {
      huge.put("key-" + i, "x".repeat(MEGABYTE / 1_000));
    }
    HttpClient calling = EvenkeelHttpClient.builder(client)
        .openTelemetry(telemetry)
        .spanMode(SpanMode.ALWAYS)
        .build();
    try (Servers target = Servers.answering(200);
        Scope scope = huge.build().makeCurrent()) {
      assertThat(scope).isNotNull();
      HttpRequest request = HttpRequest.newBuilder(target.uri("/")).build();

      assertThat(calling.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);

      String sent = target.seen.get(0).headers().getFirst("baggage");
      assertThat(sent == null ? 0 : sent.length()).isLessThanOrEqualTo(8_192);
    }
  }

  @Test
  void serverThatIsStoppedInMidExchange_leavesNoPlaceTaken() throws Exception {
    CountDownLatch working = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    ConcurrencyLimit limit = ConcurrencyLimit.of(1);
    start(ServerPolicy.builder("orders").limits(limit).build(), exchange -> {
      working.countDown();
      try {
        hang();
      } finally {
        ended.countDown();
      }
    });
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request().build(), BodyHandlers.ofString());
    assertThat(working.await(60, TimeUnit.SECONDS)).isTrue();

    server.stop(0);
    threads.shutdownNow();

    assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> answer.get(60, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IOException.class);
    assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    assertThat(limit.inFlight()).isZero();
  }

  private static void hang() throws IOException {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException stop) {
      throw (IOException) new InterruptedIOException("stopped").initCause(stop);
    }
  }

  private static String entries(int characters) {
    StringBuilder text = new StringBuilder(characters);
    for (int i = 0; text.length() < characters; i++) {
      text.append(i == 0 ? "" : ",").append("key-").append(i).append('=').append("x".repeat(90));
    }
    return text.toString();
  }

  private static int characters(Baggage baggage) {
    return baggage.asMap().entrySet().stream()
        .mapToInt(entry -> entry.getKey().length() + entry.getValue().getValue().length())
        .sum();
  }
}
