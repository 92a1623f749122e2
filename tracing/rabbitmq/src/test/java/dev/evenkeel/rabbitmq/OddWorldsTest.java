package dev.evenkeel.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Connection;
import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Fallback;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.StateChange;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Worlds that nobody ordered. */
@Timeout(60)
class OddWorldsTest {

  private final CircuitBreaker breaker = CircuitBreaker.standard();
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

  /** Throws for every message that has the header {@code poison}. */
  private static final class BrokenPropagator implements TextMapPropagator {
    @Override
    public Collection<String> fields() {
      return List.of("poison");
    }

    @Override
    public <C> void inject(Context context, C carrier, TextMapSetter<C> setter) {
      throw new IllegalStateException("inject, on purpose");
    }

    @Override
    public <C> Context extract(Context context, C carrier, TextMapGetter<C> getter) {
      if (getter.get(carrier, "poison") != null) {
        throw new IllegalStateException("extract, on purpose");
      }
      return context;
    }
  }

  private static OpenTelemetry broken() {
    return new OpenTelemetry() {
      @Override
      public TracerProvider getTracerProvider() {
        return TracerProvider.noop();
      }

      @Override
      public ContextPropagators getPropagators() {
        return ContextPropagators.create(new BrokenPropagator());
      }
    };
  }

  @Test
  void propagatorThatThrows_stopsNeitherPublisherNorQueue() {
    broker.put(
        "orders", new BasicProperties.Builder().headers(Map.of("poison", "1")).build(), "poison");
    broker.put("orders", "next");
    try (EvenkeelPublisher publisher =
            EvenkeelPublisher.builder(connection).openTelemetry(broken()).build();
        EvenkeelConsumer consumer = EvenkeelConsumer.builder(
                connection, "orders", message -> handled.add(text(message)))
            .openTelemetry(broken())
            .build()
            .start()) {
      assertThat(publisher.publishAsync("", "orders", null, new byte[0]))
          .failsWithin(Duration.ofSeconds(20))
          .withThrowableThat()
          .withMessageContaining("inject, on purpose");
      StandInBroker.await("the next one", () -> handled.equals(List.of("next")));
      StandInBroker.await("rejected", () -> broker.deadLetters() == 1);
      assertThat(consumer.figures().failed()).isOne();
    }
  }

  @Test
  void handlerInterruptedFromOutside_theMessageComesAgain() {
    AtomicInteger calls = new AtomicInteger();
    broker.put("orders", "1");
    try (EvenkeelConsumer consumer = EvenkeelConsumer.builder(connection, "orders", message -> {
          if (calls.incrementAndGet() == 1) {
            Thread.currentThread().interrupt();
            throw new InterruptedException("the executor is shut down");
          }
          handled.add(text(message));
        })
        .build()
        .start()) {
      StandInBroker.await("again", () -> handled.equals(List.of("1")));
      assertThat(broker.deadLetters()).isZero();
      assertThat(consumer.figures().handedBack()).isOne();
    }
  }

  @Test
  void handlerThatIsAlwaysInterrupted_endsInTheDeadLetters() {
    broker.put("orders", "1");
    try (EvenkeelConsumer consumer = EvenkeelConsumer.builder(connection, "orders", message -> {
          throw new InterruptedException("on purpose");
        })
        .build()
        .start()) {
      StandInBroker.await("rejected", () -> broker.deadLetters() == 1);
      assertThat(consumer.figures().failed()).isEqualTo(3);
    }
  }

  @Test
  void fallbackThatAnswers_acknowledges() {
    broker.put("orders", "1");
    try (EvenkeelConsumer consumer = EvenkeelConsumer.builder(connection, "orders", message -> {
          throw new IllegalStateException("on purpose");
        })
        .pipeline(Pipeline.of("database", Fallback.of(failure -> "later")))
        .build()
        .start()) {
      StandInBroker.await("handled", () -> consumer.figures().handled() == 1);
    }
    assertThat(broker.deadLetters()).isZero();
    assertThat(broker.ready("orders")).isZero();
  }

  @Test
  void listenerBesideOurs_thatThrows_doesNotKeepTheConsumerFromPausing() {
    Pipeline pipeline = Pipeline.of("database", breaker);
    pipeline.addListener(new PipelineListener() {
      @Override
      public void onStateChange(StateChange change) {
        throw new AssertionError("on purpose");
      }
    });
    try (EvenkeelConsumer consumer = EvenkeelConsumer.builder(
            connection, "orders", message -> handled.add(text(message)))
        .pipeline(pipeline)
        .build()
        .start()) {
      StandInBroker.await("it consumes", () -> consumer.state() == ConsumerState.CONSUMING);
      breaker.forceOpen("test");
      StandInBroker.await("paused", () -> consumer.state() == ConsumerState.PAUSED);
    }
  }

  @Test
  void breakerThatIsOpenFromTheStart_nothingIsTakenUntilItCloses() {
    breaker.forceOpen("test");
    broker.put("orders", "1");
    try (EvenkeelConsumer consumer = EvenkeelConsumer.builder(
            connection, "orders", message -> handled.add(text(message)))
        .pipeline(Pipeline.of("database", breaker))
        .build()
        .start()) {
      StandInBroker.await("paused", () -> consumer.state() == ConsumerState.PAUSED);
      assertThat(broker.log()).isEmpty();
      breaker.reset("test");
      StandInBroker.await("handled", () -> handled.equals(List.of("1")));
    }
  }

  @Test
  void queueThatIsNotThere_isWaitedFor() {
    try (EvenkeelConsumer consumer = EvenkeelConsumer.builder(
            connection, "later", message -> handled.add(text(message)))
        .build()
        .start()) {
      StandInBroker.await("it waits", () -> consumer.state() == ConsumerState.WAITING);
      broker.put("later", "1");
      StandInBroker.await("handled", () -> handled.equals(List.of("1")));
    }
  }

  @Test
  void whyItCannotConsume_isToldOnceForEachReason() {
    Logger logger = (Logger) LoggerFactory.getLogger("dev.evenkeel");
    ListAppender<ILoggingEvent> seen = new ListAppender<>();
    seen.list = new CopyOnWriteArrayList<>();
    seen.start();
    logger.addAppender(seen);
    broker.refuses = true;
    try (EvenkeelConsumer consumer = EvenkeelConsumer.builder(
            connection, "later", message -> handled.add(text(message)))
        .build()
        .start()) {
      StandInBroker.await("no queue", () -> told(seen).size() == 1);
      broker.queue("later");
      StandInBroker.await("not allowed", () -> told(seen).size() == 2);
      broker.refuses = false;
      StandInBroker.await("consumes", () -> consumer.state() == ConsumerState.CONSUMING);
      assertThat(told(seen).get(0)).contains("NOT_FOUND - no queue");
      assertThat(told(seen).get(1)).contains("ACCESS_REFUSED");
    } finally {
      logger.detachAppender(seen);
    }
  }

  private static List<String> told(ListAppender<ILoggingEvent> seen) {
    return seen.list.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.startsWith("later: cannot consume"))
        .toList();
  }

  @Test
  void connectionCutWhilePaused_comesBackWithTheBreaker() {
    try (EvenkeelConsumer consumer = EvenkeelConsumer.builder(
            connection, "orders", message -> handled.add(text(message)))
        .pipeline(Pipeline.of("database", breaker))
        .build()
        .start()) {
      StandInBroker.await("it consumes", () -> consumer.state() == ConsumerState.CONSUMING);
      breaker.forceOpen("test");
      StandInBroker.await("paused", () -> consumer.state() == ConsumerState.PAUSED);
      broker.cut();
      broker.put("orders", "1");
      breaker.reset("test");
      StandInBroker.await("handled", () -> handled.equals(List.of("1")));
    }
  }

  @Test
  void manyConsumersOnOneConnection_eachMessageIsHandledOnce() {
    List<EvenkeelConsumer> consumers = new CopyOnWriteArrayList<>();
    Pipeline pipeline = Pipeline.of("database", breaker);
    for (int i = 0; i < 8; i++) {
      consumers.add(
          EvenkeelConsumer.builder(connection, "orders", message -> handled.add(text(message)))
              .pipeline(pipeline)
              .prefetch(3)
              .build()
              .start());
    }
    for (int i = 0; i < 400; i++) {
      broker.put("orders", Integer.toString(i));
      if (i % 100 == 50) {
        breaker.forceOpen("test");
        breaker.reset("test");
      }
    }
    StandInBroker.await("all", () -> handled.size() >= 400);
    consumers.forEach(EvenkeelConsumer::close);
    assertThat(handled).hasSize(400).doesNotHaveDuplicates();
  }
}
