package dev.evenkeel.examples.journey;

import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static io.opentelemetry.sdk.testing.assertj.OpenTelemetryAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.http.EvenkeelFilter;
import dev.evenkeel.http.EvenkeelHttpClient;
import dev.evenkeel.jdbc.EvenkeelDataSource;
import dev.evenkeel.rabbitmq.EvenkeelConsumer;
import dev.evenkeel.rabbitmq.EvenkeelPublisher;
import dev.evenkeel.rabbitmq.Message;
import dev.evenkeel.tracing.server.ServerPolicy;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.assertj.TracesAssert;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From an HTTP client through a server and a queue into a database, in this JVM: one trace. */
@Timeout(300)
class OneTraceTest {

  private static final String QUEUE = "orders";

  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
      .setTracerProvider(SdkTracerProvider.builder()
          .addSpanProcessor(SimpleSpanProcessor.create(exporter))
          .build())
      .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
      .build();
  private final JdbcDataSource database = new JdbcDataSource();
  private final EvenkeelDataSource source =
      EvenkeelDataSource.builder(database).openTelemetry(telemetry).build();
  private final AtomicReference<Deadline> deadline = new AtomicReference<>();
  private final CompletableFuture<Void> stored = new CompletableFuture<>();

  @Test
  @SuppressWarnings("try") // opened to be closed
  void fromHttpThroughTheQueueIntoTheDatabase_isOneTrace() throws Exception {
    database.setURL("jdbc:h2:mem:one-trace;DB_CLOSE_DELAY=-1");
    try (var setup = DriverManager.getConnection(database.getURL());
        Statement statement = setup.createStatement()) {
      statement.execute("CREATE TABLE shipments (id VARCHAR(64) PRIMARY KEY)");
    }
    ExecutorService threads = Executors.newCachedThreadPool();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    try (telemetry;
        QpidBroker broker = QpidBroker.start();
        Connection connection = Servers.connect(broker.uri())) {
      try (Channel channel = connection.createChannel()) {
        channel.queueDeclare(QUEUE, true, false, false, Map.of());
      }
      try (EvenkeelPublisher publisher =
              EvenkeelPublisher.builder(connection).openTelemetry(telemetry).build();
          EvenkeelConsumer consumer = EvenkeelConsumer.builder(connection, QUEUE, this::store)
              .pipeline(Pipeline.of("shipments"))
              .openTelemetry(telemetry)
              .build()
              .start()) {
        server
            .createContext("/orders", exchange -> accept(exchange, publisher))
            .getFilters()
            .add(EvenkeelFilter.with(
                ServerPolicy.builder("orders").openTelemetry(telemetry).build()));
        server.start();
        order(server.getAddress().getPort());
        stored.get(2, TimeUnit.MINUTES);
      } // which waits for the handler, and so for its span
      assertIsOneTrace(sorted());
    } finally {
      server.stop(0);
      threads.shutdownNow();
      assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }
    assertThat(deadline.get().remaining())
        .as("the client's deadline, in the handler")
        .isLessThan(Duration.ofMinutes(5));
  }

  private void order(int port) throws Exception {
    HttpClient client = EvenkeelHttpClient.builder(HttpClient.newHttpClient())
        .openTelemetry(telemetry)
        .build();
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/orders"))
        .POST(HttpRequest.BodyPublishers.ofString("order-7"))
        .build();
    int status = Deadline.after(Duration.ofMinutes(5))
        .call(() -> client.send(request, BodyHandlers.discarding()))
        .statusCode();
    assertThat(status).isEqualTo(202);
  }

  private static void accept(HttpExchange exchange, EvenkeelPublisher publisher)
      throws IOException {
    try (exchange) {
      publisher.publish("", QUEUE, null, exchange.getRequestBody().readAllBytes());
      exchange.sendResponseHeaders(202, -1);
    } catch (InterruptedException stop) {
      throw (IOException) new InterruptedIOException("stopped").initCause(stop);
    }
  }

  private void store(Message message) throws Exception {
    deadline.set(Deadline.current());
    try (java.sql.Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO shipments (id) VALUES (?)")) {
        insert.setString(1, new String(message.body(), StandardCharsets.UTF_8));
        insert.executeUpdate();
      }
      connection.commit();
    }
    stored.complete(null);
  }

  /** By their parents: who causes another comes before it. */
  private List<SpanData> sorted() {
    List<SpanData> left = new ArrayList<>(exporter.getFinishedSpanItems());
    List<SpanData> sorted = new ArrayList<>();
    String parent = "0000000000000000";
    while (!left.isEmpty()) {
      String above = parent;
      SpanData next = left.stream()
          .filter(span -> Objects.equals(span.getParentSpanId(), above))
          .findFirst()
          .orElseThrow(() -> new AssertionError("not below one another: " + left));
      left.remove(next);
      sorted.add(next);
      parent = next.getSpanId();
    }
    return sorted;
  }

  private static void assertIsOneTrace(List<SpanData> spans) {
    TracesAssert.assertThat(List.of(spans))
        .hasTracesSatisfyingExactly(trace -> trace.hasSpansSatisfyingExactly(
            span -> span.hasName("POST").hasKind(SpanKind.CLIENT).hasNoParent(),
            span ->
                span.hasName("POST /orders").hasKind(SpanKind.SERVER).hasParent(trace.getSpan(0)),
            span -> span.hasName("publish orders")
                .hasKind(SpanKind.PRODUCER)
                .hasParent(trace.getSpan(1)),
            span -> span.hasName("process orders")
                .hasKind(SpanKind.CONSUMER)
                .hasParent(trace.getSpan(2))
                .hasLinksSatisfying(links -> assertThat(links)
                    .extracting(LinkData::getSpanContext)
                    .extracting("spanId")
                    .containsExactly(spans.get(2).getSpanId())),
            span ->
                span.hasName("transaction").hasKind(SpanKind.INTERNAL).hasParent(trace.getSpan(3)),
            span -> span.hasName("INSERT shipments")
                .hasKind(SpanKind.CLIENT)
                .hasParent(trace.getSpan(4))));
    assertThat(spans.get(5)).hasAttribute(stringKey("db.system.name"), "h2database");
  }
}
