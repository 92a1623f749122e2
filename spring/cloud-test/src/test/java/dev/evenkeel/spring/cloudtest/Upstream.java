package dev.evenkeel.spring.cloudtest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The dependency: a server that answers, hangs up without an answer, fails, or lets its caller
 * wait. It keeps its port, which nobody else can take while it is dead.
 */
final class Upstream implements AutoCloseable {

  private enum Mood {
    ANSWERS,
    IS_OVERLOADED,
    HANGS_UP,
    WAITS
  }

  final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch waiting = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private volatile Mood mood = Mood.ANSWERS;

  Upstream() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    try (exchange) {
      Mood now = mood;
      if (now == Mood.WAITS) {
        waiting.countDown();
        closed.await();
      }
      if (now == Mood.IS_OVERLOADED) {
        exchange.sendResponseHeaders(503, -1);
      } else if (now == Mood.ANSWERS) {
        byte[] body = "7 pieces".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void die() {
    mood = Mood.HANGS_UP;
  }

  void comeBack() {
    mood = Mood.ANSWERS;
  }

  /** From now on it answers with 503. */
  void overload() {
    mood = Mood.IS_OVERLOADED;
  }

  /** From now on it does not answer at all. */
  void hang() {
    mood = Mood.WAITS;
  }

  /** Until somebody waits for its answer. */
  void awaitCall() throws InterruptedException {
    if (!waiting.await(60, TimeUnit.SECONDS)) {
      throw new AssertionError("nobody asked within 60 s");
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
