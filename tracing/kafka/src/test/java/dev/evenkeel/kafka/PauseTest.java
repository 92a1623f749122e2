package dev.evenkeel.kafka;

import static dev.evenkeel.kafka.ConsumerTest.number;
import static dev.evenkeel.kafka.ConsumerTest.numbers;
import static dev.evenkeel.kafka.StandInConsumer.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipeline;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the handler needs goes away, and comes back; partitions come and go. */
@Timeout(180)
class PauseTest {

  private final StandInConsumer kafka = new StandInConsumer();
  private final CircuitBreaker breaker = CircuitBreaker.standard();
  private final List<Integer> handled = new CopyOnWriteArrayList<>();
  private final MockProducer<byte[], byte[]> dead =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

  private EvenkeelConsumerBuilder<String, String> consumer(RecordHandler<String, String> handler) {
    return EvenkeelConsumer.over(kafka, StandInConsumer.TOPIC)
        .handler(handler)
        .pipeline(Pipeline.of("database", breaker))
        .deadLetters(
            DeadLetters.to(dead, "orders-dead", new StringSerializer(), new StringSerializer()));
  }

  private EvenkeelConsumerBuilder<String, String> collecting() {
    return consumer(record -> handled.add(number(record)));
  }

  private List<Integer> handledBetween(int from, int to) {
    return handled.stream().filter(number -> number >= from && number < to).toList();
  }

  /** So many polls more, which have all begun after this call. */
  private void polls(int more) {
    long before = kafka.polls();
    await("it polls on", () -> kafka.polls() > before + more);
  }

  @Test
  void openBreaker_pausesAndPollsOn_andClosedItGoesOn() {
    kafka.assign(0, 1);
    try (var consumer = collecting().build().start()) {
      kafka.put(0, 0, 10);
      await("handled", () -> handled.size() == 10);
      breaker.forceOpen("test");
      await("paused", () -> kafka.isPaused(0) && kafka.isPaused(1));
      await("told", () -> consumer.state() == ConsumerState.PAUSED);
      kafka.put(0, 10, 20);
      kafka.put(1, 100, 110);
      polls(10);
      assertThat(handled).hasSize(10);
      breaker.reset("test");
      await("committed", () -> kafka.committed(0) == 20 && kafka.committed(1) == 10);
      assertThat(handledBetween(0, 100)).isEqualTo(numbers(0, 20));
      assertThat(handledBetween(100, 200)).isEqualTo(numbers(100, 110));
      assertThat(consumer.figures().pauses()).isOne();
    }
  }

  @Test
  void pipelineThatTheHandlerCallsItself_isWatchedToo() {
    Pipeline stock = Pipeline.of("stock", breaker);
    kafka.assign(0);
    try (var consumer = consumer(record -> stock.run(() -> handled.add(number(record))))
        .pipeline(Pipeline.of("none"))
        .needs(stock)
        .build()
        .start()) {
      breaker.forceOpen("test");
      await("paused", () -> consumer.state() == ConsumerState.PAUSED);
      kafka.put(0, 0, 20);
      breaker.comeBack("test"); // by a probe, which is a record
      await("committed", () -> kafka.committed(0) == 20);
      assertThat(handled).isEqualTo(numbers(0, 20));
      assertThat(consumer.figures().failed()).isZero();
    }
  }

  @Test
  void reasonsToPauseAreASet_oneThatEndsDoesNotEndAnother() {
    kafka.assign(0, 1);
    try (var consumer = collecting().build().start()) {
      await("it consumes", () -> consumer.state() == ConsumerState.CONSUMING);
      consumer.pause(List.of(StandInConsumer.partition(0)));
      breaker.forceOpen("test");
      await("both", () -> kafka.isPaused(0) && kafka.isPaused(1));
      kafka.put(0, 0, 5);
      kafka.put(1, 100, 105);
      breaker.reset("test");
      await("the other one goes on", () -> kafka.committed(1) == 5);
      assertThat(kafka.isPaused(0)).isTrue();
      assertThat(handledBetween(0, 100)).isEmpty();
      breaker.forceOpen("test");
      await("told", () -> consumer.state() == ConsumerState.PAUSED);
      consumer.resume(List.of(StandInConsumer.partition(0)));
      polls(10);
      assertThat(kafka.isPaused(0)).isTrue();
      assertThat(handledBetween(0, 100)).isEmpty();
      breaker.reset("test");
      await("this one too", () -> kafka.committed(0) == 5);
    }
  }

  @Test
  void partitionsThatComeDuringAPause_arePausedToo() {
    kafka.assign(0);
    try (var consumer = collecting().build().start()) {
      kafka.put(0, 0, 5);
      await("committed", () -> kafka.committed(0) == 5);
      consumer.pause(List.of(StandInConsumer.partition(2)));
      breaker.forceOpen("test");
      await("paused", () -> kafka.isPaused(0));
      kafka.put(1, 100, 105);
      kafka.put(2, 200, 205);
      AtomicBoolean atOnce = new AtomicBoolean();
      kafka.assign(0, 1, 2);
      kafka.onPoll(() -> atOnce.set(kafka.isPaused(1) && kafka.isPaused(2)));
      await("paused on assignment", atOnce::get);
      polls(10);
      assertThat(handled).hasSize(5);
      breaker.reset("test");
      await("committed", () -> kafka.committed(1) == 5);
      assertThat(kafka.isPaused(2)).as("the user's reason is left").isTrue();
      consumer.resume(List.of(StandInConsumer.partition(2)));
      await("committed", () -> kafka.committed(2) == 5);
      assertThat(handledBetween(0, 100)).isEqualTo(numbers(0, 5));
      assertThat(consumer.figures().rebalances()).isGreaterThanOrEqualTo(0);
    }
  }

  @Test
  void partitionThatIsTakenAway_waitsForTheRecordInHand_andItIsCommitted() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    kafka.assign(0, 1);
    try (var consumer = consumer(record -> {
          begun.countDown();
          finish.await();
          handled.add(number(record));
        })
        .handOver(Duration.ofMinutes(5))
        .build()
        .start()) {
      kafka.put(0, 0, 5);
      begun.await();
      kafka.put(1, 100, 102);
      kafka.assign(1); // from here on the stand-in is locked, until what is in hand is done
      await("the rebalance has begun", () -> consumer.figures().rebalances() == 1);
      finish.countDown();
      await("the other one goes on", () -> kafka.committed(1) == 2);
      assertThat(kafka.committed(0)).as("what was in hand, and no more").isOne();
      assertThat(handledBetween(0, 100)).containsExactly(0);
      kafka.assign(0, 1);
      await("the rest", () -> kafka.committed(0) == 5);
      assertThat(handledBetween(0, 100)).as("once each").isEqualTo(numbers(0, 5));
    }
  }

  @Test
  void recordThatOutlastsTheHandOver_isNotCommitted_andComesAgain() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    kafka.assign(0);
    try (var consumer = consumer(record -> {
          begun.countDown();
          finish.await();
          handled.add(number(record));
        })
        .handOver(Duration.ZERO)
        .build()
        .start()) {
      kafka.put(0, 0, 3);
      begun.await();
      kafka.assign(1);
      await("taken away", () -> kafka.assignment().contains(StandInConsumer.partition(1)));
      finish.countDown();
      await("done here", () -> consumer.figures().handled() == 1);
      polls(5);
      assertThat(kafka.committed(0)).isZero();
      kafka.assign(0);
      await("committed", () -> kafka.committed(0) == 3);
      assertThat(handled).containsExactly(0, 0, 1, 2);
    }
  }

  @Test
  void lostPartitions_areForgotten() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    kafka.assign(0);
    try (var consumer = consumer(record -> {
          begun.countDown();
          finish.await();
          handled.add(number(record));
        })
        .build()
        .start()) {
      kafka.put(0, 0, 5);
      begun.await();
      kafka.lose(0);
      await("lost", () -> consumer.figures().rebalances() == 1);
      finish.countDown();
      await("done here", () -> consumer.figures().handled() == 1);
      polls(5);
      assertThat(handled).containsExactly(0);
      assertThat(kafka.committed(0)).isZero();
    }
  }

  @Test
  void outage_noRecordIsToBlame_andOrderIsKept() {
    AtomicBoolean away = new AtomicBoolean();
    AtomicInteger failures = new AtomicInteger();
    kafka.assign(0, 1, 2);
    try (var consumer = consumer(record -> {
          if (away.get()) {
            failures.incrementAndGet();
            throw new IOException("connection refused");
          }
          handled.add(number(record));
        })
        .build()
        .start()) {
      for (int i = 0; i < 3; i++) {
        kafka.put(i, i * 1_000, i * 1_000 + 50);
      }
      await("handled", () -> handled.size() == 150);
      away.set(true);
      for (int i = 0; i < 3; i++) {
        kafka.put(i, i * 1_000 + 50, i * 1_000 + 100);
      }
      await("paused", () -> consumer.state() == ConsumerState.PAUSED);
      int before = failures.get();
      await("probes fail", () -> failures.get() >= before + 3);
      away.set(false);
      await("all are handled", () -> handled.size() == 300);
      for (int i = 0; i < 3; i++) {
        int from = i * 1_000;
        assertThat(handledBetween(from, from + 1_000)).isEqualTo(numbers(from, from + 100));
      }
      assertThat(dead.history()).isEmpty();
    }
  }

  @Test
  void poisonAtTheHead_doesNotKeepTheBreakerOpen() {
    kafka.assign(0, 1);
    try (var consumer = consumer(record -> {
          if (number(record) == 0) {
            throw new IllegalStateException("on purpose");
          }
          handled.add(number(record));
        })
        .build()
        .start()) {
      await("it consumes", () -> consumer.state() == ConsumerState.CONSUMING);
      breaker.forceOpen("test");
      await("paused", () -> consumer.state() == ConsumerState.PAUSED);
      kafka.put(0, 0, 20);
      kafka.put(1, 100, 120);
      breaker.comeBack("test");
      await("committed", () -> kafka.committed(0) == 20 && kafka.committed(1) == 20);
      assertThat(handledBetween(0, 100)).isEqualTo(numbers(1, 20));
      assertThat(handledBetween(100, 200)).isEqualTo(numbers(100, 120));
      assertThat(dead.history()).hasSize(1);
    }
  }

  @Test
  void comeback_beginsWithOneRecordAndRamps() {
    kafka.assign(0);
    try (var consumer = collecting().recordsPerPoll(100).build().start()) {
      await("it consumes", () -> consumer.state() == ConsumerState.CONSUMING);
      breaker.forceOpen("test");
      await("paused", () -> consumer.state() == ConsumerState.PAUSED);
      kafka.put(0, 0, 200);
      breaker.comeBack("test");
      await("it ramps", () -> consumer.state() == ConsumerState.RAMPING);
      await("committed", () -> kafka.committed(0) == 200);
      assertThat(handled).isEqualTo(numbers(0, 200));
      assertThat(consumer.figures().failed()).isZero();
    }
  }
}
