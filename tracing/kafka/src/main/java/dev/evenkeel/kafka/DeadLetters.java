package dev.evenkeel.kafka;

import dev.evenkeel.core.Checks;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * The topic for what cannot be handled: records that fail again and again, that have expired, or
 * that cannot be read, which go there as the bytes they are. Their headers go with them, and these
 * are added: {@code evenkeel-dead-letter-topic}, {@code -partition}, {@code -offset},
 * {@code -reason} ({@code failed}, {@code expired}, {@code unreadable}), {@code -failures} and, if
 * there was one, {@code -exception}, the class of the last failure.
 *
 * <p>A record counts as done when the broker has acknowledged it there; until then it is tried
 * again, and its partition waits. It may so come there twice. Thread-safe, as the producer and the
 * serializers must be if several consumers share them.
 *
 * @param <K> the type of the consumer's keys
 * @param <V> the type of the consumer's values
 */
public final class DeadLetters<K, V> {

  private static final String PREFIX = "evenkeel-dead-letter-";
  private static final long SEND_MILLIS = 30_000;

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final Serializer<K> keys;
  private final Serializer<V> values;

  private DeadLetters(
      Producer<byte[], byte[]> producer, String topic, Serializer<K> keys, Serializer<V> values) {
    this.producer = producer;
    this.topic = topic;
    this.keys = keys;
    this.values = values;
  }

  /**
   * A topic for dead letters.
   *
   * @param producer sends them; a plain one, or an {@link EvenkeelProducer}; closed by whoever made
   *     it
   * @param topic where to
   * @param keys write the keys that the consumer has read
   * @param values write the values that the consumer has read
   * @param <K> the type of the consumer's keys
   * @param <V> the type of the consumer's values
   * @return the topic
   */
  public static <K, V> DeadLetters<K, V> to(
      Producer<byte[], byte[]> producer, String topic, Serializer<K> keys, Serializer<V> values) {
    return new DeadLetters<>(
        Checks.notNull("producer", producer),
        Checks.name("topic", topic),
        Checks.notNull("keys", keys),
        Checks.notNull("values", values));
  }

  /** Sends one, and waits until the broker has it. */
  void send(Entry<K, V> entry) throws Exception {
    ProducerRecord<byte[], byte[]> letter;
    ConsumerRecord<K, V> record = entry.record;
    if (record == null) {
      RecordDeserializationException unreadable = Objects.requireNonNull(entry.unreadable);
      letter = letter(
          bytes(unreadable.keyBuffer()), bytes(unreadable.valueBuffer()), unreadable.headers());
    } else {
      String from = record.topic();
      letter = letter(
          keys.serialize(from, record.headers(), record.key()),
          values.serialize(from, record.headers(), record.value()),
          record.headers());
    }
    Headers headers = letter.headers();
    put(headers, "topic", entry.partition.topic());
    put(headers, "partition", Integer.toString(entry.partition.partition()));
    put(headers, "offset", Long.toString(entry.offset));
    put(headers, "reason", record == null ? "unreadable" : entry.expired ? "expired" : "failed");
    put(headers, "failures", Integer.toString(entry.failures));
    if (entry.why != null) {
      put(headers, "exception", entry.why.getClass().getName());
    }
    var unused = producer.send(letter).get(SEND_MILLIS, TimeUnit.MILLISECONDS);
  }

  private ProducerRecord<byte[], byte[]> letter(
      byte @Nullable [] key, byte @Nullable [] value, @Nullable Headers headers) {
    return headers == null
        ? new ProducerRecord<>(topic, key, value)
        : new ProducerRecord<>(topic, null, null, key, value, headers);
  }

  private static void put(Headers headers, String name, String value) {
    RecordHeaders.put(headers, PREFIX + name, value);
  }

  private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  @Override
  public String toString() {
    return "DeadLetters(" + topic + ")";
  }
}
