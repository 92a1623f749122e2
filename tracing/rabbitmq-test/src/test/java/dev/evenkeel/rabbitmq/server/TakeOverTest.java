package dev.evenkeel.rabbitmq.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Connection;
import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.rabbitmq.ConsumerState;
import dev.evenkeel.rabbitmq.EvenkeelConsumer;
import dev.evenkeel.rabbitmq.EvenkeelPublisher;
import dev.evenkeel.rabbitmq.Message;
import dev.evenkeel.rabbitmq.MessageHandler;
import dev.evenkeel.retry.Retry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Consumers whose database, broker or connection goes away. */
@Timeout(90)
class TakeOverTest {

  private static int number(Message message) {
    return Integer.parseInt(new String(message.body(), StandardCharsets.UTF_8));
  }

  private static EvenkeelConsumer consumer(
      Connection connection, String queue, CircuitBreaker breaker, MessageHandler handler) {
    return EvenkeelConsumer.builder(connection, queue, handler)
        .pipeline(Pipeline.of("database", breaker))
        .build()
        .start();
  }

  @Test
  void nodeThatPauses_givesBackWhatItHadPrefetched() throws Exception {
    try (Broker broker = new Broker()) {
      String queue = broker.queue("takeover", Map.of());
      AtomicBoolean inHand = new AtomicBoolean();
      AtomicBoolean release = new AtomicBoolean();
      CircuitBreaker breaker = CircuitBreaker.standard();
      List<Integer> here = new CopyOnWriteArrayList<>();
      List<Integer> there = new CopyOnWriteArrayList<>();
      try (EvenkeelConsumer one = consumer(broker.connect(), queue, breaker, message -> {
        inHand.set(true);
        Broker.await("the test lets it go on", release::get);
        here.add(number(message));
      })) {
        for (int i = 0; i < 40; i++) {
          broker.send(queue, Integer.toString(i));
        }
        Broker.await("one has them all", () -> inHand.get() && broker.ready(queue) == 0);
        breaker.forceOpen("test");
        release.set(true);
        try (EvenkeelConsumer two = consumer(
            broker.connect(), queue, CircuitBreaker.standard(), m -> there.add(number(m)))) {
          Broker.await("two takes over", () -> there.size() == 39);
          assertThat(here).containsExactly(0);
          assertThat(there).isSorted();
          assertThat(one.state()).isEqualTo(ConsumerState.PAUSED);
          breaker.reset("test");
          Broker.await("one is back", () -> one.state() == ConsumerState.CONSUMING);
          assertThat(two.figures().handled()).isEqualTo(39);
        }
      }
    }
  }

  @Test
  void outageOfTheDatabase_noMessageIsTheOneToBlame() throws Exception {
    try (Broker broker = new Broker()) {
      String dead = broker.queue("dead", Map.of());
      String queue = broker.queue(
          "outage", Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead));
      AtomicBoolean away = new AtomicBoolean();
      List<Integer> handled = new CopyOnWriteArrayList<>();
      AtomicInteger failures = new AtomicInteger();
      CircuitBreaker breaker = CircuitBreaker.standard();
      for (int i = 0; i < 200; i++) {
        broker.send(queue, Integer.toString(i));
      }
      try (EvenkeelConsumer consumer = consumer(broker.connect(), queue, breaker, message -> {
        if (away.get()) {
          failures.incrementAndGet();
          throw new IOException("connection refused");
        }
        handled.add(number(message));
        if (number(message) == 30) {
          away.set(true);
        }
      })) {
        Broker.await("it pauses", () -> consumer.state() == ConsumerState.PAUSED);
        int before = failures.get();
        Broker.await("probes fail", () -> failures.get() > before + 4);
        away.set(false);
        Broker.await("all are handled", () -> Set.copyOf(handled).size() == 200);
        assertThat(broker.ready(dead)).isZero();
        assertThat(consumer.figures().rejected()).isZero();
        assertThat(handled).hasSize(200);
      }
    }
  }

  @Test
  void queueDeletedAndDeclaredAgain_theConsumerIsBack() throws Exception {
    try (Broker broker = new Broker()) {
      String queue = broker.queue("deleted", Map.of());
      List<Integer> handled = new CopyOnWriteArrayList<>();
      try (EvenkeelConsumer consumer = consumer(
          broker.connect(), queue, CircuitBreaker.standard(), m -> handled.add(number(m)))) {
        broker.send(queue, "1");
        Broker.await("it consumes", () -> handled.equals(List.of(1)));
        broker.channel().queueDelete(queue);
        Broker.await("it notices", () -> consumer.state() == ConsumerState.WAITING);
        broker.channel().queueDeclare(queue, true, false, false, null);
        broker.send(queue, "2");
        Broker.await("it is back", () -> handled.equals(List.of(1, 2)));
      }
    }
  }

  @Test
  void connectionsCutInMidFlow_whatIsConfirmedIsHandled() throws Exception {
    int messages = 5_000;
    try (Broker broker = new Broker();
        TcpProxy forPublisher = broker.proxy();
        TcpProxy forConsumer = broker.proxy()) {
      String queue = broker.queue("cuts", Map.of());
      Set<Integer> handled = ConcurrentHashMap.newKeySet();
      AtomicInteger deliveries = new AtomicInteger();
      Pipeline patient = Pipeline.of(
          "broker", dev.evenkeel.core.Timeout.total(Duration.ofSeconds(30)), Retry.jittered(20));
      try (EvenkeelConsumer consumer = consumer(
              broker.connectThrough(forConsumer), queue, CircuitBreaker.standard(), message -> {
                handled.add(number(message));
                deliveries.incrementAndGet();
              });
          EvenkeelPublisher publisher = EvenkeelPublisher.builder(
                  broker.connectThrough(forPublisher))
              .pipeline(patient)
              .build()) {
        for (int i = 0; i < messages; i++) {
          int number = i;
          if (i % 1_000 == 500) {
            forConsumer.cut();
          }
          if (i % 1_000 == 900) {
            forPublisher.cut();
          }
          CallContext.current()
              .withIdempotencyKey("number-" + i)
              .<Exception>run(() -> publisher.publish(
                  "", queue, null, Integer.toString(number).getBytes(StandardCharsets.UTF_8)));
        }
        Broker.await("all are handled", () -> handled.size() == messages);
        assertThat(consumer.figures().restarts()).isPositive();
        Broker.await("nothing is left", () -> broker.ready(queue) == 0);
        assertThat(deliveries.get()).isGreaterThanOrEqualTo(messages);
      }
    }
  }

  @Test
  void consumerClosed_leavesWhatItDidNotHandle() throws Exception {
    try (Broker broker = new Broker()) {
      String queue = broker.queue("close", Map.of());
      AtomicBoolean inHand = new AtomicBoolean();
      AtomicBoolean release = new AtomicBoolean();
      EvenkeelConsumer consumer =
          consumer(broker.connect(), queue, CircuitBreaker.standard(), message -> {
            inHand.set(true);
            Broker.await("the test lets it go on", release::get);
          });
      for (int i = 0; i < 10; i++) {
        broker.send(queue, Integer.toString(i));
      }
      Broker.await("it has them all", () -> inHand.get() && broker.ready(queue) == 0);
      Thread closing = new Thread(consumer::close);
      closing.start();
      Broker.await("it has stopped consuming", () -> broker.consumers(queue) == 0);
      release.set(true);
      closing.join();
      assertThat(consumer.state()).isEqualTo(ConsumerState.CLOSED);
      assertThat(consumer.figures().handled()).as("what was in hand").isOne();
      Broker.await(
          "the rest is in the queue",
          () -> broker.ready(queue) == 10 - consumer.figures().handled());
    }
  }

  @Test
  void connectionClosedByItsOwner_endsTheConsumer() throws Exception {
    try (Broker broker = new Broker()) {
      String queue = broker.queue("closed", Map.of());
      Connection connection = broker.connect();
      EvenkeelConsumer consumer =
          consumer(connection, queue, CircuitBreaker.standard(), message -> {});
      Broker.await("it consumes", () -> consumer.state() == ConsumerState.CONSUMING);
      connection.close();
      Broker.await("it ends", () -> consumer.state() == ConsumerState.CLOSED);
    }
  }
}
