package dev.evenkeel.rabbitmq.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.GetResponse;
import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallTimeoutException;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.rabbitmq.EvenkeelConsumer;
import dev.evenkeel.rabbitmq.EvenkeelPublisher;
import dev.evenkeel.rabbitmq.FailureAction;
import dev.evenkeel.rabbitmq.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of messages that are too old, or that the handler fails on. */
@Timeout(60)
class DeadLettersTest {

  private final List<String> handled = new CopyOnWriteArrayList<>();

  private static String text(Message message) {
    return new String(message.body(), StandardCharsets.UTF_8);
  }

  private static Map<String, Object> deadLetteringTo(String dead) {
    return Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead);
  }

  private static void within(Broker broker, String queue, Duration time, boolean ttl)
      throws Exception {
    try (EvenkeelPublisher publisher =
        EvenkeelPublisher.builder(broker.connect()).brokerTtl(ttl).build()) {
      Deadline.after(time)
          .<Exception>run(
              () -> publisher.publish("", queue, null, "late".getBytes(StandardCharsets.UTF_8)));
    }
  }

  /** Why the broker says it is there. */
  private static String reason(Broker broker, String dead) throws IOException {
    Broker.await("a dead letter", () -> broker.ready(dead) == 1);
    GetResponse letter = broker.channel().basicGet(dead, true);
    List<?> deaths = (List<?>) letter.getProps().getHeaders().get("x-death");
    return ((Map<?, ?>) deaths.get(0)).get("reason").toString();
  }

  @Test
  void deadlineAsTtl_theBrokerDeadLettersItWithoutAConsumer() throws Exception {
    try (Broker broker = new Broker()) {
      String dead = broker.queue("dead", Map.of());
      String queue = broker.queue("ttl", deadLetteringTo(dead));
      within(broker, queue, Duration.ofMillis(500), true);
      assertThat(reason(broker, dead)).isEqualTo("expired");
    }
  }

  @Test
  void deadlinePassedInTheQueue_deadLetteredBeforeTheHandler() throws Exception {
    try (Broker broker = new Broker()) {
      String dead = broker.queue("dead", Map.of());
      String queue = broker.queue("late", deadLetteringTo(dead));
      within(broker, queue, Duration.ofMillis(200), false);
      Deadline late = Deadline.after(Duration.ofMillis(500)); // from when it is in the queue
      Broker.await("the deadline passes", late::isExpired);
      broker.send(queue, "fresh");
      try (EvenkeelConsumer consumer = EvenkeelConsumer.builder(
              broker.connect(), queue, message -> handled.add(text(message)))
          .build()
          .start()) {
        assertThat(reason(broker, dead)).isEqualTo("rejected");
        Broker.await("the one behind it", () -> handled.equals(List.of("fresh")));
        assertThat(consumer.figures().expired()).isOne();
      }
    }
  }

  @Test
  void poison_isDeadLetteredAndTheQueueGoesOn() throws Exception {
    try (Broker broker = new Broker()) {
      String dead = broker.queue("dead", Map.of());
      String queue = broker.queue("poison", deadLetteringTo(dead));
      for (String body : List.of("1", "poison", "2", "3")) {
        broker.send(queue, body);
      }
      try (EvenkeelConsumer consumer = EvenkeelConsumer.builder(
              broker.connect(), queue, message -> {
                if (text(message).equals("poison")) {
                  throw new StackOverflowError("on purpose");
                }
                handled.add(text(message));
              })
          .pipeline(Pipeline.of("database", CircuitBreaker.standard()))
          .build()
          .start()) {
        assertThat(reason(broker, dead)).isEqualTo("rejected");
        Broker.await("the others", () -> handled.equals(List.of("1", "2", "3")));
        assertThat(consumer.figures().rejected()).isOne();
      }
    }
  }

  @Test
  void handlerThatHangs_isEndedByTheTimeoutAndTheQueueGoesOn() throws Exception {
    try (Broker broker = new Broker()) {
      String dead = broker.queue("dead", Map.of());
      String queue = broker.queue("hang", deadLetteringTo(dead));
      broker.send(queue, "hang");
      broker.send(queue, "next");
      try (EvenkeelConsumer consumer = EvenkeelConsumer.builder(
              broker.connect(), queue, message -> {
                if (text(message).equals("hang")) {
                  new CountDownLatch(1).await();
                }
                handled.add(text(message));
              })
          .pipeline(Pipeline.of("database", dev.evenkeel.core.Timeout.ofMillis(200)))
          .build()
          .start()) {
        assertThat(reason(broker, dead)).isEqualTo("rejected");
        Broker.await("the next one", () -> handled.equals(List.of("next")));
        assertThat(consumer.figures().failed()).isOne();
      }
    }
  }

  @Test
  void quorumQueue_requeuesUntilItHasFailedThreeTimes_andSaysHowOften() throws Exception {
    List<OptionalLong> counts = new CopyOnWriteArrayList<>();
    try (Broker broker = new Broker()) {
      String dead = broker.queue("dead", Map.of());
      String queue = broker.queue(
          "quorum",
          Map.of(
              "x-queue-type", "quorum",
              "x-dead-letter-exchange", "",
              "x-dead-letter-routing-key", dead));
      broker.send(queue, "fails");
      try (EvenkeelConsumer consumer = EvenkeelConsumer.builder(
              broker.connect(), queue, message -> {
                counts.add(message.deliveryCount());
                throw new CallTimeoutException("stock", "timeout", Duration.ofMillis(1), null);
              })
          .onFailure(FailureAction.REQUEUE)
          .build()
          .start()) {
        assertThat(reason(broker, dead)).isEqualTo("rejected");
        assertThat(consumer.figures().failed()).isEqualTo(3);
        assertThat(counts.get(1)).hasValue(1);
        assertThat(counts.get(2)).hasValue(2);
      }
    }
  }
}
