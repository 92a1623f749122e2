package dev.evenkeel.tracing.messaging;

import io.opentelemetry.api.common.AttributeKey;

/**
 * The names of OpenTelemetry's conventions for messaging that all brokers have. The conventions are
 * still in development: what changes there, changes here.
 */
public final class MessagingNames {

  /** The version of the conventions. */
  public static final String SCHEMA = "https://opentelemetry.io/schemas/1.40.0";

  /** Operation type: one message or more are handed to the broker. */
  public static final String SEND = "send";

  /** Operation, and its type: one message or more are handled. */
  public static final String PROCESS = "process";

  /** Which broker. */
  public static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");

  /** What the broker's own vocabulary calls the operation. */
  public static final AttributeKey<String> OPERATION =
      AttributeKey.stringKey("messaging.operation.name");

  /** What kind of operation it is. */
  public static final AttributeKey<String> OPERATION_TYPE =
      AttributeKey.stringKey("messaging.operation.type");

  /** The queue or topic. */
  public static final AttributeKey<String> DESTINATION =
      AttributeKey.stringKey("messaging.destination.name");

  /** The message's id. */
  public static final AttributeKey<String> MESSAGE_ID =
      AttributeKey.stringKey("messaging.message.id");

  /** What a conversation of messages has in common. */
  public static final AttributeKey<String> CONVERSATION_ID =
      AttributeKey.stringKey("messaging.message.conversation_id");

  /** The size of the body, in bytes. */
  public static final AttributeKey<Long> BODY_SIZE =
      AttributeKey.longKey("messaging.message.body.size");

  /** How many messages a batch has. */
  public static final AttributeKey<Long> BATCH_COUNT =
      AttributeKey.longKey("messaging.batch.message_count");

  /** The partition of the topic. */
  public static final AttributeKey<String> PARTITION =
      AttributeKey.stringKey("messaging.destination.partition.id");

  /** The group of consumers. */
  public static final AttributeKey<String> GROUP =
      AttributeKey.stringKey("messaging.consumer.group.name");

  /** The broker's host. */
  public static final AttributeKey<String> ADDRESS = AttributeKey.stringKey("server.address");

  /** The broker's port. */
  public static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");

  /** What went wrong. */
  public static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  private MessagingNames() {}
}
