package dev.evenkeel.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Connection;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a handler gets, and what becomes of a message. */
@org.junit.jupiter.api.Timeout(60)
class ConsumerTest {

  private final List<String> handled = new CopyOnWriteArrayList<>();
  private StandInBroker broker;
  private Connection connection;

  @BeforeEach
  void start() throws Exception {
    broker = new StandInBroker();
    broker.queue("orders");
    connection = broker.connect();
  }

  @AfterEach
  void stop() throws Exception {
    broker.close();
  }

  private static String text(Message message) {
    return new String(message.body(), StandardCharsets.UTF_8);
  }

  private EvenkeelConsumerBuilder consumer(MessageHandler handler) {
    return EvenkeelConsumer.builder(connection, "orders", handler);
  }

  private static BasicProperties headers(Object... namesAndValues) {
    Map<String, Object> headers = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return new BasicProperties.Builder().headers(headers).build();
  }

  private void handledIs(String... texts) {
    StandInBroker.await("handled " + List.of(texts), () -> handled.equals(List.of(texts)));
  }

  @Test
  void success_isAcknowledged() {
    try (EvenkeelConsumer consumer =
        consumer(message -> handled.add(text(message))).build().start()) {
      broker.put("orders", "1");
      broker.put("orders", "2");
      handledIs("1", "2");
      StandInBroker.await("counted", () -> consumer.figures().handled() == 2);
      StandInBroker.await("consuming", () -> consumer.state() == ConsumerState.CONSUMING);
    }
    assertThat(broker.ready("orders")).isZero();
    assertThat(broker.deadLetters()).isZero();
  }

  @Test
  void context_isInForceInTheHandler() {
    AtomicReference<CallContext> seen = new AtomicReference<>();
    AtomicReference<Message> got = new AtomicReference<>();
    broker.put(
        "orders",
        headers(
            "evenkeel-timeout-ms",
            5_000L, // a number, as other publishers write it
            "evenkeel-deadline",
            Long.toString(System.currentTimeMillis() + 600_000),
            "evenkeel-criticality",
            "sheddable",
            "Idempotency-Key",
            "\"order-17\"",
            "x-delivery-count",
            4L),
        "1");
    try (EvenkeelConsumer consumer = consumer(message -> {
          got.set(message);
          seen.set(CallContext.current());
        })
        .build()
        .start()) {
      StandInBroker.await("handled", () -> consumer.figures().handled() == 1);
    }
    assertThat(seen.get().criticality()).isEqualTo(Criticality.SHEDDABLE);
    assertThat(seen.get().deadline().remaining())
        .isBetween(Duration.ofMillis(1), Duration.ofSeconds(5));
    assertThat(seen.get().idempotencyKey())
        .as("it is the message's, not the next call's")
        .isNull();
    assertThat(got.get().idempotencyKey()).isEqualTo("order-17");
    assertThat(got.get().deliveryCount()).hasValue(4);
  }

  @Test
  void deliveryCountThatIsNotThere_isUnknown() {
    AtomicReference<Message> got = new AtomicReference<>();
    broker.put("orders", headers("x-delivery-count", "many"), "1");
    try (EvenkeelConsumer consumer = consumer(got::set).build().start()) {
      StandInBroker.await("handled", () -> consumer.figures().handled() == 1);
    }
    assertThat(got.get().deliveryCount()).isEmpty();
    assertThat(got.get().isRedelivered()).isFalse();
  }

  @Test
  void expired_isDeadLetteredBeforeTheHandler() {
    broker.put("orders", headers("evenkeel-deadline", "1000"), "late");
    broker.put("orders", headers("evenkeel-timeout-ms", "0"), "none left");
    broker.put("orders", headers("evenkeel-deadline", "garbage"), "fresh");
    try (EvenkeelConsumer consumer =
        consumer(message -> handled.add(text(message))).build().start()) {
      handledIs("fresh");
      StandInBroker.await("rejected", () -> broker.deadLetters() == 2);
      assertThat(consumer.figures().expired()).isEqualTo(2);
    }
  }

  @Test
  void expired_isDroppedIfSo() {
    broker.put("orders", headers("evenkeel-deadline", "1000"), "late");
    try (EvenkeelConsumer consumer = consumer(message -> handled.add(text(message)))
        .onExpired(ExpiredAction.DROP)
        .build()
        .start()) {
      StandInBroker.await("dropped", () -> consumer.figures().expired() == 1);
    }
    assertThat(broker.deadLetters()).isZero();
    assertThat(broker.ready("orders")).isZero();
    assertThat(handled).isEmpty();
  }

  @Test
  void deadlineThatPassesInTheHandler_cutsItAndIsExpired() {
    broker.put("orders", headers("evenkeel-timeout-ms", "200"), "slow");
    try (EvenkeelConsumer consumer = consumer(message -> new CountDownLatch(1).await())
        .pipeline(Pipeline.of("database", Timeout.ofMillis(20_000)))
        .build()
        .start()) {
      StandInBroker.await("dead-lettered", () -> broker.deadLetters() == 1);
      assertThat(consumer.figures().expired()).isOne();
      assertThat(consumer.figures().failed()).isZero();
    }
  }

  @Test
  void handlerThatHangs_isCutByTheTimeoutAndRejected() {
    broker.put("orders", "hangs");
    broker.put("orders", "next");
    try (EvenkeelConsumer consumer = consumer(message -> {
          if (text(message).equals("hangs")) {
            new CountDownLatch(1).await();
          }
          handled.add(text(message));
        })
        .pipeline(Pipeline.of("database", Timeout.ofMillis(100)))
        .build()
        .start()) {
      handledIs("next");
      StandInBroker.await("rejected", () -> broker.deadLetters() == 1);
      assertThat(consumer.figures().failed()).isOne();
    }
  }

  @Test
  void error_isRejectedAndTheQueueGoesOn() {
    broker.put("orders", "poison");
    broker.put("orders", "next");
    try (EvenkeelConsumer consumer = consumer(message -> {
          if (text(message).equals("poison")) {
            throw new AssertionError("on purpose");
          }
          handled.add(text(message));
        })
        .build()
        .start()) {
      handledIs("next");
      StandInBroker.await("rejected", () -> broker.deadLetters() == 1);
      StandInBroker.await("consuming", () -> consumer.state() == ConsumerState.CONSUMING);
    }
  }

  @Test
  void handlerThatLeavesAnInterrupt_doesNotHarmTheNextMessage() {
    broker.put("orders", "1");
    broker.put("orders", "2");
    List<Boolean> flags = new CopyOnWriteArrayList<>();
    try (EvenkeelConsumer consumer = consumer(message -> {
          flags.add(Thread.currentThread().isInterrupted());
          Thread.currentThread().interrupt();
        })
        .build()
        .start()) {
      StandInBroker.await("both", () -> consumer.figures().handled() == 2);
    }
    assertThat(flags).containsExactly(false, false);
  }

  @Test
  void requeue_endsWithTheThirdFailure() {
    broker.put("orders", "poison");
    broker.put("orders", "next");
    try (EvenkeelConsumer consumer = consumer(message -> {
          if (text(message).equals("poison")) {
            throw new IllegalStateException("on purpose");
          }
          handled.add(text(message));
        })
        .onFailure(FailureAction.REQUEUE)
        .build()
        .start()) {
      StandInBroker.await("dead-lettered", () -> broker.deadLetters() == 1);
      assertThat(consumer.figures().failed()).isEqualTo(3);
      assertThat(broker.log().stream().filter("reject requeue"::equals)).hasSize(2);
      handledIs("next");
    }
  }

  @Test
  void requeue_countsWhatTheBrokerCounted() {
    broker.put("orders", headers("x-delivery-count", 2L), "poison");
    try (EvenkeelConsumer consumer = consumer(message -> {
          throw new IllegalStateException("on purpose");
        })
        .onFailure(FailureAction.REQUEUE)
        .build()
        .start()) {
      StandInBroker.await("dead-lettered", () -> broker.deadLetters() == 1);
      assertThat(consumer.figures().failed()).isOne();
    }
  }

  @Test
  void oldWork_isOfLowerCriticalityThanNew() {
    List<Criticality> seen = new CopyOnWriteArrayList<>();
    Date old = Date.from(Instant.now().minusSeconds(120));
    broker.put("orders", new BasicProperties.Builder().timestamp(old).build(), "old");
    broker.put(
        "orders",
        new BasicProperties.Builder()
            .timestamp(old)
            .headers(Map.of("evenkeel-criticality", "sheddable"))
            .build(),
        "lower already");
    broker.put("orders", "new");
    try (EvenkeelConsumer consumer = consumer(
            message -> seen.add(CallContext.current().criticality()))
        .build()
        .start()) {
      StandInBroker.await("all", () -> consumer.figures().handled() == 3);
    }
    assertThat(seen)
        .containsExactly(Criticality.SHEDDABLE_PLUS, Criticality.SHEDDABLE, Criticality.CRITICAL);
  }

  @Test
  void cancelByTheBroker_isSurvived() {
    try (EvenkeelConsumer consumer =
        consumer(message -> handled.add(text(message))).build().start()) {
      broker.put("orders", "1");
      handledIs("1");
      broker.delete("orders");
      StandInBroker.await("it waits", () -> consumer.state() == ConsumerState.WAITING);
      broker.put("orders", "2");
      handledIs("1", "2");
    }
  }

  @Test
  void connectionCut_isSurvived_andWhatWasNotSettledComesAgain() {
    CountDownLatch release = new CountDownLatch(1);
    try (EvenkeelConsumer consumer = consumer(message -> {
          handled.add(text(message) + message.isRedelivered());
          release.await();
        })
        .build()
        .start()) {
      broker.put("orders", "1");
      handledIs("1false");
      broker.cut();
      release.countDown();
      handledIs("1false", "1true");
      StandInBroker.await("a restart is counted", () -> consumer.figures().restarts() > 0);
    }
  }

  @Test
  void garbageFromTheBroker_isSurvived() {
    try (EvenkeelConsumer consumer =
        consumer(message -> handled.add(text(message))).build().start()) {
      broker.put("orders", "1");
      handledIs("1");
      broker.sendGarbage();
      broker.put("orders", "2");
      StandInBroker.await("the second", () -> handled.contains("2"));
      assertThat(consumer.state()).isNotEqualTo(ConsumerState.CLOSED);
    }
  }

  @Test
  void closeInMidHandler_waitsForItAndGivesBackTheRest() throws Exception {
    CountDownLatch inHand = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    EvenkeelConsumer consumer = consumer(message -> {
          inHand.countDown();
          release.await();
          handled.add(text(message));
        })
        .build()
        .start();
    for (String body : List.of("1", "2", "3")) {
      broker.put("orders", body);
    }
    inHand.await();
    Thread closing = new Thread(consumer::close);
    closing.start();
    StandInBroker.await("it stops consuming", () -> broker.log().contains("cancel"));
    release.countDown();
    closing.join();
    assertThat(handled).containsExactly("1");
    assertThat(broker.ready("orders")).isEqualTo(2);
    assertThat(consumer.state()).isEqualTo(ConsumerState.CLOSED);
  }

  @Test
  void closedBeforeItIsStarted_staysClosed() {
    EvenkeelConsumer consumer = consumer(message -> handled.add(text(message))).build();
    consumer.close();
    consumer.start();
    assertThat(consumer.state()).isEqualTo(ConsumerState.CLOSED);
    assertThat(broker.log()).isEmpty();
  }

  @Test
  void badSettings_areRefused() {
    EvenkeelConsumerBuilder builder = consumer(message -> {});
    assertThatThrownBy(() -> builder.prefetch(0)).hasMessageContaining("prefetch: 0");
    assertThatThrownBy(() -> builder.prefetch(65_536)).hasMessageContaining("prefetch");
    assertThatThrownBy(() -> builder.maxFailures(0)).hasMessageContaining("maxFailures");
    assertThatThrownBy(() -> builder.maxHold(Duration.ZERO)).hasMessageContaining("maxHold");
    assertThatThrownBy(() -> builder.suspicion(Duration.ofMillis(-1)))
        .hasMessageContaining("suspicion");
    assertThatThrownBy(() -> builder.clockSkew(Duration.ofMillis(-1)))
        .hasMessageContaining("clockSkew");
    assertThatThrownBy(() -> builder.oldAfter(Duration.ofMillis(-1), Criticality.SHEDDABLE))
        .hasMessageContaining("oldAfter");
    assertThatThrownBy(() -> builder.pipeline(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> builder.needs((Pipeline) null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> EvenkeelConsumer.builder(connection, " ", message -> {}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> EvenkeelConsumer.builder(null, "orders", message -> {}))
        .isInstanceOf(NullPointerException.class);
  }
}
