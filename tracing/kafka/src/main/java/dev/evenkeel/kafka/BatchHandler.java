package dev.evenkeel.kafka;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Handles the records of a consumer in batches.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
@FunctionalInterface
public interface BatchHandler<K, V> {

  /**
   * Handles a batch. When it returns, all of it counts as done. When it throws, none of it does,
   * and it is called again for each of the records alone, which shows whose fault it was: so it
   * must bear to see a record again.
   *
   * @param records one or more of the same partition, in its order
   * @throws Exception if it failed
   */
  void handle(List<ConsumerRecord<K, V>> records) throws Exception;
}
