package dev.evenkeel.healthcheck.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Kernel;
import dev.evenkeel.healthcheck.Check;
import dev.evenkeel.healthcheck.CheckResult;
import dev.evenkeel.healthcheck.Health;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The wire itself, byte by byte. */
class ServerTest {

  private final Health health =
      Health.builder().check(Check.local("disk", CheckResult::up)).start();
  private HealthServer server;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    Kernel kernel = Kernel.system();
    long end = kernel.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!health.snapshot().isServing()) {
      assertThat(kernel.nanoTime() - end).as("60 s are over").isNegative();
      kernel.sleepUntil(kernel.nanoTime() + 2_000_000);
    }
    HealthEndpoint endpoint = HealthEndpoint.of(health).details(Details.forLocalCaller());
    server =
        HealthServer.start(endpoint, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterEach
  void stop() {
    server.close();
    health.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private static String all(Socket socket) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    socket.getInputStream().transferTo(all);
    return all.toString(StandardCharsets.UTF_8);
  }

  private String exchange(String request) throws IOException {
    try (Socket socket = connect()) {
      send(socket, request);
      return all(socket);
    }
  }

  private String probe() throws IOException {
    return exchange("GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  }

  @Test
  void get_isAnswered() throws IOException {
    assertThat(probe())
        .startsWith("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
        .contains("\r\nConnection: close\r\n\r\n{\"status\":\"UP\",\"group\":\"live\"");
  }

  @Test
  void head_hasTheSameHeadersAndNoBody() throws IOException {
    String get = exchange("GET /health/live HTTP/1.0\r\n\r\n");
    String head = exchange("HEAD /health/live HTTP/1.0\r\n\r\n");
    assertThat(head).isEqualTo(get.substring(0, get.indexOf("\r\n\r\n") + 4));
    String body = get.substring(head.length());
    assertThat(head).contains("Content-Length: " + body.length() + "\r\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /nowhere HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n | 404",
        "POST /health HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 5\\r\\n\\r\\nhello | 405",
        "BREW /health HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n | 405",
        "GET http://x/health HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n | 200",
        "GET /health HTTP/1.1\\nHost: x\\nConnection: close\\n\\n | 200",
        "GET /health HTTP/1.1\\r\\nConnection: close\\r\\n\\r\\n | 400",
        "GET /health HTTP/1.1\\r\\nHost: x\\r\\nHost: y\\r\\n\\r\\n | 400",
        "GET /health HTTP/2.0\\r\\nHost: x\\r\\n\\r\\n | 505",
        "GET  /health HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n | 400",
        "GET /health\\r\\n\\r\\n | 400",
        "GET health HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n | 400",
        "G(T /health HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n | 400",
        "GET /health HTTP/1.1\\r\\nHost: x\\r\\n folded: x\\r\\n\\r\\n | 400",
        "GET /health HTTP/1.1\\r\\nHost: x\\r\\nno colon\\r\\n\\r\\n | 400",
        "GET /health HTTP/1.1\\r\\nHost: x\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n | 200",
        "\\r\\n\\r\\n | 400"
      })
  void oddRequests_areAnsweredAndEnded(String request, int status) throws IOException {
    String answer = exchange(request.replace("\\r", "\r").replace("\\n", "\n"));
    assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
    assertThat(answer).contains("Connection: close");
  }

  @Test
  void keptAlive_andPipelined() throws IOException {
    try (Socket socket = connect()) {
      String request = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";
      send(socket, request + request + "GET /health/live HTTP/1.1\r\nHost: x\r\nConn");
      send(socket, "ection: close\r\n\r\n");
      String answers = all(socket);
      assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(4);
      assertThat(answers).containsOnlyOnce("Connection: close");
    }
  }

  @Test
  void byteByByte_isStillARequest() throws IOException {
    try (Socket socket = connect()) {
      socket.setTcpNoDelay(true);
      for (char c : "GET /health/live HTTP/1.0\r\n\r\n".toCharArray()) {
        send(socket, String.valueOf(c));
      }
      assertThat(all(socket)).startsWith("HTTP/1.1 200 OK");
    }
  }

  @Test
  void aHeadOf1Megabyte_isRefusedWith431_andTheAnswerArrives() throws IOException {
    char[] megabyte = new char[1_000_000];
    Arrays.fill(megabyte, 'x');
    String answer =
        exchange("GET /health HTTP/1.1\r\nHost: x\r\nX-Big: " + new String(megabyte) + "\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 431 Request Header Fields Too Large");
    assertThat(probe()).startsWith("HTTP/1.1 200 OK");
  }

  @Test
  void forwardedCallers_areNotLocal() throws IOException {
    assertThat(exchange("GET /health HTTP/1.0\r\n\r\n")).contains("disk");
    for (String header : List.of("X-Forwarded-For: 10.0.0.1", "Forwarded: for=1", "Via: 1.1 p")) {
      assertThat(exchange("GET /health HTTP/1.0\r\n" + header + "\r\n\r\n")).doesNotContain("disk");
    }
  }

  @Test
  void aThousandSlowClients_areCut_andHarmNobody() throws Exception {
    List<Socket> slow = new ArrayList<>();
    Kernel kernel = Kernel.system();
    long slowest = 0;
    try {
      for (int i = 0; i < 1_000; i++) {
        Socket socket = connect();
        slow.add(socket);
        send(socket, "GET /health/live HTTP/1.1\r\nX-Slow: ");
        if (i % 20 == 0) {
          long start = kernel.nanoTime();
          assertThat(probe()).startsWith("HTTP/1.1 200 OK");
          slowest = Math.max(slowest, kernel.nanoTime() - start);
        }
      }
      // Had a probe to wait until a slow client is cut, it would take these 5 s.
      assertThat(slowest).as("ns for the slowest probe").isLessThan(HttpConnection.SLOW_NANOS);
      for (Socket socket : slow) {
        assertThat(isCut(socket)).isTrue();
      }
      assertThat(probe()).startsWith("HTTP/1.1 200 OK");
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  /** Within 5 s and what a busy machine adds. */
  private static boolean isCut(Socket socket) {
    try {
      InputStream in = socket.getInputStream();
      return in.read() < 0;
    } catch (IOException reset) {
      return !(reset instanceof java.net.SocketTimeoutException);
    }
  }

  @Test
  void whoDoesNotTakeItsAnswer_isCut() throws Exception {
    try (Socket socket = connect()) {
      String request = "GET /health?format=html HTTP/1.1\r\nHost: x\r\n\r\n";
      socket.setSoTimeout(1_000);
      boolean cut = false;
      Kernel kernel = Kernel.system();
      long end = kernel.nanoTime() + Duration.ofSeconds(60).toNanos();
      // Its write blocks once both buffers are full: cutting the connection is what ends it.
      try {
        while (kernel.nanoTime() - end < 0) {
          send(socket, request);
        }
      } catch (IOException reset) {
        cut = true;
      }
      assertThat(cut).isTrue();
    }
    assertThat(probe()).startsWith("HTTP/1.1 200 OK");
  }

  @Test
  void aRuleThatThrowsOrInterrupts_harmsItsOwnRequestOnly() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    Details rule = request -> {
      int number = asked.incrementAndGet();
      if (number == 1) {
        Thread.currentThread().interrupt();
      } else if (number == 2) {
        throw new OutOfMemoryError("not really");
      }
      return true;
    };
    server.close();
    server = HealthServer.start(
        HealthEndpoint.of(health).details(rule),
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    assertThat(probe()).startsWith("HTTP/1.1 200 OK");
    assertThat(probe()).startsWith("HTTP/1.1 500 Internal Server Error");
    assertThat(probe()).startsWith("HTTP/1.1 200 OK");
  }

  @Test
  void closed_listensNoMore() throws Exception {
    int port = server.port();
    server.close();
    Kernel kernel = Kernel.system();
    long end = kernel.nanoTime() + Duration.ofSeconds(20).toNanos();
    boolean refused = false;
    while (!refused && kernel.nanoTime() - end < 0) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assertThat(socket.isConnected()).isTrue();
        kernel.sleepUntil(kernel.nanoTime() + 5_000_000);
      } catch (IOException expected) {
        refused = true;
      }
    }
    assertThat(refused).isTrue();
  }

  @Test
  void aPortThatIsTaken_orOutOfRange_isAnErrorAtOnce() {
    assertThatThrownBy(() -> HealthServer.start(
            HealthEndpoint.of(health),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port())))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> HealthServer.start(HealthEndpoint.of(health), 65_536))
        .hasMessage("port: 65536 (expected: 0 to 65535)");
  }
}
