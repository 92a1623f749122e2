package dev.evenkeel.benchmarks.cases;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.http.EvenkeelFilter;
import dev.evenkeel.http.EvenkeelHttpClient;
import dev.evenkeel.limits.AdaptiveLimit;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.tracing.server.ServerPolicy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The same client and filter as in {@link HttpLoopback} around nothing: no wire, no thread, only
 * what is added to a request. Far less noise than the whole, so it says where a difference is from.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("this-escape") // JMH extends states and adds nothing that could be met half made
public class HttpAlone {

  @State(Scope.Benchmark)
  public static class Client {
    private final HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:80/stock")).build();
    private final HttpClient client = client(new AnswersAtOnce());

    HttpClient client(HttpClient bare) {
      return bare;
    }

    final String call() throws Exception {
      return client.send(request, BodyHandlers.ofString()).body();
    }

    @TearDown
    public void check() throws Exception {
      Verify.that(call().equals("ok"), "the answer arrives");
    }
  }

  @Benchmark
  public String bareClient(Client state) throws Exception {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class EvenkeelClient extends Client {
    @Override
    HttpClient client(HttpClient bare) {
      return EvenkeelHttpClient.builder(bare).build();
    }
  }

  @Benchmark
  public String evenkeelClient(EvenkeelClient state) throws Exception {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class EvenkeelClientFullStack extends Client {
    @Override
    HttpClient client(HttpClient bare) {
      return EvenkeelHttpClient.builder(bare)
          .pipeline(Pipeline.of(
              "stock",
              Retry.jittered(Settings.ATTEMPTS),
              CircuitBreaker.of(Settings.countWindow()),
              Timeout.of(Settings.TIMEOUT)))
          .build();
    }
  }

  @Benchmark
  public String evenkeelClientFullStack(EvenkeelClientFullStack state) throws Exception {
    return state.call();
  }

  /** A request that says how much time it has, as one of Evenkeel's own clients does. */
  @State(Scope.Benchmark)
  public static class Server {
    private final Headers headers = new Headers();
    private final List<Filter> filters = filters();
    private final HttpHandler handler = exchange -> exchange.sendResponseHeaders(200, -1);
    private final HttpHandler deadlineSeen =
        exchange -> exchange.sendResponseHeaders(Deadline.current() == null ? 200 : 299, -1);

    public Server() {
      headers.set("Host", "127.0.0.1:80");
      headers.set("User-Agent", "Java-http-client");
      headers.set("evenkeel-timeout-ms", "285");
      headers.set("evenkeel-attempt", "1");
      headers.set("evenkeel-criticality", "critical");
    }

    List<Filter> filters() {
      return List.of();
    }

    final int call() throws IOException {
      return call(handler);
    }

    private int call(HttpHandler last) throws IOException {
      HttpExchange exchange = new EmptyExchange(headers);
      new Filter.Chain(filters, last).doFilter(exchange); // one for each request, as in the server
      return exchange.getResponseCode();
    }

    @TearDown
    public void check() throws IOException {
      int expected = filters.isEmpty() ? 200 : 299;
      Verify.that(call(deadlineSeen) == expected, "a filter brings the deadline to the handler");
    }
  }

  @Benchmark
  public int bareServer(Server state) throws IOException {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class EvenkeelServer extends Server {
    @Override
    List<Filter> filters() {
      return List.of(EvenkeelFilter.with(ServerPolicy.standard("stock")));
    }
  }

  @Benchmark
  public int evenkeelServer(EvenkeelServer state) throws IOException {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class EvenkeelServerLimits extends Server {
    @Override
    List<Filter> filters() {
      return List.of(EvenkeelFilter.with(ServerPolicy.builder("stock")
          .defaultDeadline(Duration.ofSeconds(2))
          .limits(AdaptiveLimit.standard())
          .build()));
    }
  }

  @Benchmark
  public int evenkeelServerLimits(EvenkeelServerLimits state) throws IOException {
    return state.call();
  }
}
