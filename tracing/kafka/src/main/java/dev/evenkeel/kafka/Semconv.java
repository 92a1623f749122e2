package dev.evenkeel.kafka;

import io.opentelemetry.api.common.AttributeKey;

/**
 * What OpenTelemetry's conventions have for Kafka alone; the other names are
 * {@link dev.evenkeel.tracing.messaging.MessagingNames}.
 */
final class Semconv {

  static final String KAFKA = "kafka";

  static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");
  static final AttributeKey<String> KEY = AttributeKey.stringKey("messaging.kafka.message.key");
  static final AttributeKey<Boolean> TOMBSTONE =
      AttributeKey.booleanKey("messaging.kafka.message.tombstone");

  private Semconv() {}
}
