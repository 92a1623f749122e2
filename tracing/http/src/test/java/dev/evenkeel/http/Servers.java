package dev.evenkeel.http;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A JDK server on a free port of the loopback that remembers what it was asked. */
final class Servers implements AutoCloseable {

  /** What one request looked like. */
  record Seen(String method, String path, com.sun.net.httpserver.Headers headers) {}

  final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  Servers(HttpHandler handler) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    server.setExecutor(threads);
    server.createContext("/", exchange -> {
      seen.add(new Seen(
          exchange.getRequestMethod(),
          exchange.getRequestURI().getPath(),
          exchange.getRequestHeaders()));
      exchange.getRequestBody().readAllBytes();
      handler.handle(exchange);
      exchange.close();
    });
    server.start();
  }

  /** Answers with these statuses one after the other, the last one for ever. */
  static Servers answering(int... statuses) {
    int[] at = {0};
    return new Servers(exchange -> {
      int status;
      synchronized (at) {
        status = statuses[Math.min(at[0]++, statuses.length - 1)];
      }
      respond(exchange, status, "body of " + status);
    });
  }

  static void respond(com.sun.net.httpserver.HttpExchange exchange, int status, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  int port() {
    return server.getAddress().getPort();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
