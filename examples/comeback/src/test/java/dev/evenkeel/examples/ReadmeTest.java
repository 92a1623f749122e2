package dev.evenkeel.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.core.DeadlineExceededException;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.retry.Hedge;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the README and its guides show is what the build compiles and runs. */
class ReadmeTest {

  private static final Path SOURCES = Path.of("src/test/java/dev/evenkeel/examples");

  @Test
  void readme_showsTheProgramAsItIs() throws IOException {
    String readme = Files.readString(Path.of("../../README.md"));
    String source = Files.readString(SOURCES.resolve("Inventory.java"));
    assertThat(readme).contains(between(source, "// README: start", "// README: end"));
    assertThat(readme.lines().filter(line -> line.startsWith("import dev.evenkeel.")))
        .isNotEmpty()
        .allMatch(line -> line.contains(".testkit.") || source.contains(line));
  }

  @ParameterizedTest
  @CsvSource({"deadline, deadlines.md", "hedge, hedging.md", "limits, limits.md"})
  void guide_showsTheProgramAsItIs(String mark, String page) throws IOException {
    assertThat(Files.readString(Path.of("../../docs/guide", page)))
        .contains(between(
                Files.readString(SOURCES.resolve("QuickStart.java")),
                "// README: " + mark + " start",
                "// README: " + mark + " end")
            .indent(-2));
  }

  @Test
  void limits_letACallPass_andRefillOne() {
    AtomicInteger refilled = new AtomicInteger();
    QuickStart.refill(QuickStart.limited(), refilled::incrementAndGet);
    assertThat(refilled).hasValue(1);
  }

  @Test
  void quickStart_getsItsAnswer_andTheFallbackWhenNobodyIsThere() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      exchange.sendResponseHeaders(200, 2);
      exchange.getResponseBody().write("42".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      exchange.close();
    });
    server.start();
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    try {
      assertThat(answerWithin(Duration.ofSeconds(60), address)).isEqualTo("42");
    } finally {
      server.stop(0);
    }
    assertThat(new Inventory().stock(address)).isEqualTo("unknown");
  }

  @Test
  void deadline_refusesTheSecondCallWhenTheFirstUsedItUp() {
    AtomicInteger second = new AtomicInteger();
    Pipeline pipeline = Pipeline.of("plain");
    assertThatThrownBy(() -> QuickStart.refresh(
            pipeline,
            pipeline,
            () -> {
              long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
              while (!Thread.currentThread().isInterrupted() && System.nanoTime() < end) {
                Thread.onSpinWait();
              }
            },
            second::incrementAndGet))
        .isInstanceOf(DeadlineExceededException.class);
    assertThat(second).hasValue(0);
  }

  @Test
  void hedge_asksTheOtherReplicaWhenTheFirstHangs() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ExecutorService threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.createContext("/0", exchange -> {
      try {
        over.await();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
      exchange.close();
    });
    server.createContext("/1", exchange -> {
      exchange.sendResponseHeaders(200, 2);
      exchange.getResponseBody().write("17".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      exchange.close();
    });
    server.start();
    String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    List<HttpRequest> replicas = Stream.of("0", "1")
        .map(path -> HttpRequest.newBuilder(URI.create(address + path)).build())
        .toList();
    Pipeline prices =
        Pipeline.of("prices", Hedge.after(Duration.ofMillis(20)).forIdempotentCalls());
    try {
      assertThat(QuickStart.price(prices, HttpClient.newHttpClient(), replicas)).isEqualTo("17");
    } finally {
      over.countDown();
      server.stop(0);
      threads.shutdownNow();
    }
    assertThat(QuickStart.prices().describe()).contains("-> hedge(after the 0.95 quantile)");
  }

  /**
   * The program has a second for its answer; a busy machine may need longer to load its classes.
   */
  private static String answerWithin(Duration bound, URI address) {
    long end = System.nanoTime() + bound.toNanos();
    String answer = new Inventory().stock(address);
    while (answer.equals("unknown") && System.nanoTime() < end) {
      answer = new Inventory().stock(address); // with a breaker that has seen no busy machine yet
    }
    return answer;
  }

  /** The lines between two marks. */
  private static String between(String source, String from, String to) {
    int begin = source.indexOf('\n', source.indexOf(from)) + 1;
    String text = source.substring(begin, source.indexOf(to));
    return text.stripTrailing() + "\n";
  }
}
