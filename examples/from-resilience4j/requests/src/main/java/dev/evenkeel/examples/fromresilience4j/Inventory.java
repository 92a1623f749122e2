package dev.evenkeel.examples.fromresilience4j;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** What the shop depends on: a server that works, fails or hangs, and counts its calls. */
public final class Inventory implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger calls = new AtomicInteger();
  private volatile int status = 200;
  private volatile CountDownLatch open = new CountDownLatch(0);

  /** Starts it, on a port that is free. */
  public Inventory() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/stock/", exchange -> answer(exchange, "7 pieces"));
    server.createContext("/price/", exchange -> answer(exchange, "5 EUR"));
    server.setExecutor(threads);
    server.start();
  }

  private void answer(HttpExchange exchange, String text) throws IOException {
    calls.incrementAndGet();
    try (exchange) {
      open.await();
      byte[] body = (status == 200 ? text : "").getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /** Where it listens. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void work() {
    status = 200;
    open.countDown();
  }

  void fail() {
    status = 503;
  }

  void hang() {
    open = new CountDownLatch(1);
  }

  /** The calls since it was asked last. */
  int takeCalls() {
    return calls.getAndSet(0);
  }

  @Override
  public void close() {
    open.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
