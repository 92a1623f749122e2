package dev.evenkeel.examples.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.healthcheck.Status;
import dev.evenkeel.healthcheck.checks.HttpCheck;
import dev.evenkeel.http.EvenkeelHttpClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Evenkeel's HTTP client has the JDK's type: its breaker and its deadline hold for checks too. */
class OurClientTest {

  @Test
  void aCheckThroughIt_isBehindItsPipeline() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    List<String> deadlines = new CopyOnWriteArrayList<>();
    server.createContext("/", exchange -> {
      deadlines.add(exchange.getRequestHeaders().getFirst("evenkeel-timeout-ms"));
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
    });
    server.start();
    CircuitBreaker breaker = CircuitBreaker.standard();
    HttpClient client = EvenkeelHttpClient.builder(HttpClient.newHttpClient())
        .pipeline(Pipeline.of("stock", Timeout.of(Duration.ofSeconds(20)), breaker))
        .build();
    HttpCheck check = HttpCheck.of(
        client,
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"))
            .build(),
        Duration.ofSeconds(30));
    try {
      assertThat(check.check().status()).isEqualTo(Status.UP);
      assertThat(Long.parseLong(deadlines.get(0))).isBetween(1L, 20_000L);
      breaker.forceOpen("maintenance");
      assertThatThrownBy(check::check).isInstanceOf(CallRefusedException.class);
      assertThat(deadlines).hasSize(1);
    } finally {
      server.stop(0);
    }
  }
}
