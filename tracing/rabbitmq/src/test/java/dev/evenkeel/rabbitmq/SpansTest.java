package dev.evenkeel.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Connection;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.rabbitmq.StandInBroker.Confirms;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.tracing.SpanMode;
import dev.evenkeel.tracing.messaging.MessagingNames;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One trace from the publisher's caller to the handler. */
@Timeout(60)
class SpansTest {

  private static final byte[] BODY = "paid".getBytes(StandardCharsets.UTF_8);

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final SdkTracerProvider provider = SdkTracerProvider.builder()
      .addSpanProcessor(SimpleSpanProcessor.create(spans))
      .build();
  private final OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
      .setTracerProvider(provider)
      .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
      .build();
  private StandInBroker broker;
  private Connection connection;

  @BeforeEach
  void start() throws Exception {
    broker = new StandInBroker();
    broker.queue("orders");
    connection = broker.connect();
  }

  @AfterEach
  void stop() throws Exception {
    broker.close();
    telemetry.close();
  }

  private EvenkeelPublisherBuilder publisher() {
    return EvenkeelPublisher.builder(connection).openTelemetry(telemetry);
  }

  private SpanData only(SpanKind kind) {
    List<SpanData> of = all(kind);
    assertThat(of).hasSize(1);
    return of.get(0);
  }

  private List<SpanData> all(SpanKind kind) {
    return spans.getFinishedSpanItems().stream()
        .filter(span -> span.getKind() == kind)
        .toList();
  }

  @Test
  @SuppressWarnings("try") // opened to be closed
  void messageThatIsHandled_isOneTraceAndLinked() throws Exception {
    AtomicReference<String> inHandler = new AtomicReference<>();
    Span outer = telemetry.getTracer("test").spanBuilder("order").startSpan();
    try (EvenkeelConsumer consumer = EvenkeelConsumer.builder(
                connection,
                "orders",
                message -> inHandler.set(Span.current().getSpanContext().getSpanId()))
            .openTelemetry(telemetry)
            .build()
            .start();
        EvenkeelPublisher publisher = publisher().build();
        Scope scope = outer.makeCurrent()) {
      publisher.publish(
          "",
          "orders",
          new BasicProperties.Builder().messageId("m-1").correlationId("c-1").build(),
          BODY);
      StandInBroker.await("handled", () -> !all(SpanKind.CONSUMER).isEmpty());
    }
    SpanData sent = only(SpanKind.PRODUCER);
    SpanData processed = only(SpanKind.CONSUMER);
    assertThat(sent.getTraceId()).isEqualTo(outer.getSpanContext().getTraceId());
    assertThat(sent.getParentSpanId()).isEqualTo(outer.getSpanContext().getSpanId());
    assertThat(processed.getTraceId()).isEqualTo(sent.getTraceId());
    assertThat(processed.getParentSpanId()).isEqualTo(sent.getSpanId());
    assertThat(processed.getLinks())
        .singleElement()
        .satisfies(
            link -> assertThat(link.getSpanContext().getSpanId()).isEqualTo(sent.getSpanId()));
    assertThat(inHandler).hasValue(processed.getSpanId());
    assertThat(sent.getName()).isEqualTo("publish orders");
    assertThat(processed.getName()).isEqualTo("process orders");
    assertThat(sent.getInstrumentationScopeInfo().getSchemaUrl()).isEqualTo(MessagingNames.SCHEMA);
    for (SpanData span : List.of(sent, processed)) {
      assertThat(span.getAttributes().get(MessagingNames.SYSTEM)).isEqualTo("rabbitmq");
      assertThat(span.getAttributes().get(MessagingNames.DESTINATION)).isEqualTo("orders");
      assertThat(span.getAttributes().get(Semconv.ROUTING_KEY)).isEqualTo("orders");
      assertThat(span.getAttributes().get(MessagingNames.MESSAGE_ID)).isEqualTo("m-1");
      assertThat(span.getAttributes().get(MessagingNames.CONVERSATION_ID)).isEqualTo("c-1");
      assertThat(span.getAttributes().get(MessagingNames.BODY_SIZE)).isEqualTo(4);
      assertThat(span.getAttributes().get(MessagingNames.ADDRESS)).isNotBlank();
      assertThat(span.getStatus()).isEqualTo(StatusData.unset());
    }
    assertThat(processed.getAttributes().get(Semconv.DELIVERY_TAG)).isOne();
  }

  @Test
  void attempts_haveASpanEach() {
    broker.confirms = Confirms.NACK;
    try (EvenkeelPublisher publisher =
        publisher().pipeline(Pipeline.of("broker", Retry.jittered(2))).build()) {
      assertThat(catchThrowable(() -> publisher.publish("", "orders", null, BODY)))
          .isNotNull();
    }
    assertThat(all(SpanKind.PRODUCER)).hasSize(2).allSatisfy(span -> {
      assertThat(span.getAttributes().get(MessagingNames.ERROR)).isEqualTo("nacked");
      assertThat(span.getStatus()).isEqualTo(StatusData.error());
    });
  }

  @Test
  void unknown_isSaidOnTheSpan() {
    broker.confirms = Confirms.SILENCE;
    try (EvenkeelPublisher publisher =
        publisher().confirmTimeout(Duration.ofMillis(50)).build()) {
      assertThat(catchThrowable(() -> publisher.publish("", "orders", null, BODY)))
          .isNotNull();
    }
    assertThat(only(SpanKind.PRODUCER).getAttributes().get(MessagingNames.ERROR))
        .isEqualTo("timeout");
  }

  @Test
  void failureOfTheHandler_isTheSpansError() {
    broker.put("orders", "1");
    try (EvenkeelConsumer consumer = EvenkeelConsumer.builder(connection, "orders", message -> {
          throw new IllegalStateException("on purpose");
        })
        .openTelemetry(telemetry)
        .build()
        .start()) {
      StandInBroker.await("handled", () -> !all(SpanKind.CONSUMER).isEmpty());
      assertThat(consumer.figures().failed()).isOne();
    }
    assertThat(only(SpanKind.CONSUMER).getAttributes().get(MessagingNames.ERROR))
        .isEqualTo("java.lang.IllegalStateException");
    assertThat(only(SpanKind.CONSUMER).getLinks()).isEmpty();
  }

  @Test
  void expiredMessage_hasASpanThatSaysSo_inItsPublishersTrace() {
    Map<String, Object> headers = Map.of(
        "traceparent",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "evenkeel-deadline",
        "1000");
    broker.put("orders", new BasicProperties.Builder().headers(headers).build(), "late");
    try (EvenkeelConsumer consumer = EvenkeelConsumer.builder(connection, "orders", message -> {})
        .openTelemetry(telemetry)
        .build()
        .start()) {
      StandInBroker.await("expired", () -> consumer.figures().expired() == 1);
    }
    assertThat(only(SpanKind.CONSUMER).getAttributes().get(MessagingNames.ERROR))
        .isEqualTo("expired");
    assertThat(only(SpanKind.CONSUMER).getParentSpanId()).isEqualTo("b7ad6b7169203331");
  }

  @Test
  @SuppressWarnings("try") // opened to be closed
  void never_makesNoSpanAndCarriesTheTraceAllTheSame() throws Exception {
    Span outer = telemetry.getTracer("test").spanBuilder("order").startSpan();
    try (EvenkeelPublisher publisher = publisher().spanMode(SpanMode.NEVER).build()) {
      try (Scope unused = outer.makeCurrent()) {
        publisher.publish("", "orders", null, BODY);
      }
    }
    outer.end();
    assertThat(all(SpanKind.PRODUCER)).isEmpty();
    assertThat(broker.lastPublished().properties.getHeaders().get("traceparent").toString())
        .contains(outer.getSpanContext().getSpanId());
  }
}
