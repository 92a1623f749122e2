package dev.evenkeel.kafka;

import static dev.evenkeel.kafka.StandInConsumer.await;
import static dev.evenkeel.kafka.StandInConsumer.headers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Pipeline;
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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One trace from the producer's caller to the handler. */
@Timeout(120)
class SpansTest {

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final SdkTracerProvider provider = SdkTracerProvider.builder()
      .addSpanProcessor(SimpleSpanProcessor.create(spans))
      .build();
  private final OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
      .setTracerProvider(provider)
      .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
      .build();
  private final StandInConsumer consumer = new StandInConsumer();
  private final MockProducer<String, String> producer =
      new MockProducer<>(false, null, new StringSerializer(), new StringSerializer());

  @AfterEach
  void stop() {
    telemetry.close();
  }

  private List<SpanData> all(SpanKind kind) {
    return spans.getFinishedSpanItems().stream()
        .filter(span -> span.getKind() == kind)
        .toList();
  }

  private SpanData only(SpanKind kind) {
    await("a span", () -> !all(kind).isEmpty());
    assertThat(all(kind)).hasSize(1);
    return all(kind).get(0);
  }

  private EvenkeelConsumerBuilder<String, String> consumer() {
    consumer.assign(0);
    EvenkeelConsumerBuilder<String, String> builder =
        EvenkeelConsumer.over(consumer, StandInConsumer.TOPIC);
    return builder.openTelemetry(telemetry).onFailure(FailureAction.SKIP).maxFailures(1);
  }

  private static String parent(int number) {
    return String.format("00-0af7651916cd43dd8448eb211c80319c-00000000000000%02x-01", number);
  }

  @Test
  @SuppressWarnings("try") // opened to be closed
  void recordThatIsHandled_isOneTraceAndLinked() {
    EvenkeelProducer<String, String> sender =
        EvenkeelProducer.builder(producer).openTelemetry(telemetry).build();
    Span caller = provider.get("test").spanBuilder("caller").startSpan();
    CompletableFuture<RecordMetadata> sent;
    try (Scope scope = caller.makeCurrent()) {
      sent = sender.send(new ProducerRecord<>("orders", "k", "paid"));
    }
    assertThat(producer.completeNext()).isTrue();
    await("it ends", sent::isDone);
    caller.end();
    Header traceparent = producer.history().get(0).headers().lastHeader("traceparent");
    AtomicReference<String> trace = new AtomicReference<>();
    try (var unused = consumer()
        .handler(record -> trace.set(Span.current().getSpanContext().getTraceId()))
        .build()
        .start()) {
      consumer.put(
          0,
          List.of("paid"),
          headers("traceparent", new String(traceparent.value(), StandardCharsets.UTF_8)),
          System.currentTimeMillis());
      SpanData processed = only(SpanKind.CONSUMER);
      SpanData produced = only(SpanKind.PRODUCER);
      assertThat(produced.getName()).isEqualTo("send orders");
      assertThat(produced.getParentSpanId()).isEqualTo(caller.getSpanContext().getSpanId());
      assertThat(produced.getInstrumentationScopeInfo().getSchemaUrl())
          .isEqualTo(MessagingNames.SCHEMA);
      assertThat(processed.getName()).isEqualTo("process orders");
      assertThat(processed.getParentSpanId()).isEqualTo(produced.getSpanId());
      assertThat(processed.getLinks().get(0).getSpanContext().getSpanId())
          .isEqualTo(produced.getSpanId());
      assertThat(trace.get()).isEqualTo(caller.getSpanContext().getTraceId());
      for (SpanData span : List.of(produced, processed)) {
        assertThat(span.getTraceId()).isEqualTo(caller.getSpanContext().getTraceId());
        assertThat(span.getAttributes().get(MessagingNames.SYSTEM)).isEqualTo("kafka");
        assertThat(span.getAttributes().get(MessagingNames.DESTINATION)).isEqualTo("orders");
        assertThat(span.getAttributes().get(MessagingNames.PARTITION)).isEqualTo("0");
        assertThat(span.getAttributes().get(Semconv.OFFSET)).isZero();
      }
      assertThat(produced.getAttributes().get(Semconv.KEY)).isEqualTo("k");
      assertThat(processed.getAttributes().get(MessagingNames.GROUP)).isNotBlank();
      assertThat(processed.getStatus()).isEqualTo(StatusData.unset());
    }
  }

  @Test
  @SuppressWarnings("try") // opened to be closed
  void batch_isOneSpanWithLinks() {
    List<Integer> sizes = new CopyOnWriteArrayList<>();
    try (var unused = consumer()
        .batchHandler(
            10, (List<ConsumerRecord<String, String>> records) -> sizes.add(records.size()))
        .build()
        .start()) {
      consumer.onPoll(() -> {
        for (int i = 1; i <= 3; i++) {
          ConsumerRecord<String, String> record =
              new ConsumerRecord<>("orders", 0, i - 1, "k", "v");
          record.headers().add("traceparent", parent(i).getBytes(StandardCharsets.UTF_8));
          consumer.addRecord(record);
        }
      });
      SpanData processed = only(SpanKind.CONSUMER);
      assertThat(sizes).containsExactly(3);
      assertThat(processed.getLinks()).hasSize(3);
      assertThat(processed.getLinks())
          .extracting(link -> link.getSpanContext().getSpanId())
          .containsExactly("0000000000000001", "0000000000000002", "0000000000000003");
      assertThat(processed.getAttributes().get(MessagingNames.BATCH_COUNT)).isEqualTo(3);
      assertThat(processed.getParentSpanContext().isValid()).isFalse();
    }
  }

  @Test
  @SuppressWarnings("try") // opened to be closed
  void failures_areOnTheSpans() {
    EvenkeelProducer<String, String> sender =
        EvenkeelProducer.builder(producer).openTelemetry(telemetry).build();
    CompletableFuture<RecordMetadata> sent = sender.send(new ProducerRecord<>("orders", null));
    producer.errorNext(new NetworkException("cut"));
    await("it ends", sent::isDone);
    SpanData produced = only(SpanKind.PRODUCER);
    assertThat(produced.getAttributes().get(MessagingNames.ERROR))
        .isEqualTo(NetworkException.class.getName());
    assertThat(produced.getAttributes().get(Semconv.TOMBSTONE)).isTrue();
    try (var unused = consumer()
        .handler(record -> {
          throw new IllegalStateException("on purpose");
        })
        .build()
        .start()) {
      consumer.put(0, 0, 1);
      assertThat(only(SpanKind.CONSUMER).getAttributes().get(MessagingNames.ERROR))
          .isEqualTo(IllegalStateException.class.getName());
    }
  }

  @Test
  @SuppressWarnings("try") // opened to be closed
  void expiredRecord_hasASpanThatSaysSo() {
    try (var unused =
        consumer().onExpired(ExpiredAction.DROP).handler(record -> {}).build().start()) {
      consumer.put(
          0, List.of("1"), headers("traceparent", parent(1), "evenkeel-deadline", "1000"), 0);
      SpanData processed = only(SpanKind.CONSUMER);
      assertThat(processed.getAttributes().get(MessagingNames.ERROR)).isEqualTo("expired");
      assertThat(processed.getParentSpanId()).isEqualTo("0000000000000001");
    }
  }

  @Test
  void recordThatIsCutAtItsDeadline_hasOneSpan() {
    try (var running = consumer()
        .onExpired(ExpiredAction.DROP)
        .pipeline(Pipeline.of("database", dev.evenkeel.core.Timeout.ofMillis(60_000)))
        .handler(record -> new CountDownLatch(1).await())
        .build()
        .start()) {
      consumer.put(
          0, List.of("1"), headers("traceparent", parent(1), "evenkeel-timeout-ms", "500"), 0);
      await("committed", () -> consumer.committed(0) == 1);
      assertThat(running.figures().expired()).isOne();
      assertThat(only(SpanKind.CONSUMER).getAttributes().get(MessagingNames.ERROR))
          .isEqualTo("expired");
    }
  }

  @Test
  void never_makesNoSpansAndReadsNoTrace_butTheDeadline() {
    AtomicReference<Span> seen = new AtomicReference<>();
    try (var running = consumer()
        .spanMode(SpanMode.NEVER)
        .handler(record -> seen.set(Span.current()))
        .build()
        .start()) {
      consumer.put(0, List.of("1"), headers("traceparent", parent(1)), 0);
      consumer.put(
          0, List.of("2"), headers("traceparent", parent(1), "evenkeel-deadline", "1000"), 0);
      await("one expired", () -> running.figures().expired() == 1);
      assertThat(running.figures().handled()).isOne();
      assertThat(seen.get().getSpanContext().isValid()).isFalse();
    }
    assertThat(spans.getFinishedSpanItems()).isEmpty();
  }
}
