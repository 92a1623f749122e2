package dev.evenkeel.kafka.server;

import static dev.evenkeel.kafka.server.Broker.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.kafka.ConsumerState;
import dev.evenkeel.kafka.DeadLetters;
import dev.evenkeel.kafka.EvenkeelConsumer;
import dev.evenkeel.kafka.EvenkeelConsumerBuilder;
import dev.evenkeel.kafka.EvenkeelProducer;
import dev.evenkeel.kafka.FailureAction;
import dev.evenkeel.kafka.RecordHandler;
import dev.evenkeel.kafka.SendException;
import dev.evenkeel.kafka.SendOutcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Producers and consumers against a real broker. */
@Timeout(300)
class RealBrokerTest {

  private static final int PARTITIONS = 4;
  private static Broker broker;

  private final CircuitBreaker breaker = CircuitBreaker.standard();
  private final Map<Integer, ConcurrentLinkedQueue<Integer>> handled = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();

  @BeforeAll
  static void start() {
    broker = Broker.start();
  }

  @AfterAll
  static void stop() throws Exception {
    broker.close();
  }

  private void note(ConsumerRecord<String, String> record) {
    handled
        .computeIfAbsent(record.partition(), none -> new ConcurrentLinkedQueue<>())
        .add(Integer.valueOf(record.value()));
    count.incrementAndGet();
  }

  private EvenkeelConsumerBuilder<String, String> consumer(
      Map<String, Object> config, String topic, RecordHandler<String, String> handler) {
    EvenkeelConsumerBuilder<String, String> builder = EvenkeelConsumer.builder(config, topic);
    return builder
        .handler(handler)
        .pipeline(Pipeline.of("database", breaker))
        .onFailure(FailureAction.RETRY);
  }

  /** Numbered by partition: the number says how many there were before it. */
  private static void send(String topic, int from, int to) throws Exception {
    send(broker, topic, from, to);
  }

  private static void send(Broker at, String topic, int from, int to) throws Exception {
    List<CompletableFuture<RecordMetadata>> all = new ArrayList<>();
    try (EvenkeelProducer<String, String> producer = producer(at, Map.of())) {
      for (int i = from; i < to; i++) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
          all.add(producer.send(new ProducerRecord<>(topic, partition, null, Integer.toString(i))));
        }
      }
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get();
    }
  }

  private static EvenkeelProducer<String, String> producer(Broker at, Map<String, Object> more) {
    Map<String, Object> config = at.producer("StringSerializer");
    config.putAll(more);
    return EvenkeelProducer.builder(new KafkaProducer<String, String>(config))
        .pipeline(Pipeline.of("kafka"))
        .build();
  }

  private int distinct() {
    return handled.values().stream().mapToInt(all -> new HashSet<>(all).size()).sum();
  }

  /** Each at least once; and whoever throws repeats away has them in order. */
  private void assertAllInOrder(int each) {
    assertThat(new TreeMap<>(handled)).hasSize(PARTITIONS);
    handled.values().forEach(numbers -> {
      Set<Integer> first = new LinkedHashSet<>(numbers);
      assertThat(first).hasSize(each);
      assertThat(new ArrayList<>(first)).isSorted();
    });
  }

  private static Collection<MemberDescription> members(String group) {
    try (Admin admin = broker.admin()) {
      return admin.describeConsumerGroups(List.of(group)).all().get().get(group).members();
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void numberedRecords_twentyPauses_twoConsumers_eachAtLeastOnceAndInOrder(String protocol)
      throws Exception {
    int each = 5_000;
    String topic = broker.topic(PARTITIONS);
    Map<String, Object> config = broker.consumer(topic);
    config.put("group.protocol", protocol);
    try (var one = consumer(config, topic, this::note).build().start()) {
      Thread sender = new Thread(() -> {
        try {
          send(topic, 0, each);
        } catch (Exception failure) {
          throw new IllegalStateException(failure);
        }
      });
      sender.start();
      await("it begins", () -> count.get() > 0);
      EvenkeelConsumer<String, String> two = null;
      for (int i = 0; i < 20; i++) {
        breaker.forceOpen("test");
        await("paused", () -> one.state() == ConsumerState.PAUSED);
        if (i == 5) {
          two = consumer(config, topic, this::note).build().start();
        }
        if (i == 15) {
          two.close();
        }
        int before = count.get();
        breaker.reset("test");
        await("it goes on", () -> count.get() > before || distinct() == PARTITIONS * each);
      }
      sender.join();
      await("all", () -> distinct() == PARTITIONS * each);
      assertAllInOrder(each);
      assertThat(one.figures().failed()).isZero();
    }
  }

  @Test
  void rebalanceInMidPause_newPartitionsArePausedToo_andAllGoesOnAfterIt() throws Exception {
    String topic = broker.topic(PARTITIONS);
    Map<String, Object> config = broker.consumer(topic);
    send(topic, 0, 100);
    try (var one = consumer(config, topic, this::note).build().start()) {
      await("handled", () -> distinct() == PARTITIONS * 100);
      breaker.forceOpen("test");
      await("paused", () -> one.state() == ConsumerState.PAUSED);
      send(topic, 100, 200);
      try (var two = consumer(config, topic, this::note).build().start()) {
        await("both have partitions", () -> {
          Collection<MemberDescription> members = members(topic);
          return members.size() == 2
              && members.stream()
                  .noneMatch(member -> member.assignment().topicPartitions().isEmpty());
        });
        await("it pauses", () -> two.state() == ConsumerState.PAUSED);
        assertThat(count.get()).isEqualTo(PARTITIONS * 100);
        breaker.reset("test");
        await("all", () -> distinct() == PARTITIONS * 200);
        assertAllInOrder(200);
        assertThat(two.figures().handled()).isPositive();
        breaker.forceOpen("test");
        await("paused", () -> one.state() == ConsumerState.PAUSED);
      }
      send(topic, 200, 210);
      await(
          "the rest is one's",
          () -> members(topic).size() == 1
              && members(topic).iterator().next().assignment().topicPartitions().size()
                  == PARTITIONS);
      breaker.reset("test");
      await("all", () -> distinct() == PARTITIONS * 210);
      assertAllInOrder(210);
    }
  }

  @Test
  void pausedConsumer_andOneWhoseHandlerTakesLong_stayInTheirGroup() throws Exception {
    long interval = 2_000;
    String topic = broker.topic(PARTITIONS);
    Map<String, Object> config = broker.consumer(topic);
    config.put("max.poll.interval.ms", (int) interval);
    send(topic, 0, 10);
    CountDownLatch finish = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    try (var one = consumer(config, topic, record -> {
          if (count.get() == 0) {
            begun.countDown();
            finish.await();
          }
          note(record);
        })
        .build()
        .start()) {
      begun.await();
      String member = members(topic).iterator().next().consumerId();
      stays(topic, member, 3 * interval);
      breaker.forceOpen("test");
      finish.countDown();
      await("paused", () -> one.state() == ConsumerState.PAUSED);
      stays(topic, member, 3 * interval);
      assertThat(one.figures().rebalances()).isZero();
      breaker.reset("test");
      await("all", () -> distinct() == PARTITIONS * 10);
      assertThat(count.get()).as("none comes again").isEqualTo(PARTITIONS * 10);
    }
  }

  private static void stays(String group, String member, long millis) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    await("so much time", () -> System.nanoTime() - until > 0);
    assertThat(members(group)).extracting(MemberDescription::consumerId).containsExactly(member);
  }

  @Test
  void brokerThatIsRestarted_losesNothing_andWhatIsNotAcknowledgedIsUnknownOrNotSent()
      throws Exception {
    Broker restarted = Broker.start();
    String topic = restarted.topic(PARTITIONS);
    Map<String, Object> config = restarted.consumer(topic);
    send(restarted, topic, 0, 100);
    try (restarted;
        var one = consumer(config, topic, this::note).build().start();
        EvenkeelProducer<String, String> producer = producer(
            restarted,
            Map.of(
                "max.block.ms", 1_000,
                "request.timeout.ms", 1_000,
                "delivery.timeout.ms", 2_000,
                "linger.ms", 0))) {
      await("handled", () -> distinct() == PARTITIONS * 100);
      producer.send(new ProducerRecord<>(topic, 0, null, "100")).get();
      restarted.stop();
      CompletableFuture<RecordMetadata> lost =
          producer.send(new ProducerRecord<>(topic, 1, null, "100"));
      await("it ends", lost::isDone);
      Throwable failure = lost.handle((done, thrown) -> thrown).get();
      assertThat(failure).isInstanceOf(SendException.class);
      assertThat(((SendException) failure).outcome())
          .isIn(SendOutcome.UNKNOWN, SendOutcome.NOT_SENT); // as far as the client had come
      restarted.again();
      send(restarted, topic, 101, 110);
      await("all but the unknown ones", () -> distinct() >= PARTITIONS * 109 + 1);
      handled
          .values()
          .forEach(numbers ->
              assertThat(new ArrayList<>(new LinkedHashSet<>(numbers))).isSorted());
      assertThat(one.figures().failed()).isZero();
    }
  }

  @Test
  void poison_goesToTheDeadLetters_andTheKeyArrives() throws Exception {
    String topic = broker.topic(PARTITIONS);
    String dead = broker.topic(1);
    Set<String> keys = ConcurrentHashMap.newKeySet();
    try (Producer<byte[], byte[]> letters =
            new KafkaProducer<>(broker.producer("ByteArraySerializer"));
        EvenkeelProducer<String, String> producer = producer(broker, Map.of());
        var one = consumer(broker.consumer(topic), topic, record -> {
              keys.add(String.valueOf(EvenkeelConsumer.idempotencyKey(record)));
              if (record.value().equals("1")) {
                throw new IllegalStateException("on purpose");
              }
              note(record);
            })
            .onFailure(FailureAction.DEAD_LETTER)
            .deadLetters(
                DeadLetters.to(letters, dead, new StringSerializer(), new StringSerializer()))
            .build()
            .start()) {
      for (int i = 0; i < 4; i++) {
        String value = Integer.toString(i);
        CallContext.current()
            .withIdempotencyKey("order-" + i)
            .<Exception>run(
                () -> producer.send(new ProducerRecord<>(topic, 0, null, value)).get());
      }
      await("handled", () -> distinct() == 3);
      await("sent", () -> one.figures().deadLettered() == 1);
      assertThat(handled.get(0)).containsExactly(0, 2, 3);
      assertThat(keys).containsExactlyInAnyOrder("order-0", "order-1", "order-2", "order-3");
      try (var reader = EvenkeelConsumer.<String, String>builder(broker.consumer(dead), dead)
          .handler(record -> keys.add("dead-" + record.value()))
          .onFailure(FailureAction.RETRY)
          .build()
          .start()) {
        await("it is there", () -> keys.contains("dead-1"));
        assertThat(reader.figures().handled()).isOne();
      }
    }
  }
}
