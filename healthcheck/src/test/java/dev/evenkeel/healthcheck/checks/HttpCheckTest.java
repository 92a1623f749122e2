package dev.evenkeel.healthcheck.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.healthcheck.CheckResult;
import dev.evenkeel.healthcheck.Status;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCheckTest {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @Test
  void takesWhatIsBelow400() throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
    server.createContext("/", exchange -> {
      exchange.sendResponseHeaders(
          Integer.parseInt(exchange.getRequestURI().getPath().substring(1)), -1);
      exchange.close();
    });
    server.start();
    HttpClient client = HttpClient.newHttpClient();
    String base = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    try {
      for (int status : new int[] {200, 204, 302, 399}) {
        CheckResult result = http(client, base + status).check();
        assertThat(result).isEqualTo(CheckResult.up().with("status", status));
      }
      for (int status : new int[] {400, 404, 503}) {
        CheckResult result = http(client, base + status).check();
        assertThat(result.status()).isEqualTo(Status.DOWN);
        assertThat(result.message()).isEqualTo("answered " + status);
      }
    } finally {
      server.stop(0);
    }
  }

  /** With time to load the client's classes. */
  private static HttpCheck http(HttpClient client, String uri) {
    return HttpCheck.of(
        client, HttpRequest.newBuilder(URI.create(uri)).build(), Duration.ofSeconds(30));
  }

  /** Whether it says nothing at all, or stops in the middle of its body. */
  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"})
  void whatDoesNotAnswerWhole_isDown_andItsConnectionIsClosed(String answer) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
      // Not on the common pool: it has one thread on two processors, and the client needs it.
      CompletableFuture<Boolean> closed = CompletableFuture.supplyAsync(
          () -> {
            try (Socket socket = server.accept()) {
              socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
              return socket.getInputStream().readAllBytes().length > 0; // until the client has gone
            } catch (IOException reset) {
              return true;
            }
          },
          task -> new Thread(task, "server").start());
      HttpRequest request = HttpRequest.newBuilder(
              URI.create("http://127.0.0.1:" + server.getLocalPort() + "/"))
          .build();
      HttpCheck check = HttpCheck.of(loadedClient(), request, Duration.ofSeconds(1));

      assertThat(check.check()).isEqualTo(CheckResult.down("no whole answer within 1000 ms"));
      assertThat(closed.get(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** A client that has connected before: its classes take longer to load than a test may wait. */
  private static HttpClient loadedClient() throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, LOOPBACK)) {
      port = closed.getLocalPort();
    }
    HttpCheck refused = http(client, "http://127.0.0.1:" + port + "/");
    assertThatThrownBy(refused::check).isInstanceOf(ConnectException.class);
    return client;
  }
}
