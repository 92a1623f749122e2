package dev.evenkeel.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.limits.AdaptiveLimit;
import dev.evenkeel.tracing.server.ServerPolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A server with 50 ms of work that is asked for three times as much as it can do, a quarter of it
 * critical. {@code -Devenkeel.overload=60} makes the run of 60 s with the filter and without, and
 * prints what each got; the default build asks for a second, with the filter, and has no figures.
 */
class OverloadTest {

  private static final int SECONDS = Integer.getInteger("evenkeel.overload", 0);
  private static final Duration WORK = Duration.ofMillis(50);
  private static final int PLACES = 4;
  private static final int CAPACITY = (int) (PLACES * 1_000 / WORK.toMillis());

  private final Kernel kernel = Kernel.system();
  private final ExecutorService threads = Executors.newFixedThreadPool(100);

  /** How one call ended. */
  private record Ended(boolean critical, int status, boolean saysWhen, long millis) {}

  /** What a run has brought. */
  private record Run(List<Ended> calls, String breaker, int seconds) {

    List<Ended> of(boolean critical) {
      return calls.stream().filter(call -> call.critical() == critical).toList();
    }

    double answered(boolean critical) {
      List<Ended> all = of(critical);
      return 100.0 * all.stream().filter(call -> call.status() == 200).count() / all.size();
    }

    double goodput() {
      long good = calls.stream().filter(call -> call.status() == 200).count();
      return 100.0 * good / ((double) seconds * CAPACITY);
    }

    long p99OfCritical() {
      long[] sorted = of(true).stream()
          .filter(call -> call.status() == 200)
          .mapToLong(Ended::millis)
          .sorted()
          .toArray();
      return sorted.length == 0 ? -1 : sorted[sorted.length * 99 / 100];
    }

    String line(String name) {
      return String.format(
          Locale.ROOT,
          "%-8s %6d calls, goodput %5.1f %% of the capacity, p99 of the critical %5d ms, answered:"
              + " critical %5.1f %%, sheddable %5.1f %%; the client's breaker: %s",
          name,
          calls.size(),
          goodput(),
          p99OfCritical(),
          answered(true),
          answered(false),
          breaker);
    }
  }

  @Test
  void threeTimesTheCapacity() throws Exception {
    boolean measured = SECONDS > 0;
    Duration deadline = Duration.ofSeconds(measured ? 1 : 30);
    Run with = run(true, measured ? SECONDS : 1, deadline);

    assertThat(with.breaker()).contains("CLOSED");
    assertThat(with.calls())
        .filteredOn(call -> call.status() == 503)
        .isNotEmpty()
        .allMatch(Ended::saysWhen);
    assertThat(with.calls()).extracting(Ended::status).contains(200);
    if (measured) {
      Run without = run(false, SECONDS, deadline);
      System.out.println(with.line("filter") + "\n" + without.line("none"));
      assertThat(with.goodput()).isGreaterThan(without.goodput());
      assertThat(with.answered(true)).isGreaterThan(with.answered(false));
    }
    threads.shutdownNow();
  }

  private Run run(boolean filter, int seconds, Duration deadline) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
    server.setExecutor(threads);
    Semaphore places = new Semaphore(PLACES);
    var context = server.createContext("/job", exchange -> {
      try (exchange) {
        places.acquire();
        try {
          kernel.sleepUntil(kernel.nanoTime() + WORK.toNanos());
        } finally {
          places.release();
        }
        Servers.respond(exchange, 200, "done");
      } catch (InterruptedException stop) {
        throw new java.io.InterruptedIOException("stopped");
      }
    });
    if (filter) {
      context
          .getFilters()
          .add(EvenkeelFilter.with(ServerPolicy.builder("work")
              .limits(AdaptiveLimit.of(PLACES, 1, 100))
              .build()));
    }
    server.start();
    CircuitBreaker breaker = CircuitBreaker.standard();
    HttpClient client = EvenkeelHttpClient.builder(HttpClient.newHttpClient())
        .pipeline(Pipeline.of("work", breaker))
        .build();
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/job");
    List<CompletableFuture<Ended>> calls = load(client, uri, seconds, deadline);
    List<Ended> ended = calls.stream().map(CompletableFuture::join).toList();
    server.stop(0);
    return new Run(ended, breaker.state().toString(), seconds);
  }

  /** An open loop: nobody waits for an answer before he asks again. */
  private List<CompletableFuture<Ended>> load(
      HttpClient client, URI uri, int seconds, Duration deadline) throws InterruptedException {
    List<CompletableFuture<Ended>> calls = new ArrayList<>();
    long perSecond = 3L * CAPACITY;
    long begin = kernel.nanoTime();
    for (int i = 0; i < seconds * perSecond; i++) {
      kernel.sleepUntil(begin + i * TimeUnit.SECONDS.toNanos(1) / perSecond);
      calls.add(ask(client, uri, deadline, i % 4 == 0));
    }
    return calls;
  }

  private CompletableFuture<Ended> ask(
      HttpClient client, URI uri, Duration deadline, boolean critical) {
    long begin = kernel.nanoTime();
    return CallContext.current()
        .withDeadline(Deadline.after(deadline))
        .withCriticality(critical ? Criticality.CRITICAL : Criticality.SHEDDABLE)
        .call(() -> client.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()))
        .handle((answer, failure) -> {
          long millis = TimeUnit.NANOSECONDS.toMillis(kernel.nanoTime() - begin);
          return answer == null
              ? new Ended(critical, 0, false, millis)
              : new Ended(critical, answer.statusCode(), saysWhen(answer), millis);
        });
  }

  private static boolean saysWhen(HttpResponse<?> answer) {
    return answer.headers().firstValue("Retry-After").isPresent()
        && answer.headers().firstValue("retry-after-millis").isPresent();
  }
}
