package dev.evenkeel.examples.springshop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The dependency: a server of its own, which can be killed and brought back on the same port, in
 * code or by a POST to its switch.
 */
final class Inventory implements AutoCloseable {

  private final int port;
  private final HttpServer control;
  private @Nullable HttpServer server;

  /** Starts it; port 0 is one that is free. */
  Inventory(int port) throws IOException {
    HttpServer started = listen(port);
    server = started;
    this.port = started.getAddress().getPort();
    control = bind(0);
    control.createContext("/kill", exchange -> {
      kill();
      answer(exchange, "killed");
    });
    control.createContext("/come-back", exchange -> {
      comeBack();
      answer(exchange, "back");
    });
    control.start();
  }

  private static HttpServer listen(int port) throws IOException {
    HttpServer started = bind(port);
    started.createContext("/stock/", exchange -> answer(exchange, "7 pieces"));
    started.start();
    return started;
  }

  private static HttpServer bind(int port) throws IOException {
    return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
  }

  private static void answer(HttpExchange exchange, String text) throws IOException {
    byte[] answer = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Where {@code /kill} and {@code /come-back} are. */
  String controlUrl() {
    return "http://127.0.0.1:" + control.getAddress().getPort();
  }

  synchronized void kill() {
    if (server != null) {
      server.stop(0);
      server = null;
    }
  }

  synchronized void comeBack() throws IOException {
    if (server == null) {
      server = listen(port);
    }
  }

  @Override
  public void close() {
    control.stop(0);
    kill();
  }
}
