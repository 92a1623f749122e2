package dev.evenkeel.kafka;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One partition: what was fetched and is not done, in its order, and how far it may be committed.
 * Guarded by the lock of its {@link Lanes}.
 */
final class Lane<K, V> {

  private static final long NOTHING = -1;

  final TopicPartition partition;
  final Deque<Entry<K, V>> entries = new ArrayDeque<>();

  /** Nothing more is taken from it: it goes to another consumer. */
  boolean leaving;

  /** Counts the calls made while its first record is known to fail, to take turns. */
  int turns;

  private long doneUpTo = NOTHING;
  private Optional<Integer> epoch = Optional.empty();
  private long committedUpTo = NOTHING;

  Lane(TopicPartition partition) {
    this.partition = partition;
  }

  /** Moves on over what is done. */
  void trim() {
    Entry<K, V> first = entries.peekFirst();
    while (first != null && first.state == Entry.State.DONE) {
      doneUpTo = first.offset + 1;
      epoch = first.leaderEpoch();
      entries.removeFirst();
      first = entries.peekFirst();
    }
  }

  /** What may be committed; null if nothing is done. */
  @Nullable OffsetAndMetadata done() {
    return doneUpTo == NOTHING ? null : new OffsetAndMetadata(doneUpTo, epoch, "");
  }

  boolean isToBeCommitted() {
    return doneUpTo > committedUpTo;
  }

  void committing() {
    committedUpTo = doneUpTo;
  }

  void notCommitted() {
    committedUpTo = NOTHING;
  }
}
