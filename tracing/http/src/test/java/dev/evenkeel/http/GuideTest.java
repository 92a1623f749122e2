package dev.evenkeel.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.limits.AdaptiveLimit;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.tracing.AllowedHosts;
import dev.evenkeel.tracing.ContextSnapshot;
import dev.evenkeel.tracing.server.EdgeTrust;
import dev.evenkeel.tracing.server.ServerPolicy;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/guide/http.md and docs/context.md show is what the build compiles and runs. */
class GuideTest {

  static HttpClient stockClient(HttpClient jdk) {
    return EvenkeelHttpClient.builder(jdk)
        .pipeline(Pipeline.of(
            "stock", Timeout.ofMillis(300), Retry.jittered(3), CircuitBreaker.standard()))
        .urlTemplate(request -> "/stock/{sku}") // the span's name; never the path itself
        .build();
  }

  static HttpClient careful(HttpClient jdk) {
    return EvenkeelHttpClient.builder(jdk) // built with Redirect.NEVER, the JDK's default
        .allowedHosts(AllowedHosts.of("stock.example", ".svc.cluster.local"))
        .followRedirects(HttpClient.Redirect.NORMAL)
        .build();
  }

  static HttpResponse<String> ownClient(Pipeline pipeline, HttpClient client, HttpRequest request)
      throws Exception {
    return pipeline.call(
        () -> HttpOutcomes.standard().check(client.send(request, BodyHandlers.ofString())));
  }

  static void protect(com.sun.net.httpserver.HttpContext orders) {
    ServerPolicy policy = ServerPolicy.builder("orders")
        .defaultDeadline(Duration.ofSeconds(2))
        .limits(AdaptiveLimit.standard())
        .edgeTrust(EdgeTrust.CLAMP) // strangers call: they can make themselves smaller only
        .build();
    orders.getFilters().add(EvenkeelFilter.with(policy));
  }

  static <T> Future<T> elsewhere(ExecutorService pool, Callable<T> work) {
    return ContextSnapshot.wrap(pool).submit(work); // same deadline, trace, MDC, class loader
  }

  @Test
  void codeOfTheGuides_isCodeOfThisClass() throws Exception {
    String source =
        squeezed(Files.readString(Path.of("src/test/java/dev/evenkeel/http/GuideTest.java")));
    int blocks = 0;
    for (String guide : new String[] {"../../docs/guide/http.md", "../../docs/context.md"}) {
      Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
          .matcher(Files.readString(Path.of(guide)));
      while (block.find()) {
        assertThat(source).contains(squeezed(block.group(1)));
        blocks++;
      }
    }
    assertThat(blocks).isEqualTo(5);
  }

  /** Lines are broken where the page wants it. */
  private static String squeezed(String code) {
    return code.replaceAll("\\s+", "");
  }

  @Test
  void whatTheGuideShows_works() throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try (Servers server = Servers.answering(200)) {
      HttpRequest request = HttpRequest.newBuilder(server.uri("/stock/1")).build();
      HttpClient jdk = HttpClient.newHttpClient();
      assertThat(elsewhere(pool, () -> careful(jdk).send(request, BodyHandlers.ofString()))
              .get(20, TimeUnit.SECONDS)
              .statusCode())
          .isEqualTo(200);
      assertThat(ownClient(Pipeline.of("own"), jdk, request).statusCode()).isEqualTo(200);
      assertThat(stockClient(jdk).connectTimeout()).isEmpty();
    } finally {
      pool.shutdownNow();
    }
    com.sun.net.httpserver.HttpServer server = com.sun.net.httpserver.HttpServer.create();
    com.sun.net.httpserver.HttpContext context = server.createContext("/orders");
    protect(context);
    assertThat(context.getFilters()).hasSize(1);
  }
}
