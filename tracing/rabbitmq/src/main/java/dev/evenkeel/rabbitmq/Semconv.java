package dev.evenkeel.rabbitmq;

import io.opentelemetry.api.common.AttributeKey;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What OpenTelemetry's conventions have for RabbitMQ alone; the other names are
 * {@link dev.evenkeel.tracing.messaging.MessagingNames}.
 */
final class Semconv {

  static final String RABBITMQ = "rabbitmq";
  static final String PUBLISH = "publish";

  static final AttributeKey<String> ROUTING_KEY =
      AttributeKey.stringKey("messaging.rabbitmq.destination.routing_key");
  static final AttributeKey<Long> DELIVERY_TAG =
      AttributeKey.longKey("messaging.rabbitmq.message.delivery_tag");

  private static final String DEFAULT_EXCHANGE = "amq.default";

  private Semconv() {}

  /** The parts that are there and not the same, with colons between them. */
  static String destination(String exchange, String... others) {
    Set<String> parts = new LinkedHashSet<>();
    parts.add(exchange);
    for (String other : others) {
      parts.add(other);
    }
    parts.remove("");
    return parts.isEmpty() ? DEFAULT_EXCHANGE : String.join(":", parts);
  }
}
