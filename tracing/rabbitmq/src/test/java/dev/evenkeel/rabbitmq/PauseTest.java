package dev.evenkeel.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Connection;
import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Pipeline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the handler needs goes away, and comes back. */
@Timeout(90)
class PauseTest {

  private final CircuitBreaker breaker = CircuitBreaker.standard();
  private final List<Integer> handled = new CopyOnWriteArrayList<>();
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

  private static int number(Message message) {
    return Integer.parseInt(new String(message.body(), StandardCharsets.UTF_8));
  }

  private EvenkeelConsumerBuilder consumer(MessageHandler handler) {
    return EvenkeelConsumer.builder(connection, "orders", handler)
        .pipeline(Pipeline.of("database", breaker));
  }

  private void put(int from, int to) {
    IntStream.range(from, to).forEach(i -> broker.put("orders", Integer.toString(i)));
  }

  private static List<Integer> numbers(int to) {
    return IntStream.range(0, to).boxed().toList();
  }

  @Test
  void openBreaker_leavesTheQueueToOthers_andClosedItComesBack() {
    try (EvenkeelConsumer consumer =
        consumer(message -> handled.add(number(message))).build().start()) {
      put(0, 3);
      StandInBroker.await("handled", () -> handled.size() == 3);
      breaker.forceOpen("test");
      StandInBroker.await("cancelled", () -> broker.log().contains("cancel"));
      put(3, 6);
      StandInBroker.await("paused", () -> consumer.state() == ConsumerState.PAUSED);
      StandInBroker.await("for others", () -> broker.ready("orders") == 3);
      breaker.reset("test");
      StandInBroker.await("handled", () -> handled.equals(numbers(6)));
      StandInBroker.await("it consumes", () -> consumer.state() == ConsumerState.CONSUMING);
      assertThat(consumer.figures().pauses()).isOne();
    }
  }

  @Test
  void pipelineThatTheHandlerCallsItself_isWatchedToo() {
    Pipeline stock = Pipeline.of("stock", breaker);
    try (EvenkeelConsumer consumer = EvenkeelConsumer.builder(
            connection, "orders", message -> stock.run(() -> handled.add(number(message))))
        .needs(stock)
        .build()
        .start()) {
      put(0, 1);
      StandInBroker.await("handled", () -> handled.size() == 1);
      breaker.forceOpen("test");
      StandInBroker.await("paused", () -> consumer.state() == ConsumerState.PAUSED);
      put(1, 2);
      breaker.comeBack("test"); // by a probe, which is a message
      StandInBroker.await("handled", () -> handled.equals(numbers(2)));
      assertThat(broker.deadLetters()).isZero();
      assertThat(consumer.figures().failed()).isZero();
    }
  }

  @Test
  void comeback_beginsWithOneMessageAndGrowsInAtMostFiveSteps() {
    try (EvenkeelConsumer consumer =
        consumer(message -> handled.add(number(message))).build().start()) {
      put(0, 100);
      StandInBroker.await("handled", () -> handled.size() == 100);
      breaker.forceOpen("test");
      StandInBroker.await("paused", () -> consumer.state() == ConsumerState.PAUSED);
      int before = broker.log().size();
      put(100, 2_000);
      breaker.comeBack("test");
      StandInBroker.await("handled", () -> handled.equals(numbers(2_000)));
      List<String> since = broker.log();
      List<Integer> steps = since.subList(before, since.size()).stream()
          .filter(entry -> entry.startsWith("qos"))
          .map(entry -> Integer.valueOf(entry.substring(4)))
          .distinct() // a probe that comes too early is repeated
          .toList();
      assertThat(steps.get(0)).as("the probe").isOne();
      assertThat(steps).as("steps").isSorted();
      assertThat(steps).hasSizeLessThanOrEqualTo(5);
      assertThat(consumer.figures().rejected()).isZero();
    }
  }

  @Test
  void outage_noMessageIsToBlame_howeverLongItLasts() {
    AtomicBoolean away = new AtomicBoolean();
    AtomicInteger failures = new AtomicInteger();
    try (EvenkeelConsumer consumer = consumer(message -> {
          if (away.get()) {
            failures.incrementAndGet();
            throw new IOException("connection refused");
          }
          handled.add(number(message));
        })
        .build()
        .start()) {
      put(0, 30);
      StandInBroker.await("handled", () -> handled.size() == 30);
      away.set(true);
      put(30, 100);
      StandInBroker.await("paused", () -> consumer.state() == ConsumerState.PAUSED);
      int before = failures.get();
      StandInBroker.await("probes fail", () -> failures.get() >= before + 3);
      away.set(false);
      StandInBroker.await("all are handled", () -> handled.size() == 100);
      assertThat(List.copyOf(handled)).hasSameElementsAs(numbers(100));
      assertThat(broker.deadLetters()).isZero();
      assertThat(consumer.figures().rejected()).isZero();
    }
  }

  @Test
  void poisonAtTheHeadOfTheQueue_doesNotKeepTheBreakerOpen() {
    AtomicInteger tried = new AtomicInteger();
    try (EvenkeelConsumer consumer = consumer(message -> {
          if (number(message) == 0) {
            tried.incrementAndGet();
            throw new IllegalStateException("on purpose");
          }
          handled.add(number(message));
        })
        .suspicion(Duration.ofMillis(200)) // it may be tried after all others
        .build()
        .start()) {
      StandInBroker.await("it consumes", () -> consumer.state() == ConsumerState.CONSUMING);
      breaker.forceOpen("test");
      StandInBroker.await("paused", () -> consumer.state() == ConsumerState.PAUSED);
      put(0, 20);
      breaker.comeBack("test");
      StandInBroker.await("the others are handled", () -> handled.size() == 19);
      StandInBroker.await("the poison is gone", () -> broker.deadLetters() == 1);
      assertThat(tried.get()).isGreaterThanOrEqualTo(3);
      assertThat(List.copyOf(handled)).isSorted();
    }
  }

  @Test
  void poisonAmongGoodMessages_isRejectedAsSoonAsAnotherOneSucceeds() {
    try (EvenkeelConsumer consumer = consumer(message -> {
          if (number(message) == 1) {
            throw new IllegalStateException("on purpose");
          }
          handled.add(number(message));
        })
        .build()
        .start()) {
      put(0, 2);
      StandInBroker.await("it failed", () -> consumer.figures().failed() == 1);
      assertThat(broker.deadLetters()).as("not judged yet").isZero();
      put(2, 3);
      StandInBroker.await("judged", () -> broker.deadLetters() == 1);
      assertThat(handled).containsExactly(0, 2);
    }
  }

  @Test
  void poisonAlone_isRejectedAfterAWhile() {
    try (EvenkeelConsumer consumer = consumer(message -> {
          throw new IllegalStateException("on purpose");
        })
        .suspicion(Duration.ofMillis(200))
        .build()
        .start()) {
      put(0, 1);
      StandInBroker.await("judged", () -> broker.deadLetters() == 1);
      assertThat(consumer.figures().failed()).isOne();
    }
  }

  @Test
  void limitThatIsFull_holdsTheMessage_inOrder() {
    ConcurrencyLimit limit = ConcurrencyLimit.of(1);
    Pipeline pipeline = Pipeline.of("database", limit);
    CompletableFuture<Void> taken = new CompletableFuture<>();
    CompletableFuture<Void> other = pipeline.callAsync(() -> taken);
    try (EvenkeelConsumer consumer = EvenkeelConsumer.builder(
            connection, "orders", message -> handled.add(number(message)))
        .pipeline(pipeline)
        .build()
        .start()) {
      put(0, 5);
      StandInBroker.await("delivered", () -> broker.ready("orders") == 0);
      assertThat(handled).isEmpty();
      taken.complete(null);
      other.join();
      StandInBroker.await("handled", () -> handled.equals(numbers(5)));
      assertThat(consumer.figures().handedBack()).isZero();
    }
  }

  @Test
  void limitThatStaysFull_givesTheMessagesBack() {
    Pipeline pipeline = Pipeline.of("database", ConcurrencyLimit.of(1));
    CompletableFuture<Void> taken = new CompletableFuture<>();
    CompletableFuture<Void> other = pipeline.callAsync(() -> taken);
    try (EvenkeelConsumer consumer = EvenkeelConsumer.builder(
            connection, "orders", message -> handled.add(number(message)))
        .pipeline(pipeline)
        .maxHold(Duration.ofMillis(50))
        .build()
        .start()) {
      put(0, 5);
      StandInBroker.await("given back", () -> broker.log().contains("nack 5"));
      taken.complete(null);
      other.join();
      StandInBroker.await("handled", () -> handled.equals(numbers(5)));
      assertThat(consumer.figures().rejected()).isZero();
    }
  }

  @Test
  void closedWhilePaused_leavesNothingBehind() {
    EvenkeelConsumer consumer =
        consumer(message -> handled.add(number(message))).build().start();
    StandInBroker.await("it consumes", () -> consumer.state() == ConsumerState.CONSUMING);
    breaker.forceOpen("test");
    StandInBroker.await("paused", () -> consumer.state() == ConsumerState.PAUSED);
    consumer.close();
    int before = broker.log().size();
    breaker.reset("test");
    put(0, 1);
    assertThat(broker.log()).hasSize(before);
    assertThat(broker.ready("orders")).isOne();
  }

  @Test
  void singleActive_closesItsChannelAndComesBackWithAll() {
    try (EvenkeelConsumer consumer = consumer(message -> handled.add(number(message)))
        .singleActive(true)
        .prefetch(7)
        .build()
        .start()) {
      StandInBroker.await("it consumes", () -> consumer.state() == ConsumerState.CONSUMING);
      breaker.forceOpen("test");
      StandInBroker.await("paused", () -> consumer.state() == ConsumerState.PAUSED);
      put(0, 3);
      breaker.reset("test");
      StandInBroker.await("handled", () -> handled.equals(numbers(3)));
      assertThat(broker.log()).doesNotContain("cancel").containsSubsequence("qos 7", "qos 7");
    }
  }
}
