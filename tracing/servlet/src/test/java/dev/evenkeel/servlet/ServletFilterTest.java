package dev.evenkeel.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.tracing.SpanMode;
import dev.evenkeel.tracing.server.ServerPolicy;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.semconv.HttpAttributes;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServletFilterTest {

  /** What a servlet does with a request. */
  private interface Work {
    void handle(HttpServletRequest request, HttpServletResponse response) throws Exception;
  }

  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicInteger handled = new AtomicInteger();
  private Server server;

  private void start(ServerPolicy policy, Work work) throws Exception {
    server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler("/");
    ServletHolder servlet = new ServletHolder(new HttpServlet() {
      @Override
      protected void service(HttpServletRequest request, HttpServletResponse response)
          throws IOException {
        handled.incrementAndGet();
        try {
          work.handle(request, response);
        } catch (InterruptedException stop) {
          throw new java.io.InterruptedIOException("stopped");
        } catch (IOException | RuntimeException failure) {
          throw failure;
        } catch (Exception failure) {
          throw new IllegalStateException(failure);
        }
      }
    });
    servlet.setAsyncSupported(true);
    context.addServlet(servlet, "/jobs/*");
    FilterHolder filter = new FilterHolder(EvenkeelServletFilter.with(policy));
    filter.setAsyncSupported(true);
    context.addFilter(filter, "/*", EnumSet.allOf(DispatcherType.class));
    server.setHandler(context);
    server.start();
  }

  @AfterEach
  void tearDown() throws Exception {
    server.stop();
  }

  private HttpResponse<String> get(String... headers) throws Exception {
    return client.send(request(headers), BodyHandlers.ofString());
  }

  private HttpRequest request(String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(server.getURI().resolve("/jobs/1"));
    return (headers.length == 0 ? request : request.headers(headers)).build();
  }

  @Test
  void deadlineAndCriticality_holdInTheServlet() throws Exception {
    AtomicReference<CallContext> seen = new AtomicReference<>();
    start(ServerPolicy.standard("orders"), (request, response) -> {
      seen.set(CallContext.current());
      response.getWriter().print("ok");
    });

    assertThat(get("evenkeel-timeout-ms", "5000", "evenkeel-criticality", "sheddable")
            .body())
        .isEqualTo("ok");
    assertThat(seen.get().deadline().remaining().toMillis()).isBetween(1L, 5_000L);
    assertThat(seen.get().criticality()).isEqualTo(Criticality.SHEDDABLE);
  }

  @Test
  void expiredWork_isRefusedBeforeTheServlet() throws Exception {
    start(ServerPolicy.standard("orders"), (request, response) -> {});

    HttpResponse<String> answer = get("grpc-timeout", "0n");

    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/problem+json");
    assertThat(answer.body()).contains("\"status\":504");
    assertThat(handled).hasValue(0);
  }

  @Test
  void blockingServlet_isInterruptedAtTheDeadline() throws Exception {
    start(ServerPolicy.standard("orders"), (request, response) -> {
      response.getWriter().print("half of an answer, not sent");
      new CountDownLatch(1).await();
    });

    HttpResponse<String> answer = get("evenkeel-timeout-ms", "300");

    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(answer.body()).doesNotContain("half");
  }

  @Test
  void asynchronousCycle_isEndedAtTheDeadline() throws Exception {
    start(
        ServerPolicy.standard("orders"),
        (request, response) -> request.startAsync().setTimeout(0));

    HttpResponse<String> answer = get("evenkeel-timeout-ms", "300");

    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/problem+json");
  }

  @Test
  void asynchronousCycle_thatEndsInTime_isTheAnswer() throws Exception {
    start(ServerPolicy.standard("orders"), (request, response) -> {
      AsyncContext async = request.startAsync();
      async.start(() -> {
        try {
          async.getResponse().getWriter().print("later");
        } catch (IOException failure) {
          throw new java.io.UncheckedIOException(failure);
        }
        async.complete();
      });
    });

    HttpResponse<String> answer = get("evenkeel-timeout-ms", "20000");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("later");
  }

  @Test
  void dispatchedCycle_isOneCall() throws Exception {
    ServerPolicy policy =
        ServerPolicy.builder("orders").limits(ConcurrencyLimit.of(1)).build();
    start(policy, (request, response) -> {
      if (request.getDispatcherType() == DispatcherType.ASYNC) {
        response.getWriter().print("dispatched");
      } else {
        AsyncContext async = request.startAsync();
        async.start(async::dispatch);
      }
    });

    for (int i = 0; i < 3; i++) {
      assertThat(get("evenkeel-timeout-ms", "20000").body()).isEqualTo("dispatched");
    }
  }

  @Test
  void limitHoldsForAnAsynchronousCycle_untilItHasEnded() throws Exception {
    AtomicReference<AsyncContext> open = new AtomicReference<>();
    CountDownLatch started = new CountDownLatch(1);
    ServerPolicy policy =
        ServerPolicy.builder("orders").limits(ConcurrencyLimit.of(1)).build();
    start(policy, (request, response) -> {
      if (open.compareAndSet(null, request.startAsync())) {
        open.get().setTimeout(0);
        started.countDown();
      } else {
        request.getAsyncContext().complete();
      }
    });
    CompletableFuture<HttpResponse<String>> first =
        client.sendAsync(request(), BodyHandlers.ofString());
    assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();

    HttpResponse<String> refused = get();
    open.get().complete();

    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    assertThat(refused.headers().firstValue("retry-after-millis")).isPresent();
    assertThat(first.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
  }

  @Test
  void servletsOwnFailure_staysTheContainersBusiness() throws Exception {
    start(ServerPolicy.standard("orders"), (request, response) -> {
      throw new IllegalStateException("bug");
    });

    assertThat(get().statusCode()).isEqualTo(500);
  }

  @Test
  void span_byTheConventions() throws Exception {
    InMemorySpanExporter exporter = InMemorySpanExporter.create();
    OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
        .setTracerProvider(SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build())
        .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
        .build();
    start(
        ServerPolicy.builder("orders")
            .openTelemetry(telemetry)
            .spanMode(SpanMode.ALWAYS)
            .build(),
        (request, response) -> response.setStatus(404));

    get("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (exporter.getFinishedSpanItems().isEmpty() && System.nanoTime() - until < 0) {
      Thread.onSpinWait();
    }

    SpanData span = exporter.getFinishedSpanItems().get(0);
    assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(span.getName()).isEqualTo("GET /jobs/*");
    assertThat(span.getTraceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(span.getAttributes().get(HttpAttributes.HTTP_RESPONSE_STATUS_CODE))
        .isEqualTo(404L);
    assertThat(URI.create("http://x"
                + span.getAttributes().get(io.opentelemetry.semconv.UrlAttributes.URL_PATH))
            .getPath())
        .isEqualTo("/jobs/1");
  }
}
