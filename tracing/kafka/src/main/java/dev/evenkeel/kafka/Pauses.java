package dev.evenkeel.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Why partitions are paused: a set of reasons for each, so that one that ends does not end another.
 * Kafka forgets a pause when a partition is assigned anew, so they are applied again whenever there
 * is an assignment, and before every poll. Reasons may be given on any thread, and are applied on
 * the one that polls.
 */
final class Pauses {

  private final Set<TopicPartition> byUser = ConcurrentHashMap.newKeySet();
  private final Set<TopicPartition> unreadable = ConcurrentHashMap.newKeySet();
  private volatile boolean away;

  void byUser(Collection<TopicPartition> partitions, boolean paused) {
    if (paused) {
      byUser.addAll(partitions);
    } else {
      byUser.removeAll(partitions);
    }
  }

  boolean isByUser(TopicPartition partition) {
    return byUser.contains(partition);
  }

  /** What the handler needs is away: all partitions, also those that come meanwhile. */
  void away(boolean paused) {
    away = paused;
  }

  /** A record cannot be read, and must not be passed over. */
  void unreadable(TopicPartition partition) {
    unreadable.add(partition);
  }

  /** They begin anew elsewhere. The user's reasons stay: they are for the partition. */
  void gone(Collection<TopicPartition> partitions) {
    unreadable.removeAll(partitions);
  }

  /**
   * Pauses and resumes what is assigned.
   *
   * @param wantsMore whether there is room for more of a partition
   */
  void apply(Consumer<?, ?> consumer, Predicate<TopicPartition> wantsMore) {
    Set<TopicPartition> paused = consumer.paused();
    List<TopicPartition> toPause = new ArrayList<>();
    List<TopicPartition> toResume = new ArrayList<>();
    for (TopicPartition partition : consumer.assignment()) {
      boolean wanted = away
          || byUser.contains(partition)
          || unreadable.contains(partition)
          || !wantsMore.test(partition);
      if (wanted != paused.contains(partition)) {
        (wanted ? toPause : toResume).add(partition);
      }
    }
    if (!toPause.isEmpty()) {
      consumer.pause(toPause);
    }
    if (!toResume.isEmpty()) {
      consumer.resume(toResume);
    }
  }
}
