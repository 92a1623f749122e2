package dev.evenkeel.kafka;

import dev.evenkeel.core.Kernel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.jspecify.annotations.Nullable;

/**
 * What was fetched and is not done, a {@link Lane} for each partition: says what is handled next,
 * and what a failure means for the record. Records of a partition are handled in its order; one
 * that fails is tried again in its place. When it has failed as often as it may, the one behind it
 * takes turns with it: if that one succeeds, the record is to blame, and is given up. If a breaker
 * opens first, it was not, and all is tried again from there. Thread-safe.
 */
final class Lanes<K, V> {

  /** How many records in a row may be known to fail until the next one is not tried any more. */
  static final int MOST_FAILING = 20;

  /** While what it needs is away a record that fails is seldom passed over: order is worth more. */
  private static final int PROBES_A_TURN = 8;

  private final Kernel kernel;
  private final FailureAction onFailure;
  private final int maxFailures;
  private final long suspicionNanos;
  private final int batch;
  private final Predicate<TopicPartition> held;
  private final Map<TopicPartition, Lane<K, V>> lanes = new LinkedHashMap<>();

  private @Nullable Work<K, V> inHand;
  private int allowance;
  private boolean trial;
  private boolean closed;
  private long holdUntilNanos;
  private long successes;

  /**
   * Creates it.
   *
   * @param held whether the user has paused a partition
   */
  Lanes(ConsumerSettings<K, V> settings, Predicate<TopicPartition> held) {
    kernel = settings.kernel();
    onFailure = settings.onFailure();
    maxFailures = settings.maxFailures();
    suspicionNanos = settings.suspicionNanos();
    batch = settings.batch();
    this.held = held;
    holdUntilNanos = kernel.nanoTime();
  }

  synchronized void add(ConsumerRecords<K, V> records) {
    long now = kernel.nanoTime();
    for (ConsumerRecord<K, V> record : records) {
      Entry<K, V> entry = Entry.of(record, now);
      lane(entry.partition).entries.addLast(entry);
    }
  }

  synchronized void add(RecordDeserializationException unreadable) {
    lane(unreadable.topicPartition()).entries.addLast(Entry.of(unreadable, kernel.nanoTime()));
  }

  private Lane<K, V> lane(TopicPartition partition) {
    return lanes.computeIfAbsent(partition, Lane::new);
  }

  /** Whether more of a partition is to be fetched: nothing is left, or only what fails. */
  synchronized boolean wantsMore(TopicPartition partition) {
    Lane<K, V> lane = lanes.get(partition);
    if (lane == null) {
      return true;
    }
    boolean passes = onFailure != FailureAction.RETRY && lane.entries.size() < MOST_FAILING;
    return lane.entries.stream()
        .allMatch(entry -> passes && entry.isWaiting() && entry.failures >= maxFailures);
  }

  /** Whether there is a record with which to find out whether what it needs is back. */
  synchronized boolean hasProbe() {
    return lanes.values().stream()
        .filter(lane -> !lane.leaving && !held.test(lane.partition))
        .flatMap(lane -> lane.entries.stream())
        .anyMatch(entry -> entry.isWaiting()
            && (entry.failures < maxFailures || onFailure == FailureAction.RETRY));
  }

  /** Allows all that there is. */
  synchronized void allowAll() {
    trial = false;
    allowance = Integer.MAX_VALUE;
  }

  /** Allows so many records and no more. */
  synchronized void allow(int records) {
    trial = false;
    allowance = records;
  }

  /** Allows one record, to find out whether what it needs is back. */
  synchronized void allowTrial() {
    if (inHand == null) {
      trial = true;
      allowance = 1;
    }
  }

  /** Nothing is taken before this time: the pipeline has refused for the moment. */
  synchronized void holdUntil(long atNanos) {
    holdUntilNanos = atNanos;
  }

  /** Ends it: nothing more is taken. */
  synchronized void close() {
    closed = true;
  }

  synchronized boolean isInHand(Collection<TopicPartition> partitions) {
    return inHand != null && partitions.contains(inHand.lane().partition);
  }

  synchronized boolean isInHand() {
    return inHand != null;
  }

  /** What to do next; null if there is nothing for now. One at a time. */
  synchronized @Nullable Work<K, V> take() {
    long now = kernel.nanoTime();
    if (closed || inHand != null || holdUntilNanos - now > 0) {
      return null;
    }
    Work<K, V> best = null;
    for (Lane<K, V> lane : lanes.values()) {
      Work<K, V> next = next(lane, now);
      if (next != null && (best == null || isBetter(next, best))) {
        best = next;
        if (!trial || next.burial()) {
          break;
        }
      }
    }
    if (best == null) {
      return null;
    }
    inHand = best;
    if (!best.burial() && allowance < Integer.MAX_VALUE) {
      allowance -= best.entries().size();
    }
    Lane<K, V> taken = best.lane(); // to the end, so that each partition has its turn
    lanes.remove(taken.partition);
    lanes.put(taken.partition, taken);
    return best;
  }

  /** A probe is what has failed least. */
  private boolean isBetter(Work<K, V> one, Work<K, V> other) {
    return one.entries().get(0).failures < other.entries().get(0).failures;
  }

  private @Nullable Work<K, V> next(Lane<K, V> lane, long now) {
    if (lane.leaving || held.test(lane.partition)) {
      return null;
    }
    Entry<K, V> first = null;
    int failing = 0;
    for (Entry<K, V> entry : lane.entries) {
      if (entry.state == Entry.State.CONDEMNED) {
        return entry.notBeforeNanos - now > 0 ? null : new Work<>(lane, List.of(entry), true);
      }
      if (!entry.isWaiting() || entry.failures < maxFailures || onFailure == FailureAction.RETRY) {
        if (entry.isWaiting()) {
          return first == null || !isTurnOf(lane)
              ? work(lane, entry, first != null, now)
              : work(lane, first, true, now);
        }
        continue;
      }
      first = first == null ? entry : first;
      if (++failing > MOST_FAILING) {
        break;
      }
    }
    return first == null ? null : work(lane, first, true, now);
  }

  /** Whether it is the turn of the first one, which is known to fail. */
  private boolean isTurnOf(Lane<K, V> lane) {
    return trial ? lane.turns % PROBES_A_TURN != PROBES_A_TURN - 1 : lane.turns % 2 == 1;
  }

  private @Nullable Work<K, V> work(Lane<K, V> lane, Entry<K, V> from, boolean single, long now) {
    if (allowance <= 0 || from.notBeforeNanos - now > 0) {
      return null;
    }
    int most = single || trial || from.isOnItsOwn() ? 1 : Math.min(batch, allowance);
    List<Entry<K, V>> taken = new ArrayList<>();
    for (Entry<K, V> entry : lane.entries) {
      if (taken.isEmpty() && !entry.equals(from)) {
        continue;
      }
      if (taken.size() == most || !entry.isWaiting() || (!taken.isEmpty() && entry.isOnItsOwn())) {
        break;
      }
      taken.add(entry);
    }
    return new Work<>(lane, List.copyOf(taken), false);
  }

  /** When there may be something to do without anything else happening; null if not. */
  synchronized @Nullable Long nextDue() {
    long now = kernel.nanoTime();
    Long least = holdUntilNanos - now > 0 ? holdUntilNanos : null;
    for (Lane<K, V> lane : lanes.values()) {
      for (Entry<K, V> entry : lane.entries) {
        long at = entry.notBeforeNanos;
        if (at - now > 0 && (least == null || at - least < 0)) {
          least = at;
        }
      }
    }
    return least;
  }

  /** All that is still to be handled of it was; and what lies before it has itself to blame. */
  synchronized void done(Work<K, V> work) {
    successes++;
    work.lane().turns = 1; // what has failed before is tried before it is passed over
    work.entries().stream().filter(Entry::isWaiting).forEach(Lanes::finish);
    for (Entry<K, V> entry : work.lane().entries) {
      if (entry.equals(work.entries().get(0))) {
        break;
      }
      if (entry.isWaiting()) {
        condemn(entry);
      }
    }
    release(work);
  }

  private static void finish(Entry<?, ?> entry) {
    entry.state = Entry.State.DONE;
  }

  private void condemn(Entry<K, V> entry) {
    entry.state = Entry.State.CONDEMNED;
    entry.notBeforeNanos = kernel.nanoTime();
  }

  /** Its deadline has passed. */
  synchronized void expired(Entry<K, V> entry, boolean deadLetter) {
    entry.expired = true;
    if (deadLetter) {
      condemn(entry);
    } else {
      finish(entry);
    }
  }

  /** It is to be done again through no fault of its own. */
  synchronized void release(Work<K, V> work) {
    work.lane().trim();
    if (work.equals(inHand)) {
      inHand = null;
    }
  }

  /**
   * The handler failed.
   *
   * @param away whether what it needs is away, and so to blame
   * @param watching whether anybody could tell
   */
  synchronized void failed(Work<K, V> work, Throwable failure, boolean away, boolean watching) {
    if (away) {
      allowance = 0;
    }
    Entry<K, V> entry = work.entries().get(0);
    if (work.entries().size() > 1) {
      work.entries().forEach(one -> one.alone = true);
    } else if (entry.isWaiting()) {
      failed(work.lane(), entry, failure, away, watching);
    }
    release(work);
  }

  private void failed(
      Lane<K, V> lane, Entry<K, V> entry, Throwable failure, boolean away, boolean watching) {
    long now = kernel.nanoTime();
    lane.turns++;
    boolean othersSucceed = entry.failures > 0 && successes != entry.successesSeen;
    entry.successesSeen = successes;
    entry.why = failure;
    if (entry.failures++ == 0) {
      entry.firstFailureNanos = now;
    }
    if (entry.failures == maxFailures) {
      lane.turns = 0; // from now on the one behind it takes turns with it
    }
    if (away) {
      return; // tried again, but never given up for it
    }
    boolean enough = onFailure != FailureAction.RETRY && entry.failures >= maxFailures;
    boolean itself = !watching || othersSucceed || now - entry.firstFailureNanos >= suspicionNanos;
    if (enough && itself) {
      condemn(entry);
    } else {
      entry.waitFrom(now, kernel.random());
    }
  }

  /** The dead letters did not take it: it is tried again, and the partition waits. */
  synchronized void notBuried(Work<K, V> work) {
    Entry<K, V> entry = work.entries().get(0);
    entry.failures++;
    entry.waitFrom(kernel.nanoTime(), kernel.random());
    release(work);
  }

  /** It is in the dead letters, or passed over. */
  synchronized void buried(Work<K, V> work) {
    work.entries().forEach(Lanes::finish);
    release(work);
  }

  /** A breaker has opened: what failed was not to blame, and all goes on in order from there. */
  synchronized void outage() {
    long now = kernel.nanoTime();
    allowance = 0;
    for (Lane<K, V> lane : lanes.values()) {
      lane.turns = 0;
      for (Entry<K, V> entry : lane.entries) {
        if (entry.isWaiting()) {
          entry.failures = 0;
          entry.notBeforeNanos = now;
        }
      }
    }
  }

  /** Nothing more is taken from these. */
  synchronized void leaving(Collection<TopicPartition> partitions) {
    partitions.forEach(partition -> lane(partition).leaving = true);
  }

  /** They are another consumer's now: what was fetched of them is forgotten. */
  synchronized void gone(Collection<TopicPartition> partitions) {
    partitions.forEach(lanes::remove);
  }

  /** What is done and not committed, which counts as committed from now on. */
  synchronized Map<TopicPartition, OffsetAndMetadata> commit() {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (Lane<K, V> lane : lanes.values()) {
      OffsetAndMetadata done = lane.done();
      if (done != null && lane.isToBeCommitted()) {
        offsets.put(lane.partition, done);
        lane.committing();
      }
    }
    return offsets;
  }

  /** It was not committed after all. */
  synchronized void notCommitted(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      Lane<K, V> lane = lanes.get(partition);
      if (lane != null) {
        lane.notCommitted();
      }
    }
  }

  /** What is done of these partitions, committed or not; of all for null. */
  synchronized Map<TopicPartition, OffsetAndMetadata> offsets(
      @Nullable Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (Lane<K, V> lane : lanes.values()) {
      OffsetAndMetadata done = lane.done();
      if (done != null && (partitions == null || partitions.contains(lane.partition))) {
        offsets.put(lane.partition, done);
      }
    }
    return offsets;
  }
}
