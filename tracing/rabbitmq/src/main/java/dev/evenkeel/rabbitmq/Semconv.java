package dev.evenkeel.rabbitmq;

import io.opentelemetry.api.common.AttributeKey;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The names of OpenTelemetry's conventions for messaging, which are still in development: all of
 * them are here.
 */
final class Semconv {

  static final String SCHEMA = "https://opentelemetry.io/schemas/1.40.0";
  static final String RABBITMQ = "rabbitmq";
  static final String PUBLISH = "publish";
  static final String SEND = "send";
  static final String PROCESS = "process";

  static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
  static final AttributeKey<String> OPERATION = AttributeKey.stringKey("messaging.operation.name");
  static final AttributeKey<String> OPERATION_TYPE =
      AttributeKey.stringKey("messaging.operation.type");
  static final AttributeKey<String> DESTINATION =
      AttributeKey.stringKey("messaging.destination.name");
  static final AttributeKey<String> ROUTING_KEY =
      AttributeKey.stringKey("messaging.rabbitmq.destination.routing_key");
  static final AttributeKey<Long> DELIVERY_TAG =
      AttributeKey.longKey("messaging.rabbitmq.message.delivery_tag");
  static final AttributeKey<String> MESSAGE_ID = AttributeKey.stringKey("messaging.message.id");
  static final AttributeKey<String> CONVERSATION_ID =
      AttributeKey.stringKey("messaging.message.conversation_id");
  static final AttributeKey<Long> BODY_SIZE = AttributeKey.longKey("messaging.message.body.size");
  static final AttributeKey<String> ADDRESS = AttributeKey.stringKey("server.address");
  static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");
  static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

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
