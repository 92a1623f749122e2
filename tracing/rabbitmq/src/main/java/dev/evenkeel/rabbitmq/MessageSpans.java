package dev.evenkeel.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Connection;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A PRODUCER span for each attempt to publish, a CONSUMER span for each message handled. */
final class MessageSpans {

  private static final Logger LOG = LoggerFactory.getLogger(MessageSpans.class);

  static final String SCOPE = "dev.evenkeel.rabbitmq";

  private final Tracer tracer;
  private final boolean enabled;
  private final @Nullable String address;
  private final int port;

  MessageSpans(OpenTelemetry telemetry, SpanMode mode, Connection connection) {
    tracer = telemetry
        .tracerBuilder(SCOPE)
        .setInstrumentationVersion(version())
        .setSchemaUrl(MessagingNames.SCHEMA)
        .build();
    enabled = mode.makesSpans();
    address = connection.getAddress() == null ? null : connection.getAddress().getHostAddress();
    port = connection.getPort();
  }

  private static String version() {
    String version = MessageSpans.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  boolean isEnabled() {
    return enabled;
  }

  Span publish(
      Context parent, String exchange, String routingKey, BasicProperties properties, int size) {
    if (!enabled) {
      return Span.getInvalid();
    }
    String destination = Semconv.destination(exchange, routingKey);
    SpanBuilder span = tracer
        .spanBuilder(Semconv.PUBLISH + " " + destination)
        .setSpanKind(SpanKind.PRODUCER)
        .setParent(parent)
        .setAttribute(MessagingNames.OPERATION, Semconv.PUBLISH)
        .setAttribute(MessagingNames.OPERATION_TYPE, MessagingNames.SEND);
    return start(span, destination, routingKey, properties, size);
  }

  /** The child of the producer's span, and linked to it. */
  Span process(Context producer, Message message) {
    if (!enabled) {
      return Span.getInvalid();
    }
    String routingKey = message.envelope().getRoutingKey();
    String destination =
        Semconv.destination(message.envelope().getExchange(), routingKey, message.queue());
    SpanBuilder span = tracer
        .spanBuilder(MessagingNames.PROCESS + " " + destination)
        .setSpanKind(SpanKind.CONSUMER)
        .setParent(producer)
        .setAttribute(MessagingNames.OPERATION, MessagingNames.PROCESS)
        .setAttribute(MessagingNames.OPERATION_TYPE, MessagingNames.PROCESS)
        .setAttribute(Semconv.DELIVERY_TAG, message.envelope().getDeliveryTag());
    SpanContext sent = Span.fromContext(producer).getSpanContext();
    if (sent.isValid()) {
      span.addLink(sent);
    }
    return start(span, destination, routingKey, message.properties(), message.size());
  }

  private Span start(
      SpanBuilder span,
      String destination,
      String routingKey,
      BasicProperties properties,
      int size) {
    span.setAttribute(MessagingNames.SYSTEM, Semconv.RABBITMQ)
        .setAttribute(MessagingNames.DESTINATION, destination)
        .setAttribute(MessagingNames.BODY_SIZE, (long) size);
    if (!routingKey.isEmpty()) {
      span.setAttribute(Semconv.ROUTING_KEY, routingKey);
    }
    if (properties.getMessageId() != null) {
      span.setAttribute(MessagingNames.MESSAGE_ID, properties.getMessageId());
    }
    if (properties.getCorrelationId() != null) {
      span.setAttribute(MessagingNames.CONVERSATION_ID, properties.getCorrelationId());
    }
    if (address != null) {
      span.setAttribute(MessagingNames.ADDRESS, address)
          .setAttribute(MessagingNames.PORT, (long) port);
    }
    try {
      return span.startSpan();
    } catch (RuntimeException fault) { // of a span processor: the message goes on without a span
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
