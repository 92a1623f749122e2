package dev.evenkeel.examples.health;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** The dependency: a web service on a port of this machine that can be killed and started again. */
final class Warehouse implements AutoCloseable {

  private final int port;
  private @Nullable HttpServer server;

  Warehouse() throws IOException {
    port = start(0);
  }

  private int start(int onPort) throws IOException {
    HttpServer started =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort), 0);
    started.createContext("/stock", exchange -> {
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
    });
    started.start();
    server = started;
    return started.getAddress().getPort();
  }

  URI stock() {
    return URI.create("http://127.0.0.1:" + port + "/stock");
  }

  synchronized void die() {
    if (server != null) {
      server.stop(0);
      server = null;
    }
  }

  synchronized void comeBack() throws IOException {
    if (server == null) {
      start(port);
    }
  }

  @Override
  public void close() {
    die();
  }
}
