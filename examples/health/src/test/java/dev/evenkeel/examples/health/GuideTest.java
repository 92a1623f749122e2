package dev.evenkeel.examples.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.healthcheck.Check;
import dev.evenkeel.healthcheck.CheckResult;
import dev.evenkeel.healthcheck.CheckTiming;
import dev.evenkeel.healthcheck.Health;
import dev.evenkeel.healthcheck.Status;
import dev.evenkeel.healthcheck.http.Details;
import dev.evenkeel.healthcheck.http.HealthEndpoint;
import dev.evenkeel.healthcheck.http.HealthServer;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What the guide shows is what the build compiles, and what a server answers over HTTP. */
class GuideTest {

  private static final Path GUIDE = Path.of("../../docs/guide/health.md");
  private static final String TOKEN = "correct-horse";

  @Test
  void code_isAsCompiled() throws IOException {
    String guide = Files.readString(GUIDE);
    String source =
        Files.readString(Path.of("src/test/java/dev/evenkeel/examples/health/GuideSnippets.java"));
    Matcher marks = Pattern.compile("<!-- snippet: (\\w+) -->\n```java\n(.*?)```", Pattern.DOTALL)
        .matcher(guide);
    int found = 0;
    while (marks.find()) {
      found++;
      int begin = source.indexOf("// snippet: " + marks.group(1) + "\n");
      assertThat(begin).as(marks.group(1)).isPositive();
      String text =
          source.substring(source.indexOf('\n', begin) + 1, source.indexOf("  // end", begin));
      assertThat(marks.group(2)).isEqualTo(text.indent(-2));
    }
    assertThat(found).isEqualTo(4);
  }

  @Test
  void answers_areWhatAServerSends() throws Exception {
    String guide = Files.readString(GUIDE);
    Matcher marks = Pattern.compile(
            "<!-- (curl|curl-details): (\\S+) -->\n```\n\\$ curl [^\n]*\n(.*?)```", Pattern.DOTALL)
        .matcher(guide);
    Health health = Health.builder()
        .traceId(() -> "4bf92f3577b34da6a3ce929d0e0e4736")
        .check(Check.shared("orders-db", () -> {
              throw new SQLException("connection refused");
            })
            .timing(CheckTiming.standard().every(Duration.ofMinutes(5)))) // no fourth result here
        .check(Check.local("disk", () -> CheckResult.up().with("freeBytes", 84_447_637_504L)))
        .start();
    HealthEndpoint endpoint = HealthEndpoint.of(health).details(Details.withToken(TOKEN));
    try (health;
        HealthServer server = HealthServer.start(
            endpoint, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      awaitDown(health);
      HttpClient client = HttpClient.newHttpClient();
      int found = 0;
      while (marks.find()) {
        found++;
        HttpRequest.Builder request = HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + server.port() + marks.group(2)));
        if (marks.group(1).equals("curl-details")) {
          request.header("Authorization", "Bearer " + TOKEN);
        }
        String answer = client.send(request.build(), BodyHandlers.ofString()).body();
        assertThat(withoutTimes(answer)).as(marks.group(2)).isEqualTo(unwrapped(marks.group(3)));
      }
      assertThat(found).isEqualTo(8);
    }
  }

  /** Three bad results, a second apart. */
  private static void awaitDown(Health health) throws InterruptedException {
    Kernel kernel = Kernel.system();
    long end = kernel.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (health.snapshot().checks().stream().noneMatch(check -> check.status() == Status.DOWN)) {
      assertThat(kernel.nanoTime() - end).as("60 s are over").isNegative();
      kernel.sleepUntil(kernel.nanoTime() + 5_000_000);
    }
  }

  private static String withoutTimes(String json) {
    return json.replaceAll("(Seconds\":|\"observedValue\":)\\d+\\.\\d+", "$1T").strip();
  }

  private static String unwrapped(String shown) {
    return shown.replace("\n", "");
  }

  @Test
  void snippets_run() throws Exception {
    DataSource gone = (DataSource) Proxy.newProxyInstance(
        getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, args) -> {
          throw new SQLException("gone");
        });
    Pipeline inventory = Pipeline.of("inventory", Timeout.ofMillis(300), CircuitBreaker.standard());
    try (Health health = GuideSnippets.health(inventory, gone)) {
      assertThat(health.snapshot().checks()).hasSize(5);
    }
  }
}
