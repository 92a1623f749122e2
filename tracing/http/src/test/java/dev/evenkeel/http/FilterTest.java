package dev.evenkeel.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.limits.QueuedLimit;
import dev.evenkeel.limits.RateLimit;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.tracing.server.EdgeTrust;
import dev.evenkeel.tracing.server.ServerPolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterTest {

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicInteger handled = new AtomicInteger();
  private HttpServer server;

  @AfterEach
  void tearDown() {
    if (server != null) {
      server.stop(0);
    }
    threads.shutdownNow();
  }

  private void start(ServerPolicy policy, HttpHandler handler) throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server
        .createContext("/jobs", exchange -> {
          handled.incrementAndGet();
          handler.handle(exchange);
          exchange.close();
        })
        .getFilters()
        .add(EvenkeelFilter.with(policy));
    server.start();
  }

  private HttpResponse<String> get(String... headers) throws Exception {
    return client.send(request(headers), BodyHandlers.ofString());
  }

  private HttpRequest request(String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jobs/1"));
    return (headers.length == 0 ? request : request.headers(headers)).build();
  }

  @Test
  void deadlineAndCriticality_holdInTheHandler() throws Exception {
    AtomicReference<CallContext> seen = new AtomicReference<>();
    start(ServerPolicy.standard("orders"), exchange -> {
      seen.set(CallContext.current());
      Servers.respond(exchange, 200, "ok");
    });

    HttpResponse<String> answer =
        get("evenkeel-timeout-ms", "5000", "evenkeel-criticality", "sheddable");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(seen.get().deadline().remaining().toMillis()).isBetween(1L, 5_000L);
    assertThat(seen.get().criticality()).isEqualTo(Criticality.SHEDDABLE);
    assertThat(CallContext.current().deadline()).isNull();
  }

  @Test
  void expiredWork_isRefusedBeforeTheHandler() throws Exception {
    start(ServerPolicy.standard("orders"), exchange -> Servers.respond(exchange, 200, "ok"));

    HttpResponse<String> answer = get("evenkeel-timeout-ms", "0");

    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
    assertThat(answer.body())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"The deadline has passed\",\"status\":504}");
    assertThat(handled).hasValue(0);
  }

  @Test
  void handlerIsInterruptedAtTheDeadline() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    start(ServerPolicy.standard("orders"), exchange -> {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException stop) {
        interrupted.countDown();
        throw new java.io.InterruptedIOException("stopped");
      }
    });

    HttpResponse<String> answer = get("evenkeel-timeout-ms", "200");

    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void handlerThatAnswersItsOwnInterrupt_isTooLate_andTheClientHearsThat() throws Exception {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    start(ServerPolicy.standard("orders"), exchange -> {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt(); // as a pipeline does, inside of a call that is over
        try {
          exchange.sendResponseHeaders(500, -1);
        } catch (java.io.IOException late) {
          thrown.set(late); // and goes on as if nothing had happened
        }
      }
    });

    assertThat(get("evenkeel-timeout-ms", "200").statusCode()).isEqualTo(504);
    assertThat(thrown.get()).isInstanceOf(java.io.InterruptedIOException.class);
  }

  @Test
  void exchangeOfTheHandler_isTheServers() throws Exception {
    start(ServerPolicy.standard("orders"), exchange -> {
      exchange.setAttribute("a", "b");
      exchange.getResponseHeaders().set("x", exchange.getProtocol() + exchange.getAttribute("a"));
      assertThat(exchange.getRequestMethod()).isEqualTo("GET");
      assertThat(exchange.getPrincipal()).isNull();
      assertThat(exchange.getRemoteAddress().getAddress().isLoopbackAddress()).isTrue();
      assertThat(exchange.getLocalAddress().getAddress().isLoopbackAddress()).isTrue();
      assertThat(exchange.getRequestHeaders()).isNotEmpty();
      assertThat(exchange.getHttpContext().getPath()).isEqualTo("/jobs");
      assertThat(exchange.getRequestBody().readAllBytes()).isEmpty();
      assertThat(exchange.getResponseCode()).isEqualTo(-1);
      exchange.setStreams(exchange.getRequestBody(), exchange.getResponseBody());
      byte[] body = exchange.getRequestURI().getPath().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    HttpResponse<String> answer = get();
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("/jobs/1");
    assertThat(answer.headers().firstValue("x")).hasValue("HTTP/1.1b");
  }

  @Test
  void answerThatHasBegun_isCutOff() throws Exception {
    start(ServerPolicy.standard("orders"), exchange -> {
      exchange.sendResponseHeaders(200, 100);
      exchange.getResponseBody().write('x');
      exchange.getResponseBody().flush();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException stop) {
        throw new java.io.InterruptedIOException("stopped");
      }
    });

    Assertions.assertThatThrownBy(() -> get("evenkeel-timeout-ms", "200"))
        .isInstanceOf(java.io.IOException.class);
  }

  @Test
  void serversOwnDeadline_holdsForThoseWhoBringNone_andForThoseWhoWantMore() throws Exception {
    List<Long> left = new ArrayList<>();
    ServerPolicy policy =
        ServerPolicy.builder("orders").defaultDeadline(Duration.ofSeconds(3)).build();
    start(policy, exchange -> {
      left.add(Deadline.current().remaining().toMillis());
      Servers.respond(exchange, 200, "ok");
    });

    get();
    get("evenkeel-timeout-ms", "60000");
    get("evenkeel-timeout-ms", "-5");
    get("evenkeel-timeout-ms", "1000");

    assertThat(left.subList(0, 3)).allSatisfy(one -> assertThat(one).isBetween(1_001L, 3_000L));
    assertThat(left.get(3)).isBetween(1L, 1_000L);
  }

  @ParameterizedTest
  @CsvSource({
    "IGNORE, critical-plus, CRITICAL, false",
    "IGNORE, sheddable, CRITICAL, false",
    "CLAMP, critical-plus, CRITICAL, true",
    "CLAMP, sheddable, SHEDDABLE, true",
    "ACCEPT, critical-plus, CRITICAL_PLUS, true",
    "ACCEPT, sheddable, SHEDDABLE, true",
    "ACCEPT, vital, CRITICAL, true"
  })
  void edgeTrust(EdgeTrust trust, String header, Criticality expected, boolean deadline)
      throws Exception {
    AtomicReference<CallContext> seen = new AtomicReference<>();
    start(ServerPolicy.builder("orders").edgeTrust(trust).build(), exchange -> {
      seen.set(CallContext.current());
      Servers.respond(exchange, 200, "ok");
    });

    get("evenkeel-criticality", header, "evenkeel-timeout-ms", "5000");

    assertThat(seen.get().criticality()).isEqualTo(expected);
    assertThat(seen.get().deadline() != null).isEqualTo(deadline);
  }

  @Test
  void strangersZeroDeadline_isNotBelieved_whereHeadersAreIgnored() throws Exception {
    start(
        ServerPolicy.builder("orders").edgeTrust(EdgeTrust.IGNORE).build(),
        exchange -> Servers.respond(exchange, 200, "ok"));

    assertThat(get("evenkeel-timeout-ms", "0").statusCode()).isEqualTo(200);
    assertThat(handled).hasValue(1);
  }

  @Test
  void fullServer_saysWhenToComeBack() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    ServerPolicy policy =
        ServerPolicy.builder("orders").limits(ConcurrencyLimit.of(1)).build();
    start(policy, exchange -> {
      await(release);
      Servers.respond(exchange, 200, "ok");
    });
    CompletableFuture<HttpResponse<String>> first =
        client.sendAsync(request(), BodyHandlers.ofString());
    awaitHandled(1);

    HttpResponse<String> refused = get();
    release.countDown();

    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(refused.headers().firstValueAsLong("retry-after-millis").orElseThrow())
        .isBetween(1L, 30_000L);
    assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(first.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(get().statusCode()).isEqualTo(200);
    assertThat(handled).hasValue(2);
  }

  @Test
  void rateLimit_answersWith429_andItsOwnTime() throws Exception {
    ServerPolicy policy = ServerPolicy.builder("orders")
        .limits(RateLimit.of(1, Duration.ofSeconds(20)))
        .build();
    start(policy, exchange -> Servers.respond(exchange, 200, "ok"));

    assertThat(get().statusCode()).isEqualTo(200);
    HttpResponse<String> refused = get();

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()))
        .isBetween(1, 20);
  }

  @Test
  void queuedLimit_waits_andTheHandlerRunsOnTheServersThread() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    List<String> names = java.util.Collections.synchronizedList(new ArrayList<>());
    ServerPolicy policy =
        ServerPolicy.builder("orders").limits(QueuedLimit.of(1, 5)).build();
    start(policy, exchange -> {
      names.add(Thread.currentThread().getName());
      await(release);
      Servers.respond(exchange, 200, "ok");
    });
    CompletableFuture<HttpResponse<String>> first =
        client.sendAsync(request(), BodyHandlers.ofString());
    awaitHandled(1);
    CompletableFuture<HttpResponse<String>> second =
        client.sendAsync(request(), BodyHandlers.ofString());
    HttpResponse<String> late = get("evenkeel-timeout-ms", "200"); // its time ends in the queue
    release.countDown();

    assertThat(late.statusCode()).isEqualTo(504);
    assertThat(first.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(second.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(names).hasSize(2).allMatch(name -> name.startsWith("pool-"));
  }

  @Test
  void openBreakerOfTheHandler_becomesAnHonest503_thatSaysWhy() throws Exception {
    CircuitBreaker breaker = CircuitBreaker.standard();
    Pipeline stock = Pipeline.of("stock", breaker);
    breaker.forceOpen("test");
    start(
        ServerPolicy.standard("orders"),
        exchange -> stock.run(() -> {
          throw new AssertionError("not reached");
        }));

    HttpResponse<String> answer = get();
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("Something that is needed for this is not available");
    assertThat(answer.headers().firstValue("retry-after")).isPresent();
  }

  @Test
  void fullLimitOfTheHandler_becomesAnHonest503() throws Exception {
    Pipeline stock = Pipeline.of("stock", ConcurrencyLimit.of(1));
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch busy = new CountDownLatch(1);
    java.util.concurrent.Future<?> other = threads.submit(() -> {
      stock.run(() -> {
        busy.countDown();
        await(release);
      });
      return null;
    });
    assertThat(busy.await(10, TimeUnit.SECONDS)).isTrue();
    start(
        ServerPolicy.standard("orders"),
        exchange -> stock.run(() -> {
          throw new AssertionError("not reached");
        }));

    assertThat(get().statusCode()).isEqualTo(503);
    release.countDown();
    assertThat(other.get(10, TimeUnit.SECONDS)).isNull();
  }

  @Test
  void handlersOwnFailure_staysTheServersBusiness() throws Exception {
    start(ServerPolicy.standard("orders"), exchange -> {
      throw new IllegalStateException("bug");
    });

    Assertions.assertThatThrownBy(this::get).isInstanceOf(java.io.IOException.class);
  }

  @Test
  void hugeAndRepeatedHeaders_areNoFailure() throws Exception {
    start(ServerPolicy.standard("orders"), exchange -> Servers.respond(exchange, 200, "ok"));
    List<String> headers = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      headers.addAll(
          List.of("evenkeel-timeout-ms", "60" + i, "baggage", "a" + i + "=" + "b".repeat(400)));
    }
    headers.addAll(List.of("evenkeel-timeout-ms", "9".repeat(5_000), "evenkeel-attempt", "x"));

    assertThat(get(headers.toArray(String[]::new)).statusCode()).isEqualTo(200);
  }

  @Test
  void policyThatRepeatsCalls_isAnError() {
    Assertions.assertThatThrownBy(() -> ServerPolicy.builder("orders").limits(Retry.jittered(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("limits: retry(");
    Assertions.assertThatThrownBy(() -> ServerPolicy.builder("orders").limits(Timeout.ofMillis(5)))
        .hasMessageContaining("expected: gates");
    Assertions.assertThatThrownBy(
            () -> ServerPolicy.builder("orders").defaultDeadline(Duration.ZERO))
        .hasMessageContaining("defaultDeadline:");
  }

  private static void await(CountDownLatch latch) throws java.io.IOException {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("never released");
      }
    } catch (InterruptedException stop) {
      throw new java.io.InterruptedIOException();
    }
  }

  private void awaitHandled(int count) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (handled.get() < count && System.nanoTime() - until < 0) {
      Thread.onSpinWait();
    }
    assertThat(handled).hasValue(count);
  }
}
