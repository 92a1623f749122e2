package dev.evenkeel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.tracing.AllowedHosts;
import dev.evenkeel.tracing.SpanMode;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** "localhost" is on the list, "127.0.0.1" is a stranger: two names of one machine. */
class LeaksTest {

  private static final List<String> OURS = List.of(
      "traceparent",
      "baggage",
      "evenkeel-timeout-ms",
      "evenkeel-attempt",
      "evenkeel-criticality",
      "Idempotency-Key");

  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
      .setTracerProvider(SdkTracerProvider.builder()
          .addSpanProcessor(SimpleSpanProcessor.create(exporter))
          .build())
      .setPropagators(ContextPropagators.create(TextMapPropagator.composite(
          W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance())))
      .build();
  private final HttpClient client = EvenkeelHttpClient.builder(HttpClient.newHttpClient())
      .openTelemetry(telemetry)
      .spanMode(SpanMode.ALWAYS)
      .allowedHosts(AllowedHosts.of("localhost"))
      .followRedirects(Redirect.NORMAL)
      .build();

  @AfterEach
  void tearDown() {
    telemetry.close();
  }

  @Test
  void toAListedHost_everythingGoes_toAnyOther_nothing() throws Exception {
    try (Servers server = Servers.answering(200)) {
      send(HttpRequest.newBuilder(named(server, "/in")).build());
      send(HttpRequest.newBuilder(server.uri("/out")).build());

      for (String header : OURS) {
        assertThat(server.seen.get(0).headers().getFirst(header)).as(header).isNotNull();
        assertThat(server.seen.get(1).headers().getFirst(header)).as(header).isNull();
      }
    }
  }

  @Test
  void redirectToAStranger_takesNothingAlong() throws Exception {
    Servers[] servers = new Servers[1];
    try (Servers server = new Servers(exchange -> {
      if (exchange.getRequestURI().getPath().equals("/in")) {
        exchange
            .getResponseHeaders()
            .set("Location", servers[0].uri("/stranger").toString());
        Servers.respond(exchange, 302, "moved");
      } else {
        Servers.respond(exchange, 200, "ok");
      }
    })) {
      servers[0] = server;
      HttpResponse<String> answer = send(HttpRequest.newBuilder(named(server, "/in"))
          .header("Authorization", "Bearer secret")
          .header("Cookie", "session=secret")
          .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
          .header("Accept", "text/plain")
          .build());

      assertThat(answer.body()).isEqualTo("ok");
      assertThat(server.seen).hasSize(2);
      com.sun.net.httpserver.Headers stranger = server.seen.get(1).headers();
      for (String header : OURS) {
        assertThat(server.seen.get(0).headers().getFirst(header)).as(header).isNotNull();
        assertThat(stranger.getFirst(header)).as(header).isNull();
      }
      assertThat(stranger.getFirst("Authorization")).isNull();
      assertThat(stranger.getFirst("Cookie")).isNull();
      assertThat(stranger.getFirst("Accept")).isEqualTo("text/plain");
      assertThat(exporter.getFinishedSpanItems())
          .extracting(span -> span.getAttributes().get(ClientSpans.RESEND))
          .containsExactly(null, 1L);
    }
  }

  @Test
  void redirectLoop_ends() throws Exception {
    try (Servers server = new Servers(exchange -> {
      exchange.getResponseHeaders().set("Location", "/again");
      Servers.respond(exchange, 307, "again");
    })) {
      HttpResponse<String> answer =
          send(HttpRequest.newBuilder(named(server, "/in")).build());

      assertThat(answer.statusCode()).isEqualTo(307);
      assertThat(answer.body()).isEqualTo("again");
      assertThat(server.seen).hasSize(6);
    }
  }

  @ParameterizedTest
  @CsvSource({"301, GET", "302, GET", "303, GET", "307, POST", "308, POST"})
  void methodOfARedirectedPost(int status, String method) throws Exception {
    try (Servers server = new Servers(exchange -> {
      exchange.getResponseHeaders().set("Location", "/next");
      boolean first = exchange.getRequestURI().getPath().equals("/in");
      Servers.respond(exchange, first ? status : 200, "x");
    })) {
      send(HttpRequest.newBuilder(named(server, "/in"))
          .POST(BodyPublishers.ofString("b"))
          .build());
      assertThat(server.seen.get(1).method()).isEqualTo(method);
    }
  }

  @ParameterizedTest
  @CsvSource({"'http://[broken'", "ftp://other/", "mailto:me", "''"})
  void locationThatLeadsNowhere_isAnAnswer(String location) throws Exception {
    try (Servers server = new Servers(exchange -> {
      exchange.getResponseHeaders().set("Location", location);
      boolean first = server(exchange);
      Servers.respond(exchange, first ? 302 : 200, "x");
    })) {
      assertThat(send(HttpRequest.newBuilder(named(server, "/in")).build()).statusCode())
          .isIn(302, 200);
    }
  }

  private static boolean server(com.sun.net.httpserver.HttpExchange exchange) {
    return exchange.getRequestURI().getPath().equals("/in");
  }

  @Test
  void clientThatFollowsRedirectsItself_isAnError() {
    HttpClient following =
        HttpClient.newBuilder().followRedirects(Redirect.NORMAL).build();
    assertThatThrownBy(() -> EvenkeelHttpClient.builder(following)
            .allowedHosts(AllowedHosts.of("localhost"))
            .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("client.followRedirects: NORMAL (expected: NEVER");
    assertThat(EvenkeelHttpClient.builder(following).build().followRedirects())
        .isEqualTo(Redirect.NORMAL);
    assertThat(client.followRedirects()).isEqualTo(Redirect.NORMAL);
  }

  private HttpResponse<String> send(HttpRequest request) throws Exception {
    try (Scope scope = Baggage.builder().put("tenant", "blue").build().makeCurrent()) {
      assertThat(scope).isNotNull();
      return CallContext.current()
          .withDeadline(Deadline.after(Duration.ofSeconds(30)))
          .withIdempotencyKey("k-1")
          .call(() -> client.send(request, BodyHandlers.ofString()));
    }
  }

  private static URI named(Servers server, String path) {
    return URI.create("http://localhost:" + server.port() + path);
  }
}
