package dev.evenkeel.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testkit.ManualKernel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is handled next and what a failure means, with time in hand. */
class LanesTest {

  private final Exception failure = new IllegalStateException("on purpose");

  private final ManualKernel kernel = ManualKernel.startingAt(Long.MAX_VALUE - 1_000);
  private final Set<TopicPartition> held = new HashSet<>();

  private Lanes<String, String> lanes(FailureAction action, int batch) {
    EvenkeelConsumerBuilder<String, String> builder =
        EvenkeelConsumer.over(new StandInConsumer(), "orders");
    builder
        .batchHandler(batch, records -> {})
        .onFailure(action == FailureAction.DEAD_LETTER ? FailureAction.SKIP : action);
    return new Lanes<>(builder.kernel(kernel).settings(), held::contains);
  }

  private Lanes<String, String> lanes() {
    Lanes<String, String> lanes = lanes(FailureAction.SKIP, 1);
    lanes.allowAll();
    return lanes;
  }

  private static TopicPartition partition(int number) {
    return StandInConsumer.partition(number);
  }

  private static void put(Lanes<String, String> lanes, int partition, int from, int to) {
    List<ConsumerRecord<String, String>> records = new ArrayList<>();
    for (int i = from; i < to; i++) {
      records.add(new ConsumerRecord<>("orders", partition, i, "key", "value"));
    }
    lanes.add(new ConsumerRecords<>(Map.of(partition(partition), records), Map.of()));
  }

  private static long offset(Work<?, ?> work) {
    return work.entries().get(0).offset;
  }

  private static long committable(Lanes<String, String> lanes, int partition) {
    OffsetAndMetadata offset =
        lanes.offsets(List.of(partition(partition))).get(partition(partition));
    return offset == null ? 0 : offset.offset();
  }

  private Work<String, String> take(Lanes<String, String> lanes) {
    Work<String, String> work = lanes.take();
    for (int i = 0; work == null && i < 1_000; i++) {
      kernel.advance(Duration.ofMillis(10));
      work = lanes.take();
    }
    assertThat(work).isNotNull();
    return work;
  }

  @Test
  void partitionsTakeTurns_andOneRecordIsInHandAtATime() {
    Lanes<String, String> lanes = lanes();
    put(lanes, 0, 0, 2);
    put(lanes, 1, 0, 2);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Work<String, String> work = take(lanes);
      assertThat(lanes.take()).isNull();
      order.add(work.lane().partition.partition());
      lanes.done(work);
    }
    assertThat(order).containsExactly(0, 1, 0, 1);
    assertThat(lanes.take()).isNull();
    assertThat(lanes.nextDue()).isNull();
  }

  @Test
  void failure_isTriedAgainInItsPlace_andTheNextOneIsTheWitness() {
    Lanes<String, String> lanes = lanes();
    put(lanes, 0, 0, 3);
    for (int i = 0; i < 3; i++) {
      Work<String, String> work = take(lanes);
      assertThat(offset(work)).isZero();
      lanes.failed(work, failure, false, true);
    }
    Work<String, String> witness = take(lanes);
    assertThat(offset(witness)).isOne();
    lanes.done(witness);
    assertThat(committable(lanes, 0)).as("not before it is got rid of").isZero();
    Work<String, String> burial = take(lanes);
    assertThat(burial.burial()).isTrue();
    assertThat(offset(burial)).isZero();
    lanes.buried(burial);
    assertThat(committable(lanes, 0)).isEqualTo(2);
    assertThat(offset(take(lanes))).isEqualTo(2);
  }

  @Test
  void witnessThatFailsToo_takesTurnsWithIt_andIfTheFirstOneSucceedsNobodyIsGivenUp() {
    Lanes<String, String> lanes = lanes();
    put(lanes, 0, 0, 3);
    List<Long> tried = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      Work<String, String> work = take(lanes);
      tried.add(offset(work));
      lanes.failed(work, failure, false, true);
    }
    assertThat(tried).startsWith(0L, 0L, 0L, 1L, 0L, 1L, 0L);
    List<Long> order = new ArrayList<>();
    while (order.size() < 3) {
      Work<String, String> work = take(lanes);
      if (order.isEmpty() && offset(work) != 0) {
        lanes.failed(work, failure, false, true);
        continue;
      }
      assertThat(work.burial()).isFalse();
      order.add(offset(work));
      lanes.done(work);
    }
    assertThat(order).containsExactly(0L, 1L, 2L);
    assertThat(committable(lanes, 0)).isEqualTo(3);
  }

  @Test
  void recordOfAnotherPartitionThatSucceeds_isAWitnessToo() {
    Lanes<String, String> lanes = lanes();
    put(lanes, 0, 0, 1);
    put(lanes, 1, 0, 100);
    int failures = 0;
    while (true) {
      Work<String, String> work = take(lanes);
      if (work.burial()) {
        break;
      }
      if (work.lane().partition.partition() == 0) {
        failures++;
        lanes.failed(work, failure, false, true);
      } else {
        kernel.advance(Duration.ofMillis(50));
        lanes.done(work);
      }
    }
    assertThat(failures).isEqualTo(3);
  }

  @Test
  void failureWithoutAWitness_isGivenUpAfterTheSuspicion_andOftenEnoughToOpenNoBreaker() {
    Lanes<String, String> lanes = lanes();
    put(lanes, 0, 0, 1);
    long from = kernel.nanoTime();
    int failures = 0;
    while (true) {
      Work<String, String> work = take(lanes);
      if (work.burial()) {
        break;
      }
      failures++;
      lanes.failed(work, failure, false, true);
    }
    assertThat(Duration.ofNanos(kernel.nanoTime() - from))
        .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(45));
    assertThat(failures).isBetween(3, 15);
  }

  @Test
  void withoutAnybodyWhoCouldTell_itIsGivenUpAtOnce() {
    Lanes<String, String> lanes = lanes();
    put(lanes, 0, 0, 1);
    for (int i = 0; i < 3; i++) {
      lanes.failed(take(lanes), failure, false, false);
    }
    assertThat(take(lanes).burial()).isTrue();
  }

  @Test
  void outage_clearsWhatFailed() {
    Lanes<String, String> lanes = lanes();
    put(lanes, 0, 0, 3);
    for (int i = 0; i < 8; i++) {
      lanes.failed(take(lanes), failure, false, true);
    }
    lanes.outage();
    assertThat(lanes.take()).isNull();
    lanes.allowAll();
    for (long i = 0; i < 3; i++) {
      Work<String, String> work = take(lanes);
      assertThat(work.burial()).isFalse();
      assertThat(offset(work)).isEqualTo(i);
      lanes.done(work);
    }
  }

  @Test
  void probes_passOverWhatAlwaysFails_seldomAndOnlyWithinOnePartition() {
    Lanes<String, String> lanes = lanes();
    put(lanes, 0, 0, 3);
    List<Long> tried = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      lanes.allowTrial();
      Work<String, String> work = take(lanes);
      assertThat(lanes.hasProbe()).isTrue();
      tried.add(offset(work));
      if (offset(work) > 0) {
        lanes.done(work);
        break;
      }
      lanes.failed(work, failure, true, true);
      assertThat(lanes.take()).as("one at a time").isNull();
    }
    assertThat(tried).endsWith(1L).hasSize(11);
    assertThat(take(lanes).burial()).as("it has itself to blame").isTrue();
  }

  @Test
  void probes_areOfThePartitionThatFailedLeast() {
    Lanes<String, String> lanes = lanes();
    put(lanes, 0, 0, 1);
    put(lanes, 1, 0, 1);
    List<Integer> tried = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      lanes.allowTrial();
      Work<String, String> work = take(lanes);
      tried.add(work.lane().partition.partition());
      lanes.failed(work, failure, true, true);
    }
    assertThat(tried).containsExactly(0, 1, 0, 1, 0, 1);
    assertThat(lanes.hasProbe()).as("more is to be fetched").isFalse();
    assertThat(lanes.wantsMore(partition(0))).isTrue();
  }

  @Test
  void retry_neverPassesOver() {
    Lanes<String, String> lanes = lanes(FailureAction.RETRY, 1);
    lanes.allowAll();
    put(lanes, 0, 0, 2);
    for (int i = 0; i < 50; i++) {
      Work<String, String> work = take(lanes);
      assertThat(offset(work)).isZero();
      assertThat(work.burial()).isFalse();
      lanes.failed(work, failure, false, true);
    }
    assertThat(lanes.wantsMore(partition(0))).isFalse();
  }

  @Test
  void allowance_isWhatARampGrants() {
    Lanes<String, String> lanes = lanes();
    put(lanes, 0, 0, 10);
    lanes.allow(3);
    for (int i = 0; i < 3; i++) {
      lanes.done(take(lanes));
    }
    assertThat(lanes.take()).isNull();
    lanes.allow(1);
    lanes.done(take(lanes));
    assertThat(lanes.take()).isNull();
    assertThat(committable(lanes, 0)).isEqualTo(4);
  }

  @Test
  void batches_areOfOnePartitionAndWithinTheAllowance_andOneThatFailedIsTakenApart() {
    Lanes<String, String> lanes = lanes(FailureAction.SKIP, 4);
    lanes.allow(6);
    put(lanes, 0, 0, 6);
    Work<String, String> four = take(lanes);
    assertThat(four.entries()).hasSize(4);
    lanes.failed(four, failure, false, true);
    Work<String, String> one = take(lanes);
    assertThat(one.entries()).hasSize(1);
    lanes.done(one);
    assertThat(take(lanes).entries()).hasSize(1);
  }

  @Test
  void heldAndLeavingPartitions_areLeftAlone_andWhatIsGoneIsNotCommitted() {
    Lanes<String, String> lanes = lanes();
    put(lanes, 0, 0, 2);
    held.add(partition(0));
    assertThat(lanes.take()).isNull();
    held.clear();
    Work<String, String> work = take(lanes);
    lanes.leaving(List.of(partition(0)));
    assertThat(lanes.isInHand(List.of(partition(0)))).isTrue();
    lanes.gone(List.of(partition(0)));
    lanes.done(work);
    assertThat(lanes.isInHand()).isFalse();
    assertThat(lanes.commit()).isEmpty();
    assertThat(lanes.take()).isNull();
    put(lanes, 0, 0, 1);
    assertThat(offset(take(lanes))).as("it came again").isZero();
  }

  @Test
  void commit_isOfWhatIsDone_andOnce() {
    Lanes<String, String> lanes = lanes();
    put(lanes, 0, 7, 9);
    lanes.done(take(lanes));
    assertThat(lanes.commit().get(partition(0)).offset()).isEqualTo(8);
    assertThat(lanes.commit()).isEmpty();
    lanes.notCommitted(List.of(partition(0)));
    assertThat(lanes.commit()).hasSize(1);
  }

  /** Whatever fails, whenever: what is handled is in order, and what is committed is done. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void randomWorlds_keepOrderAndLoseNothing(long seed) {
    Random random = new Random(seed);
    Lanes<String, String> lanes = lanes(FailureAction.SKIP, 1 + random.nextInt(5));
    Map<Integer, Long> fetched = new HashMap<>();
    Map<Integer, List<Long>> done = new HashMap<>();
    Map<Integer, Set<Long>> buried = new HashMap<>();
    boolean away = false;
    for (int i = 0; i < 5_000; i++) {
      int partition = random.nextInt(3);
      if (lanes.wantsMore(partition(partition))) {
        long from = fetched.getOrDefault(partition, 0L);
        put(lanes, partition, (int) from, (int) from + 5);
        fetched.put(partition, from + 5);
      }
      if (random.nextInt(100) == 0) {
        away = !away;
        if (away) {
          lanes.outage();
        }
      }
      if (away) {
        lanes.allowTrial();
      } else {
        lanes.allowAll();
      }
      kernel.advance(Duration.ofMillis(random.nextInt(200)));
      Work<String, String> work = lanes.take();
      if (work == null) {
        continue;
      }
      int of = work.lane().partition.partition();
      if (work.burial()) {
        lanes.buried(work);
        buried.computeIfAbsent(of, none -> new HashSet<>()).add(offset(work));
      } else if (away ? random.nextInt(10) > 0 : random.nextInt(4) == 0) {
        lanes.failed(work, failure, away, true);
      } else {
        work.entries()
            .forEach(
                entry -> done.computeIfAbsent(of, none -> new ArrayList<>()).add(entry.offset));
        lanes.done(work);
      }
      long committed = committable(lanes, of);
      Set<Long> settled = new HashSet<>(done.getOrDefault(of, List.of()));
      settled.addAll(buried.getOrDefault(of, Set.of()));
      assertThat(settled.stream().filter(offset -> offset < committed).count())
          .isEqualTo(committed);
    }
    done.values().forEach(offsets -> assertThat(offsets).isSorted().doesNotHaveDuplicates());
    assertThat(done.values().stream().mapToInt(List::size).sum()).isGreaterThan(500);
  }

  @ParameterizedTest
  @EnumSource(FailureAction.class)
  void closed_nothingIsTaken(FailureAction action) {
    Lanes<String, String> lanes = lanes(action, 1);
    lanes.allowAll();
    put(lanes, 0, 0, 1);
    lanes.close();
    assertThat(lanes.take()).isNull();
  }
}
