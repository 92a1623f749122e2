package dev.evenkeel.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Backoff;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.tracing.SpanMode;
import dev.evenkeel.tracing.server.ServerPolicy;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.HttpAttributes;
import io.opentelemetry.semconv.NetworkAttributes;
import io.opentelemetry.semconv.ServerAttributes;
import io.opentelemetry.semconv.UrlAttributes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientSpansTest {

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
      .urlTemplate(request -> request.uri().getPath().startsWith("/stock/") ? "/stock/{sku}" : null)
      .pipeline(Pipeline.of(
          "stock",
          Timeout.ofMillis(20_000),
          Retry.builder()
              .maxAttempts(3)
              .unlimitedBudget()
              .backoff(Backoff.fixed(Duration.ofMillis(1)))
              .build()))
      .build();

  @AfterEach
  void tearDown() {
    telemetry.close();
  }

  @Test
  void keys_equalTheConstantsOfTheConventions() {
    assertThat(ClientSpans.METHOD).isEqualTo(HttpAttributes.HTTP_REQUEST_METHOD);
    assertThat(ClientSpans.METHOD_ORIGINAL).isEqualTo(HttpAttributes.HTTP_REQUEST_METHOD_ORIGINAL);
    assertThat(ClientSpans.ADDRESS).isEqualTo(ServerAttributes.SERVER_ADDRESS);
    assertThat(ClientSpans.PORT).isEqualTo(ServerAttributes.SERVER_PORT);
    assertThat(ClientSpans.URL).isEqualTo(UrlAttributes.URL_FULL);
    assertThat(ClientSpans.STATUS).isEqualTo(HttpAttributes.HTTP_RESPONSE_STATUS_CODE);
    assertThat(ClientSpans.RESEND).isEqualTo(HttpAttributes.HTTP_REQUEST_RESEND_COUNT);
    assertThat(ClientSpans.ERROR).isEqualTo(ErrorAttributes.ERROR_TYPE);
    assertThat(ClientSpans.PROTOCOL).isEqualTo(NetworkAttributes.NETWORK_PROTOCOL_VERSION);
  }

  @Test
  void oneSpanForEachAttempt_allOfOneTrace_andTheHeaderNamesThem() throws Exception {
    try (Servers server = Servers.answering(503, 500, 200)) {
      Span parent = telemetry.getTracer("test").spanBuilder("parent").startSpan();
      try (Scope scope = parent.makeCurrent()) {
        assertThat(scope).isNotNull();
        client.send(request(server.uri("/stock/7?a=b")), BodyHandlers.ofString());
      }
      parent.end();

      List<SpanData> spans = clientSpans();
      assertThat(spans).hasSize(3).allSatisfy(span -> {
        assertThat(span.getName()).isEqualTo("GET /stock/{sku}");
        assertThat(span.getTraceId()).isEqualTo(parent.getSpanContext().getTraceId());
        assertThat(span.getParentSpanId()).isEqualTo(parent.getSpanContext().getSpanId());
        assertThat(span.getAttributes().get(ClientSpans.METHOD)).isEqualTo("GET");
        assertThat(span.getAttributes().get(ClientSpans.ADDRESS)).isEqualTo("127.0.0.1");
        assertThat(span.getAttributes().get(ClientSpans.PORT)).isEqualTo(server.port());
        assertThat(span.getAttributes().get(ClientSpans.URL)).endsWith("/stock/7?a=b");
        assertThat(span.getAttributes().get(ClientSpans.PROTOCOL)).isEqualTo("1.1");
        assertThat(span.getInstrumentationScopeInfo().getSchemaUrl()).isNotNull();
        assertThat(span.getInstrumentationScopeInfo().getVersion()).isNotNull();
      });
      assertThat(spans)
          .extracting(span -> span.getAttributes().get(ClientSpans.RESEND))
          .containsExactly(null, 1L, 2L);
      assertThat(spans)
          .extracting(span -> span.getAttributes().get(ClientSpans.STATUS))
          .containsExactly(503L, 500L, 200L);
      assertThat(spans)
          .extracting(span -> span.getAttributes().get(ClientSpans.ERROR))
          .containsExactly("503", "500", null);
      assertThat(spans)
          .extracting(span -> span.getStatus().getStatusCode())
          .containsExactly(StatusCode.ERROR, StatusCode.ERROR, StatusCode.UNSET);
      for (int i = 0; i < 3; i++) {
        assertThat(server.seen.get(i).headers().getFirst("traceparent"))
            .contains(spans.get(i).getSpanId());
      }
    }
  }

  @Test
  void unknownMethod_isOther_andANameWithoutTemplateIsTheMethodAlone() throws Exception {
    try (Servers server = Servers.answering(404)) {
      client.send(
          HttpRequest.newBuilder(server.uri("/x"))
              .method("BREW", BodyPublishers.noBody())
              .build(),
          BodyHandlers.ofString());
      client.send(request(server.uri("/x")), BodyHandlers.ofString());

      assertThat(clientSpans()).extracting(SpanData::getName).containsExactly("HTTP", "GET");
      SpanData brew = clientSpans().get(0);
      assertThat(brew.getAttributes().get(ClientSpans.METHOD)).isEqualTo("_OTHER");
      assertThat(brew.getAttributes().get(ClientSpans.METHOD_ORIGINAL)).isEqualTo("BREW");
      assertThat(brew.getAttributes().get(ClientSpans.ERROR)).isEqualTo("404");
    }
  }

  @Test
  void secretsInUrls_areRedacted() throws Exception {
    try (Servers server = Servers.answering(200)) {
      client.send(
          request(server.uri("/x?q=1&X-Amz-Signature=secret&sig=secret&AWSAccessKeyId=secret")),
          BodyHandlers.ofString());

      assertThat(clientSpans().get(0).getAttributes().get(ClientSpans.URL))
          .endsWith("/x?q=1&X-Amz-Signature=REDACTED&sig=REDACTED&AWSAccessKeyId=REDACTED");
    }
    assertThat(dev.evenkeel.tracing.UrlRedaction.url(URI.create("https://me:pw@host/p?a#f")))
        .isEqualTo("https://REDACTED:REDACTED@host/p?a");
  }

  @Test
  void failure_timeout_andCancellation() throws Exception {
    try (RawServer server = RawServer.silent()) {
      try {
        Deadline.after(Duration.ofMillis(100))
            .call(() -> client.send(request(server.uri("/late")), BodyHandlers.ofString()));
      } catch (dev.evenkeel.core.DeadlineExceededException expected) {
        assertThat(expected.wasStarted()).isTrue();
      }
    }
    try (RawServer server = RawServer.silent()) {
      CompletableFuture<?> given =
          client.sendAsync(request(server.uri("/up")), BodyHandlers.ofString());
      while (server.requests.get() < 1) {
        Thread.onSpinWait();
      }
      given.cancel(true);
    }
    try (RawServer garbage = RawServer.answering("NOT HTTP AT ALL\r\n\r\n")) {
      try {
        client.send(
            HttpRequest.newBuilder(garbage.uri("/bad"))
                .POST(BodyPublishers.ofString("x"))
                .build(),
            BodyHandlers.ofString());
      } catch (java.io.IOException expected) {
        assertThat(expected).isNotNull();
      }
    }
    List<SpanData> spans = clientSpans();
    assertThat(spans).hasSize(3);
    assertThat(spans.get(0).getAttributes().get(ClientSpans.ERROR)).isEqualTo("timeout");
    assertThat(spans.get(0).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(spans.get(1).getAttributes().get(ClientSpans.ERROR)).isNull();
    assertThat(spans.get(1).getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(spans.get(2).getAttributes().get(ClientSpans.ERROR)).startsWith("java.");
  }

  @Test
  void never_makesNoSpan_butTheHeadersGo() throws Exception {
    HttpClient quiet = EvenkeelHttpClient.builder(HttpClient.newHttpClient())
        .openTelemetry(telemetry)
        .spanMode(SpanMode.NEVER)
        .build();
    try (Servers server = Servers.answering(200)) {
      Span parent = telemetry.getTracer("test").spanBuilder("parent").startSpan();
      try (Scope scope = parent.makeCurrent()) {
        assertThat(scope).isNotNull();
        Deadline.after(Duration.ofSeconds(20))
            .call(() -> quiet.send(request(server.uri("/")), BodyHandlers.ofString()));
      }
      assertThat(clientSpans()).isEmpty();
      assertThat(server.seen.get(0).headers().getFirst("traceparent"))
          .contains(parent.getSpanContext().getSpanId());
      assertThat(server.seen.get(0).headers().getFirst("evenkeel-timeout-ms")).isNotNull();
    }
  }

  @Test
  void clientAndServer_areOneTrace() throws Exception {
    ServerPolicy policy = ServerPolicy.builder("orders")
        .openTelemetry(telemetry)
        .spanMode(SpanMode.ALWAYS)
        .build();
    com.sun.net.httpserver.HttpServer server = com.sun.net.httpserver.HttpServer.create(
        new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0), 0);
    server
        .createContext("/orders", exchange -> {
          Servers.respond(exchange, 500, "no");
          exchange.close();
        })
        .getFilters()
        .add(EvenkeelFilter.with(policy));
    server.start();
    try {
      URI uri =
          URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/orders/1?token=x");
      client.send(
          HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString("x")).build(),
          BodyHandlers.ofString());
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (exporter.getFinishedSpanItems().size() < 2 && System.nanoTime() - until < 0) {
        Thread.onSpinWait();
      }
    } finally {
      server.stop(0);
    }
    SpanData sent = clientSpans().get(0);
    SpanData received = exporter.getFinishedSpanItems().stream()
        .filter(span -> span.getKind() == SpanKind.SERVER)
        .findFirst()
        .orElseThrow();
    assertThat(received.getTraceId()).isEqualTo(sent.getTraceId());
    assertThat(received.getParentSpanId()).isEqualTo(sent.getSpanId());
    assertThat(received.getName()).isEqualTo("POST /orders");
    assertThat(received.getAttributes().get(HttpAttributes.HTTP_ROUTE)).isEqualTo("/orders");
    assertThat(received.getAttributes().get(UrlAttributes.URL_PATH)).isEqualTo("/orders/1");
    assertThat(received.getAttributes().get(UrlAttributes.URL_QUERY)).isEqualTo("token=REDACTED");
    assertThat(received.getAttributes().get(UrlAttributes.URL_SCHEME)).isEqualTo("http");
    assertThat(received.getAttributes().get(HttpAttributes.HTTP_RESPONSE_STATUS_CODE))
        .isEqualTo(500L);
    assertThat(received.getAttributes().get(ErrorAttributes.ERROR_TYPE)).isEqualTo("500");
  }

  private static HttpRequest request(URI uri) {
    return HttpRequest.newBuilder(uri).build();
  }

  private List<SpanData> clientSpans() {
    return exporter.getFinishedSpanItems().stream()
        .filter(span -> span.getKind() == SpanKind.CLIENT)
        .toList();
  }
}
