package dev.evenkeel.kafka;

import static dev.evenkeel.kafka.StandInConsumer.await;
import static dev.evenkeel.kafka.StandInConsumer.headers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Pipeline;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of records, while what the handler needs is there. */
@Timeout(120)
class ConsumerTest {

  private final StandInConsumer kafka = new StandInConsumer();
  private final List<Integer> handled = new CopyOnWriteArrayList<>();
  private final MockProducer<byte[], byte[]> dead =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

  static int number(ConsumerRecord<String, String> record) {
    return Integer.parseInt(record.value());
  }

  static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private DeadLetters<String, String> letters() {
    return DeadLetters.to(dead, "orders-dead", new StringSerializer(), new StringSerializer());
  }

  private EvenkeelConsumerBuilder<String, String> consumer(RecordHandler<String, String> handler) {
    kafka.assign(0, 1);
    return EvenkeelConsumer.over(kafka, StandInConsumer.TOPIC)
        .handler(handler)
        .deadLetters(letters());
  }

  private EvenkeelConsumerBuilder<String, String> collecting() {
    return consumer(record -> handled.add(number(record)));
  }

  private void refuseLetters(RuntimeException failure) {
    synchronized (dead) { // as its send is
      dead.sendException = failure;
    }
  }

  private static String text(ProducerRecord<byte[], byte[]> record, String header) {
    Header found = record.headers().lastHeader(header);
    return found == null ? null : new String(found.value(), StandardCharsets.UTF_8);
  }

  @Test
  void records_areHandledInOrder_andCommittedWhenDone() {
    try (var consumer = collecting().build().start()) {
      kafka.put(0, 0, 1_000);
      await("committed", () -> kafka.committed(0) == 1_000);
      assertThat(handled).isEqualTo(numbers(0, 1_000));
      assertThat(consumer.figures().handled()).isEqualTo(1_000);
      assertThat(consumer.state()).isEqualTo(ConsumerState.CONSUMING);
    }
    assertThat(kafka.closed()).isTrue();
  }

  @Test
  void whatARecordBrings_isInForceAroundTheHandler() {
    AtomicReference<CallContext> seen = new AtomicReference<>();
    AtomicReference<String> key = new AtomicReference<>();
    try (var consumer = consumer(record -> {
          key.set(EvenkeelConsumer.idempotencyKey(record));
          seen.set(CallContext.current());
        })
        .build()
        .start()) {
      kafka.put(
          0,
          List.of("1"),
          headers(
              "evenkeel-timeout-ms", "600000",
              "evenkeel-criticality", "critical-plus",
              "Idempotency-Key", "\"order-17\""),
          System.currentTimeMillis());
      await("handled", () -> consumer.figures().handled() == 1);
      Deadline deadline = seen.get().deadline();
      assertThat(deadline).isNotNull();
      assertThat(deadline.remaining()).isBetween(Duration.ofMinutes(5), Duration.ofMinutes(10));
      assertThat(seen.get().criticality()).isEqualTo(Criticality.CRITICAL_PLUS);
      assertThat(seen.get().idempotencyKey()).as("of the record, not of calls").isNull();
      assertThat(key.get()).isEqualTo("order-17");
    }
  }

  @Test
  void oldRecords_giveWayToNewOnes() {
    List<Criticality> seen = new CopyOnWriteArrayList<>();
    try (var consumer = consumer(record -> seen.add(CallContext.current().criticality()))
        .build()
        .start()) {
      kafka.put(0, List.of("1"), headers(), System.currentTimeMillis() - 3_600_000);
      kafka.put(0, List.of("2"), headers(), System.currentTimeMillis() + 3_600_000);
      await("handled", () -> consumer.figures().handled() == 2);
      assertThat(seen).containsExactly(Criticality.SHEDDABLE_PLUS, Criticality.CRITICAL);
    }
  }

  @Test
  void expiredRecord_goesToTheDeadLettersUnseen() {
    try (var consumer = collecting().build().start()) {
      kafka.put(0, List.of("0"), headers("evenkeel-deadline", "1000"), 0);
      kafka.put(0, 1, 2);
      await("committed", () -> kafka.committed(0) == 2);
      assertThat(handled).containsExactly(1);
      assertThat(consumer.figures().expired()).isOne();
      assertThat(dead.history()).hasSize(1);
      ProducerRecord<byte[], byte[]> letter = dead.history().get(0);
      assertThat(text(letter, "evenkeel-dead-letter-reason")).isEqualTo("expired");
      assertThat(text(letter, "evenkeel-dead-letter-topic")).isEqualTo("orders");
      assertThat(text(letter, "evenkeel-dead-letter-offset")).isEqualTo("0");
      assertThat(new String(letter.value(), StandardCharsets.UTF_8)).isEqualTo("0");
    }
  }

  @Test
  void expiredRecord_isDroppedIfToldSo() {
    try (var consumer = collecting().onExpired(ExpiredAction.DROP).build().start()) {
      kafka.put(0, List.of("0"), headers("evenkeel-timeout-ms", "0"), 0);
      kafka.put(0, 1, 2);
      await("committed", () -> kafka.committed(0) == 2);
      assertThat(handled).containsExactly(1);
      assertThat(dead.history()).isEmpty();
      assertThat(consumer.figures().expired()).isOne();
    }
  }

  @Test
  void poison_doesNotStopItsPartition() {
    AtomicInteger tried = new AtomicInteger();
    try (var consumer = consumer(record -> {
          if (number(record) == 3) {
            tried.incrementAndGet();
            throw new IllegalStateException("on purpose");
          }
          handled.add(number(record));
        })
        .pipeline(Pipeline.of("database", CircuitBreaker.standard()))
        .build()
        .start()) {
      kafka.put(0, 0, 10);
      await("committed", () -> kafka.committed(0) == 10);
      assertThat(handled).containsExactly(0, 1, 2, 4, 5, 6, 7, 8, 9);
      assertThat(tried.get()).isGreaterThanOrEqualTo(3);
      assertThat(consumer.figures().deadLettered()).isOne();
      ProducerRecord<byte[], byte[]> letter = dead.history().get(0);
      assertThat(text(letter, "evenkeel-dead-letter-reason")).isEqualTo("failed");
      assertThat(text(letter, "evenkeel-dead-letter-exception"))
          .isEqualTo("java.lang.IllegalStateException");
      assertThat(new String(letter.key(), StandardCharsets.UTF_8)).isEqualTo("key-3");
    }
  }

  @Test
  void skip_passesOver_andErrorsAreFailuresToo() {
    try (var consumer = EvenkeelConsumer.over(kafka, StandInConsumer.TOPIC)
        .handler((ConsumerRecord<String, String> record) -> {
          if (number(record) == 0) {
            throw new AssertionError("on purpose");
          }
          handled.add(number(record));
        })
        .onFailure(FailureAction.SKIP)
        .maxFailures(1)
        .build()
        .start()) {
      kafka.assign(0);
      kafka.put(0, 0, 3);
      await("committed", () -> kafka.committed(0) == 3);
      assertThat(handled).containsExactly(1, 2);
      assertThat(consumer.figures().skipped()).isOne();
      assertThat(consumer.figures().failed()).isOne();
    }
  }

  @Test
  void retry_holdsThePartitionAndNoOther() {
    AtomicInteger tried = new AtomicInteger();
    try (var consumer = consumer(record -> {
          if (number(record) == 0 && tried.incrementAndGet() < 5) {
            throw new IllegalStateException("on purpose");
          }
          handled.add(number(record));
        })
        .onFailure(FailureAction.RETRY)
        .build()
        .start()) {
      kafka.put(0, 0, 3);
      kafka.put(1, 100, 200);
      await("the other partition is done", () -> kafka.committed(1) == 100);
      await("this one too", () -> kafka.committed(0) == 3);
      assertThat(handled.stream().filter(number -> number < 100)).containsExactly(0, 1, 2);
      assertThat(consumer.figures().deadLettered()).isZero();
    }
  }

  @Test
  void handlerThatLeavesItsThreadInterrupted_harmsNobody() {
    try (var consumer = consumer(record -> {
          handled.add(number(record));
          Thread.currentThread().interrupt();
        })
        .build()
        .start()) {
      kafka.put(0, 0, 50);
      await("committed", () -> kafka.committed(0) == 50);
      assertThat(handled).isEqualTo(numbers(0, 50));
      assertThat(consumer.figures().failed()).isZero();
    }
  }

  @Test
  void deadLettersThatDoNotTakeIt_holdThePartition_andNothingIsLost() {
    refuseLetters(new KafkaException("away"));
    try (var consumer = consumer(record -> {
          if (number(record) == 1) {
            throw new IllegalStateException("on purpose");
          }
          handled.add(number(record));
        })
        .maxFailures(1)
        .suspicion(Duration.ZERO)
        .build()
        .start()) {
      kafka.put(0, 0, 5);
      kafka.put(1, 10, 20);
      await("the other partition is done", () -> kafka.committed(1) == 10);
      assertThat(kafka.committed(0)).isLessThanOrEqualTo(1);
      refuseLetters(null);
      await("committed", () -> kafka.committed(0) == 5);
      assertThat(consumer.figures().deadLettered()).isOne();
      assertThat(handled.stream().filter(number -> number < 10)).containsExactly(0, 2, 3, 4);
    }
  }

  @Test
  void batch_isOneCall_andOneThatFailsIsHandledOneByOne() {
    List<Integer> sizes = new CopyOnWriteArrayList<>();
    kafka.assign(0);
    try (var consumer = EvenkeelConsumer.over(kafka, StandInConsumer.TOPIC)
        .batchHandler(10, (List<ConsumerRecord<String, String>> records) -> {
          sizes.add(records.size());
          if (records.stream().anyMatch(record -> number(record) == 15)) {
            throw new IllegalStateException("on purpose");
          }
          records.forEach(record -> handled.add(number(record)));
        })
        .deadLetters(letters())
        .maxFailures(2)
        .build()
        .start()) {
      kafka.put(0, 0, 40);
      await("committed", () -> kafka.committed(0) == 40);
      assertThat(sizes).contains(10).contains(1).allMatch(size -> size <= 10);
      assertThat(handled).doesNotContain(15).hasSize(39).isSorted();
      assertThat(consumer.figures().deadLettered()).isOne();
    }
  }

  @Test
  void close_letsTheRecordInHandFinish_andCommitsItAndNoMore() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    var consumer = consumer(record -> {
          begun.countDown();
          finish.await();
          handled.add(number(record));
        })
        .build()
        .start();
    kafka.put(0, 0, 5);
    begun.await();
    Thread closer = new Thread(consumer::close);
    closer.start();
    await("it waits", () -> closer.getState() == Thread.State.TIMED_WAITING);
    assertThat(kafka.closed()).isFalse();
    finish.countDown();
    closer.join();
    assertThat(consumer.state()).isEqualTo(ConsumerState.CLOSED);
    assertThat(handled).containsExactly(0);
    assertThat(kafka.committed(0)).isOne();
    assertThat(kafka.closed()).isTrue();
  }

  @Test
  void failingPolls_andForeignWakeups_areSurvived() {
    try (var consumer = collecting().build().start()) {
      kafka.onPoll(() -> {
        throw new KafkaException("no broker");
      });
      kafka.wakeup();
      kafka.onPoll(() -> {
        throw new AssertionError("on purpose");
      });
      kafka.put(0, 0, 3);
      kafka.wakeup();
      await("committed", () -> kafka.committed(0) == 3);
      assertThat(handled).containsExactly(0, 1, 2);
      assertThat(consumer.state()).isEqualTo(ConsumerState.CONSUMING);
    }
  }

  @Test
  void recordThatCannotBeRead_goesToTheDeadLettersAsItIs() {
    try (var consumer = collecting().build().start()) {
      kafka.put(0, 0, 1);
      await("committed", () -> kafka.committed(0) == 1);
      kafka.put(0, 1, 3);
      await("committed", () -> kafka.committed(0) == 3);
      kafka.onPoll(() -> {
        throw new RecordDeserializationException(
            RecordDeserializationException.DeserializationExceptionOrigin.VALUE,
            StandInConsumer.partition(0),
            3,
            0,
            TimestampType.CREATE_TIME,
            null,
            java.nio.ByteBuffer.wrap(new byte[] {1, 2, 3}),
            new RecordHeaders(),
            "garbage",
            new IllegalArgumentException("garbage"));
      });
      await("it is passed over", () -> kafka.committed(0) == 4);
      assertThat(dead.history()).hasSize(1);
      assertThat(dead.history().get(0).value()).containsExactly(1, 2, 3);
      assertThat(text(dead.history().get(0), "evenkeel-dead-letter-reason"))
          .isEqualTo("unreadable");
      assertThat(consumer.figures().deadLettered()).isOne();
    }
  }

  @Test
  void badInput_isRefusedWithWhatToDo() {
    assertThatThrownBy(() -> EvenkeelConsumer.over(kafka, "a").build())
        .hasMessageContaining("handler: none (expected: handler or batchHandler)");
    assertThatThrownBy(
            () -> EvenkeelConsumer.over(kafka, "a").handler(record -> {}).build())
        .hasMessageContaining("onFailure: not said without deadLetters");
    assertThatThrownBy(() -> EvenkeelConsumer.over(kafka, "a")
            .handler(record -> {})
            .onFailure(FailureAction.SKIP)
            .onExpired(ExpiredAction.DEAD_LETTER)
            .build())
        .hasMessageContaining("onExpired: DEAD_LETTER without deadLetters");
    assertThatThrownBy(() -> EvenkeelConsumer.over(kafka))
        .hasMessage("topics: none (expected: one or more)");
    assertThatThrownBy(
            () -> EvenkeelConsumer.builder(Map.of("enable.auto.commit", "true"), "orders"))
        .hasMessageStartingWith("enable.auto.commit: true (expected: false");
    assertThatThrownBy(() -> EvenkeelConsumer.over(kafka, "a").batchHandler(0, records -> {}))
        .hasMessageContaining("most: 0");
    assertThatThrownBy(() -> EvenkeelConsumer.over(null, "a")).hasMessageContaining("consumer");
  }

  @Test
  void consumerThatWasNeverStarted_isClosedAllTheSame() {
    var consumer = collecting().build();
    consumer.close();
    consumer.close();
    assertThat(consumer.state()).isEqualTo(ConsumerState.CLOSED);
    assertThat(kafka.closed()).isTrue();
    assertThat(consumer.start().state()).isEqualTo(ConsumerState.CLOSED);
  }
}
