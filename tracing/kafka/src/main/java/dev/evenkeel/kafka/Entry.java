package dev.evenkeel.kafka;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.jspecify.annotations.Nullable;

/** A record that was fetched, and how far it has come. Guarded by the lock of its {@link Lanes}. */
final class Entry<K, V> {

  /** How far it has come. */
  enum State {
    /** It is to be handled. */
    WAITING,
    /** It is not handled any more: it goes to the dead letters, or is passed over. */
    CONDEMNED,
    /** Nothing is left to do. */
    DONE
  }

  private static final long FIRST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int MOST_DOUBLINGS = 20;

  final TopicPartition partition;
  final long offset;
  final @Nullable ConsumerRecord<K, V> record; // null if it could not be read
  final @Nullable RecordDeserializationException unreadable;

  State state = State.WAITING;
  int failures;
  long firstFailureNanos;
  long notBeforeNanos;
  boolean alone;
  boolean expired;
  long successesSeen;

  @Nullable Throwable why;

  private Entry(
      TopicPartition partition,
      long offset,
      @Nullable ConsumerRecord<K, V> record,
      @Nullable RecordDeserializationException unreadable) {
    this.partition = partition;
    this.offset = offset;
    this.record = record;
    this.unreadable = unreadable;
  }

  static <K, V> Entry<K, V> of(ConsumerRecord<K, V> record, long nowNanos) {
    Entry<K, V> entry = new Entry<>(
        new TopicPartition(record.topic(), record.partition()), record.offset(), record, null);
    entry.notBeforeNanos = nowNanos;
    return entry;
  }

  static <K, V> Entry<K, V> of(RecordDeserializationException unreadable, long nowNanos) {
    Entry<K, V> entry =
        new Entry<>(unreadable.topicPartition(), unreadable.offset(), null, unreadable);
    entry.state = State.CONDEMNED;
    entry.why = unreadable;
    entry.notBeforeNanos = nowNanos;
    return entry;
  }

  Optional<Integer> leaderEpoch() {
    return record == null ? Optional.empty() : record.leaderEpoch();
  }

  /** Whether it is not to be part of a batch. */
  boolean isOnItsOwn() {
    return alone || failures > 0;
  }

  /** Waits for longer after each failure, at random between half of it and all of it. */
  void waitFrom(long nowNanos, long random) {
    int doublings = Math.max(0, Math.min(failures - 1, MOST_DOUBLINGS));
    long whole = Math.min(FIRST_WAIT_NANOS << doublings, LONGEST_WAIT_NANOS);
    long half = whole / 2;
    notBeforeNanos = nowNanos + half + Long.remainderUnsigned(random, whole - half + 1);
  }

  boolean isWaiting() {
    return state == State.WAITING;
  }
}
