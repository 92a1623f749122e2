package dev.evenkeel.spring.web;

import dev.evenkeel.retry.Backoff;
import dev.evenkeel.retry.Retry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** A server that answers as a test says, and remembers what it was asked. */
final class Servers implements AutoCloseable {

  /** What the server does with one request; the number is 1 for the first. */
  interface Handler {
    Publisher<Void> handle(int number, HttpServerRequest request, HttpServerResponse response);
  }

  final List<Map<String, String>> requests = new CopyOnWriteArrayList<>();
  private final Map<String, CountDownLatch> latches = new ConcurrentHashMap<>();
  private final DisposableServer server;

  private Servers(Handler handler) {
    BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> handle =
        (request, response) -> {
          Map<String, String> headers = new ConcurrentHashMap<>();
          request.requestHeaders().forEach(one -> headers.put(one.getKey(), one.getValue()));
          requests.add(headers);
          return handler.handle(requests.size(), request, response);
        };
    server = HttpServer.create().host("127.0.0.1").port(0).handle(handle).bindNow();
  }

  static Servers answering(Handler handler) {
    return new Servers(handler);
  }

  /** Answers each request with the next status, the last one again and again. */
  static Servers statuses(int... statuses) {
    return answering((number, request, response) -> response
        .status(statuses[Math.min(number, statuses.length) - 1])
        .sendString(Mono.just("answer " + number)));
  }

  String uri(String path) {
    return "http://127.0.0.1:" + server.port() + path;
  }

  String uri() {
    return uri("/stock");
  }

  void happened(String what) {
    latch(what).countDown();
  }

  void await(String what) throws InterruptedException {
    if (!latch(what).await(60, TimeUnit.SECONDS)) {
      throw new AssertionError("not within 60 s: " + what);
    }
  }

  private CountDownLatch latch(String what) {
    return latches.computeIfAbsent(what, key -> new CountDownLatch(1));
  }

  static Retry threeTimes() {
    return Retry.builder()
        .maxAttempts(3)
        .backoff(Backoff.fixed(Duration.ofNanos(1)))
        .unlimitedBudget()
        .build();
  }

  @Override
  public void close() {
    server.disposeNow(Duration.ofSeconds(1));
  }
}
