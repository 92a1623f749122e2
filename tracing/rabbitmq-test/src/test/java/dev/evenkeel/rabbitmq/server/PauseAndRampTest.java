package dev.evenkeel.rabbitmq.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.rabbitmq.ConsumerState;
import dev.evenkeel.rabbitmq.EvenkeelConsumer;
import dev.evenkeel.rabbitmq.EvenkeelPublisher;
import dev.evenkeel.rabbitmq.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Numbered messages, two nodes, and what the handlers need goes away again and again. */
@Timeout(180)
class PauseAndRampTest {

  private static final int MESSAGES = 100_000;
  private static final int PAUSES = 20;

  /** What was handled, in the order in which it was. */
  private final List<Integer> order = Collections.synchronizedList(new ArrayList<>());

  private final AtomicReferenceArray<Node> firstBy = new AtomicReferenceArray<>(MESSAGES);
  private final AtomicInteger distinct = new AtomicInteger();
  private final ConcurrentHashMap<String, Integer> repeats = new ConcurrentHashMap<>();

  /** A process of its own, as far as the broker can see. */
  private final class Node implements AutoCloseable {

    final CircuitBreaker breaker = CircuitBreaker.standard();
    final List<Integer> fresh = new ArrayList<>(); // handled here, and never delivered before
    final AtomicInteger handled = new AtomicInteger();
    final EvenkeelConsumer consumer;
    private int whenPaused;
    private int whileAway;

    Node(Broker broker, String queue, boolean singleActive) throws Exception {
      consumer = EvenkeelConsumer.builder(broker.connect(), queue, this::handle)
          .pipeline(Pipeline.of("database", breaker))
          .prefetch(200)
          .singleActive(singleActive)
          .build()
          .start();
    }

    private void handle(Message message) {
      int number = Integer.parseInt(new String(message.body(), StandardCharsets.UTF_8));
      if (!message.isRedelivered()) {
        fresh.add(number);
      }
      if (firstBy.compareAndSet(number, null, this)) {
        distinct.incrementAndGet();
        order.add(number);
      } else {
        assertThat(message.isRedelivered()).isTrue();
        repeats.merge(message.idempotencyKey(), 1, Integer::sum);
      }
      handled.incrementAndGet();
    }

    void goAway() {
      breaker.forceOpen("test");
      Broker.await("the consumer pauses", () -> consumer.state() == ConsumerState.PAUSED);
      whenPaused = handled.get();
    }

    void comeBack() {
      whileAway += handled.get() - whenPaused;
      breaker.comeBack("test");
    }

    @Override
    public void close() {
      consumer.close();
    }
  }

  private static void publish(Broker broker, String queue) throws Exception {
    Semaphore window = new Semaphore(1_000);
    List<CompletableFuture<?>> sent = new ArrayList<>();
    try (EvenkeelPublisher publisher =
        EvenkeelPublisher.builder(broker.connect()).build()) {
      for (int i = 0; i < MESSAGES; i++) {
        window.acquire();
        CompletableFuture<?> one = publisher.publishAsync(
            "",
            queue,
            new BasicProperties.Builder()
                .headers(Map.of("Idempotency-Key", "number-" + i))
                .build(),
            Integer.toString(i).getBytes(StandardCharsets.UTF_8));
        sent.add(one.whenComplete((done, failure) -> window.release()));
      }
      CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).join();
    }
  }

  /** Pauses one node after the other, and waits each time until work has gone on without it. */
  private void pauseInTurn(Node... nodes) {
    for (int i = 0; i < PAUSES; i++) {
      Node node = nodes[i % nodes.length];
      int target = Math.min(MESSAGES, (i + 1) * (MESSAGES / (PAUSES + 1)));
      progress(target, nodes);
      node.goAway();
      progress(Math.min(MESSAGES, distinct.get() + 100), nodes);
      node.comeBack();
    }
  }

  /** A breaker that has not seen a healthy second yet ramps for 20 s: the test need not wait. */
  private void progress(int target, Node... nodes) {
    try {
      Broker.await("progress to " + target, 2, () -> distinct.get() >= target);
    } catch (AssertionError slow) {
      for (Node node : nodes) {
        if (node.breaker.state().kind() != GateState.Kind.FORCED_OPEN) {
          node.breaker.skipRamp("test");
        }
      }
      Broker.await("progress to " + target, () -> distinct.get() >= target);
    }
  }

  private void everythingWasHandled(Broker broker, String queue, Node... nodes) {
    Broker.await("all are handled", 120, () -> distinct.get() == MESSAGES);
    for (Node node : nodes) {
      node.close();
      assertThat(node.whileAway)
          .as("handled while away: at most the one in hand at each pause")
          .isLessThanOrEqualTo(PAUSES);
      assertThat(node.consumer.state()).isEqualTo(ConsumerState.CLOSED);
    }
    assertThat(broker.ready(queue)).as("left in the queue").isZero();
  }

  @Test
  void twoNodes_nothingIsLostAndEachKeepsTheBrokersOrder() throws Exception {
    try (Broker broker = new Broker()) {
      String queue = broker.queue("pauses", Map.of());
      publish(broker, queue);
      Node one = new Node(broker, queue, false);
      Node two = new Node(broker, queue, false);
      pauseInTurn(one, two);
      everythingWasHandled(broker, queue, one, two);
      assertThat(one.fresh).as("as the broker gave them").isSorted();
      assertThat(two.fresh).as("as the broker gave them").isSorted();
      assertThat(one.consumer.figures().pauses() + two.consumer.figures().pauses())
          .isGreaterThanOrEqualTo(PAUSES);
      System.out.println("two nodes: handled " + one.handled + " + " + two.handled + ", repeats "
          + repeats.size() + ", " + one.consumer.figures() + ", " + two.consumer.figures());
    }
  }

  @Test
  void singleActiveConsumer_orderHoldsAcrossTheNodes() throws Exception {
    try (Broker broker = new Broker()) {
      String queue = broker.queue("single", Map.of("x-single-active-consumer", true));
      publish(broker, queue);
      Node one = new Node(broker, queue, true);
      Broker.await("one is first", () -> one.handled.get() > 0);
      Node two = new Node(broker, queue, true);
      pauseInTurn(one, two);
      everythingWasHandled(broker, queue, one, two);
      assertThat(order).as("across both nodes").isSorted();
      System.out.println("single active: handled " + one.handled + " + " + two.handled
          + ", repeats " + repeats.size() + ", " + one.consumer.figures() + ", "
          + two.consumer.figures());
    }
  }
}
