package dev.evenkeel.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * Kafka's own mock, with a topic behind it: what was put there is fetched again by whoever is
 * assigned its partition, from what was committed on. A poll waits a little if there is nothing.
 */
final class StandInConsumer extends MockConsumer<String, String> {

  static final String TOPIC = "orders";
  private static final long WAIT_MILLIS = 20;

  private final Map<TopicPartition, List<ConsumerRecord<String, String>>> topic = new HashMap<>();
  private final Map<TopicPartition, Long> committed = new HashMap<>();
  private long polls;

  StandInConsumer() {
    super("earliest");
  }

  static TopicPartition partition(int number) {
    return new TopicPartition(TOPIC, number);
  }

  @Override
  @SuppressWarnings("WaitNotInLoop") // whoever polls looks again anyway
  public synchronized ConsumerRecords<String, String> poll(Duration timeout) {
    polls++;
    ConsumerRecords<String, String> records = super.poll(timeout);
    if (records.isEmpty() && !timeout.isZero()) {
      try {
        wait(Math.min(WAIT_MILLIS, timeout.toMillis()));
      } catch (InterruptedException stop) {
        throw new InterruptException(stop);
      }
    }
    return records;
  }

  @Override
  public synchronized void wakeup() {
    super.wakeup();
    notifyAll();
  }

  @Override
  public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
    super.commitSync(offsets);
    offsets.forEach((partition, offset) -> committed.put(partition, offset.offset()));
  }

  @Override
  public synchronized void commitAsync(
      Map<TopicPartition, OffsetAndMetadata> offsets,
      org.apache.kafka.clients.consumer.OffsetCommitCallback callback) {
    super.commitAsync(offsets, callback);
    offsets.forEach((partition, offset) -> committed.put(partition, offset.offset()));
  }

  synchronized long polls() {
    return polls;
  }

  /** The offset from which on the next consumer would read. */
  synchronized long committed(int partition) {
    return committed.getOrDefault(partition(partition), 0L);
  }

  synchronized boolean isPaused(int partition) {
    return paused().contains(partition(partition));
  }

  /** On the thread that polls, as Kafka does it. */
  void assign(int... partitions) {
    Set<TopicPartition> all = Set.copyOf(
        Arrays.stream(partitions).mapToObj(StandInConsumer::partition).toList());
    onPoll(() -> {
      Map<TopicPartition, Long> beginnings = new HashMap<>();
      all.forEach(partition -> beginnings.put(partition, 0L));
      updateBeginningOffsets(beginnings);
      rebalance(all);
      all.forEach(this::fetchAgain);
    });
  }

  /** Others have them already. */
  void lose(int partition) {
    onPoll(() -> losePartitions(List.of(partition(partition))));
  }

  /** In one step: while a task waits for what is in hand, nobody else gets in here. */
  synchronized void onPoll(Runnable task) {
    schedulePollTask(task);
    notifyAll();
  }

  private void fetchAgain(TopicPartition partition) {
    if (assignment().contains(partition)) {
      topic.getOrDefault(partition, List.of()).forEach(this::addRecord);
    }
  }

  void put(int partition, int from, int to) {
    List<String> values = new ArrayList<>();
    for (int i = from; i < to; i++) {
      values.add(Integer.toString(i));
    }
    put(partition, values, new RecordHeaders(), System.currentTimeMillis());
  }

  /** Appends to a partition. */
  void put(int partition, Collection<String> values, Headers headers, long timestamp) {
    onPoll(() -> {
      List<ConsumerRecord<String, String>> log =
          topic.computeIfAbsent(partition(partition), none -> new ArrayList<>());
      for (String value : values) {
        ConsumerRecord<String, String> record = new ConsumerRecord<>(
            TOPIC,
            partition,
            log.size(),
            timestamp,
            TimestampType.CREATE_TIME,
            0,
            value.length(),
            "key-" + value,
            value,
            new RecordHeaders(headers),
            Optional.empty());
        log.add(record);
        if (assignment().contains(partition(partition))) {
          addRecord(record);
        }
      }
    });
  }

  static Headers headers(String... namesAndValues) {
    RecordHeaders headers = new RecordHeaders();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1].getBytes(StandardCharsets.UTF_8));
    }
    return headers;
  }

  static void await(String what, BooleanSupplier condition) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - until > 0) {
        throw new AssertionError("not within 60 s: " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }
}
