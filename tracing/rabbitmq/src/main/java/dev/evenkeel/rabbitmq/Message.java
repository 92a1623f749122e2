package dev.evenkeel.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A message as a handler gets it. Immutable but for the bytes of its body. */
public final class Message {

  private final String queue;
  private final Envelope envelope;
  private final BasicProperties properties;
  private final byte[] body;

  Message(String queue, Envelope envelope, BasicProperties properties, byte[] body) {
    this.queue = queue;
    this.envelope = envelope;
    this.properties = properties;
    this.body = body;
  }

  /**
   * The queue it came from.
   *
   * @return its name
   */
  public String queue() {
    return queue;
  }

  /**
   * Exchange, routing key, delivery tag.
   *
   * @return the client's own
   */
  public Envelope envelope() {
    return envelope;
  }

  /**
   * The properties.
   *
   * @return the client's own; texts among the headers are of its type {@code LongString}
   */
  public BasicProperties properties() {
    return properties;
  }

  /**
   * The headers.
   *
   * @return empty if there are none
   */
  public Map<String, Object> headers() {
    return MessageHeaders.headersOf(properties);
  }

  /**
   * The body itself, not a copy.
   *
   * @return its bytes
   */
  public byte[] body() {
    return body;
  }

  int size() {
    return body.length;
  }

  /**
   * The key by which a message that comes twice is recognised.
   *
   * @return null if its publisher gave none
   */
  public @Nullable String idempotencyKey() {
    return MessageHeaders.idempotencyKey(properties);
  }

  /**
   * How often it has been delivered before, as the broker counts it: quorum queues do, others do
   * not.
   *
   * @return empty if that is not known
   */
  public OptionalLong deliveryCount() {
    return MessageHeaders.deliveryCount(properties);
  }

  /**
   * Whether it may have been handled before, here or elsewhere.
   *
   * @return true if it was delivered before
   */
  public boolean isRedelivered() {
    return envelope.isRedeliver();
  }

  @Override
  public String toString() {
    return "Message(" + queue + ", " + envelope + ", " + body.length + " bytes)";
  }
}
