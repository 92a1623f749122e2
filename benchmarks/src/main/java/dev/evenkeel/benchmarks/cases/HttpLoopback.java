package dev.evenkeel.benchmarks.cases;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.http.EvenkeelFilter;
import dev.evenkeel.http.EvenkeelHttpClient;
import dev.evenkeel.limits.AdaptiveLimit;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.tracing.server.ServerPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A GET over one kept connection on the loopback: the JDK's client against the same client behind
 * Evenkeel's, and the JDK's server against the same server behind Evenkeel's filter. Client and
 * server share the JVM, so a figure in bytes is that of both.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("this-escape") // JMH extends states and adds nothing that could be met half made
public class HttpLoopback {

  private static final byte[] ANSWER = "ok".getBytes(StandardCharsets.US_ASCII);

  /** The server, and the bare client. */
  @State(Scope.Benchmark)
  public static class Bare {

    final HttpClient jdk = HttpClient.newHttpClient();
    final AtomicLong handled = new AtomicLong();
    private final ExecutorService workers =
        Executors.newFixedThreadPool(4, task -> Threads.daemon(task));
    private final HttpServer server;
    private final HttpRequest request;

    public Bare() {
      // The JDK's server else waits 40 ms for an acknowledgement of what it has sent.
      System.setProperty("sun.net.httpserver.nodelay", "true");
      try {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      } catch (IOException noPort) {
        throw new IllegalStateException(noPort);
      }
      server.setExecutor(workers);
      HttpContext context = server.createContext("/", this::answer);
      Filter filter = filter();
      if (filter != null) {
        context.getFilters().add(filter);
      }
      server.start();
      request = HttpRequest.newBuilder(
              URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/stock"))
          .build();
    }

    private void answer(HttpExchange exchange) throws IOException {
      handled.incrementAndGet();
      exchange.sendResponseHeaders(200, ANSWER.length);
      exchange.getResponseBody().write(ANSWER);
      exchange.close();
    }

    @Nullable Filter filter() {
      return null;
    }

    HttpClient client() {
      return jdk;
    }

    final String call() throws Exception {
      HttpResponse<String> answer = client().send(request, BodyHandlers.ofString());
      return answer.body();
    }

    @TearDown
    public void check() throws Exception {
      long before = handled.get();
      Verify.that(call().equals("ok"), "the answer arrives");
      Verify.that(handled.get() == before + 1, "one call is one request");
      server.stop(0);
      workers.shutdown();
    }
  }

  @Benchmark
  public String bare(Bare state) throws Exception {
    return state.call();
  }

  /** Deadlines and headers, without a policy. */
  @State(Scope.Benchmark)
  public static class EvenkeelClient extends Bare {
    private final HttpClient client = EvenkeelHttpClient.builder(jdk).build();

    @Override
    HttpClient client() {
      return client;
    }
  }

  @Benchmark
  public String evenkeelClient(EvenkeelClient state) throws Exception {
    return state.call();
  }

  /** With what protects a call: its timeout goes to the server in three headers. */
  @State(Scope.Benchmark)
  public static class EvenkeelClientFullStack extends Bare {
    private final HttpClient client = EvenkeelHttpClient.builder(jdk)
        .pipeline(Pipeline.of(
            "stock",
            Retry.jittered(Settings.ATTEMPTS),
            CircuitBreaker.of(Settings.countWindow()),
            Timeout.of(Settings.TIMEOUT)))
        .build();

    @Override
    HttpClient client() {
      return client;
    }
  }

  @Benchmark
  public String evenkeelClientFullStack(EvenkeelClientFullStack state) throws Exception {
    return state.call();
  }

  /** A filter that reads the headers and arms nothing. */
  @State(Scope.Benchmark)
  public static class EvenkeelServer extends Bare {
    @Override
    Filter filter() {
      return EvenkeelFilter.with(ServerPolicy.standard("stock"));
    }
  }

  @Benchmark
  public String evenkeelServer(EvenkeelServer state) throws Exception {
    return state.call();
  }

  /** With a deadline for each call, and a limit. */
  @State(Scope.Benchmark)
  public static class EvenkeelServerLimits extends Bare {
    @Override
    Filter filter() {
      return EvenkeelFilter.with(ServerPolicy.builder("stock")
          .defaultDeadline(Duration.ofSeconds(2))
          .limits(AdaptiveLimit.standard())
          .build());
    }
  }

  @Benchmark
  public String evenkeelServerLimits(EvenkeelServerLimits state) throws Exception {
    return state.call();
  }
}
