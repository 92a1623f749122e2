package dev.evenkeel.kafka;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Handles the records of a consumer, one at a time.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
@FunctionalInterface
public interface RecordHandler<K, V> {

  /**
   * Handles a record. When it returns, the record counts as done; what it throws, and what becomes
   * of the record then, is in {@link EvenkeelConsumer}. It may be called again with a record that
   * it has seen: deliveries are at least once.
   *
   * @param record the record
   * @throws Exception if it failed
   */
  void handle(ConsumerRecord<K, V> record) throws Exception;
}
