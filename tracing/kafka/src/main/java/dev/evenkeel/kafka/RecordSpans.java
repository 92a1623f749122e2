package dev.evenkeel.kafka;

import dev.evenkeel.tracing.SpanMode;
import dev.evenkeel.tracing.messaging.MessagingNames;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PRODUCER span for each attempt to send, a CONSUMER span for each call of a handler: a batch has
 * one, with a link for each of its records.
 */
final class RecordSpans {

  private static final Logger LOG = LoggerFactory.getLogger(RecordSpans.class);

  static final String SCOPE = "dev.evenkeel.kafka";

  private final Tracer tracer;
  private final boolean enabled;

  RecordSpans(OpenTelemetry telemetry, SpanMode mode) {
    tracer = telemetry
        .tracerBuilder(SCOPE)
        .setInstrumentationVersion(version())
        .setSchemaUrl(MessagingNames.SCHEMA)
        .build();
    enabled = mode.makesSpans();
  }

  private static String version() {
    String version = RecordSpans.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  Span send(Context parent, ProducerRecord<?, ?> record) {
    if (!enabled) {
      return Span.getInvalid();
    }
    SpanBuilder span = tracer
        .spanBuilder(MessagingNames.SEND + " " + record.topic())
        .setSpanKind(SpanKind.PRODUCER)
        .setParent(parent)
        .setAttribute(MessagingNames.OPERATION, MessagingNames.SEND)
        .setAttribute(MessagingNames.OPERATION_TYPE, MessagingNames.SEND);
    describe(span, record.topic(), record.key(), record.value() == null);
    if (record.partition() != null) {
      span.setAttribute(MessagingNames.PARTITION, record.partition().toString());
    }
    return start(span);
  }

  /** Where it is, once that is known. */
  static void acknowledged(Span span, RecordMetadata said) {
    span.setAttribute(MessagingNames.PARTITION, Integer.toString(said.partition()));
    if (said.hasOffset()) {
      span.setAttribute(Semconv.OFFSET, said.offset());
    }
  }

  /** The child of the producer's span, and linked to it. */
  Span process(Context producer, ConsumerRecord<?, ?> record, @Nullable String group) {
    if (!enabled) {
      return Span.getInvalid();
    }
    SpanBuilder span = processing(record.topic(), record.partition(), group)
        .setParent(producer)
        .setAttribute(Semconv.OFFSET, record.offset());
    describe(span, record.topic(), record.key(), record.value() == null);
    link(span, producer);
    return start(span);
  }

  /** A span of its own, linked to those of all producers. */
  Span processBatch(List<Context> producers, ConsumerRecord<?, ?> first, @Nullable String group) {
    if (!enabled) {
      return Span.getInvalid();
    }
    SpanBuilder span = processing(first.topic(), first.partition(), group)
        .setParent(Context.current())
        .setAttribute(MessagingNames.SYSTEM, Semconv.KAFKA)
        .setAttribute(MessagingNames.DESTINATION, first.topic())
        .setAttribute(MessagingNames.BATCH_COUNT, (long) producers.size());
    producers.forEach(producer -> link(span, producer));
    return start(span);
  }

  private SpanBuilder processing(String topic, int partition, @Nullable String group) {
    SpanBuilder span = tracer
        .spanBuilder(MessagingNames.PROCESS + " " + topic)
        .setSpanKind(SpanKind.CONSUMER)
        .setAttribute(MessagingNames.OPERATION, MessagingNames.PROCESS)
        .setAttribute(MessagingNames.OPERATION_TYPE, MessagingNames.PROCESS)
        .setAttribute(MessagingNames.PARTITION, Integer.toString(partition));
    return group == null ? span : span.setAttribute(MessagingNames.GROUP, group);
  }

  private static void link(SpanBuilder span, Context producer) {
    SpanContext sent = Span.fromContext(producer).getSpanContext();
    if (sent.isValid()) {
      span.addLink(sent);
    }
  }

  private static void describe(
      SpanBuilder span, String topic, @Nullable Object key, boolean tombstone) {
    span.setAttribute(MessagingNames.SYSTEM, Semconv.KAFKA)
        .setAttribute(MessagingNames.DESTINATION, topic);
    if (key instanceof String || key instanceof Number) {
      span.setAttribute(Semconv.KEY, key.toString());
    }
    if (tombstone) {
      span.setAttribute(Semconv.TOMBSTONE, true);
    }
  }

  private static Span start(SpanBuilder span) {
    try {
      return span.startSpan();
    } catch (RuntimeException fault) { // of a span processor: the record goes on without a span
      LOG.debug("a span was not started", fault);
      return Span.getInvalid();
    }
  }

  /**
   * Ends a span.
   *
   * @param error what is not as it should be; null if all is well, or nobody's fault
   */
  static void end(Span span, @Nullable String error) {
    if (error != null) {
      span.setAttribute(MessagingNames.ERROR, error).setStatus(StatusCode.ERROR);
    }
    try {
      span.end();
    } catch (RuntimeException fault) { // of a span processor
      LOG.debug("a span was not ended", fault);
    }
  }
}
