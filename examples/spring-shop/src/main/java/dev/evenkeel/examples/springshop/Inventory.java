package dev.evenkeel.examples.springshop;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The dependency: a server of its own, which can be killed and brought back on the same port. */
final class Inventory implements AutoCloseable {

  private final int port;
  private @Nullable HttpServer server;

  /** Starts it; port 0 is one that is free. */
  Inventory(int port) throws IOException {
    HttpServer started = listen(port);
    server = started;
    this.port = started.getAddress().getPort();
  }

  private static HttpServer listen(int port) throws IOException {
    HttpServer started =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    started.createContext("/stock/", exchange -> {
      byte[] answer = "7 pieces".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
      exchange.close();
    });
    started.start();
    return started;
  }

  String url() {
    return "http://127.0.0.1:" + port;
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
    kill();
  }
}
