package dev.evenkeel.rabbitmq.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineException;
import dev.evenkeel.rabbitmq.ConsumerState;
import dev.evenkeel.rabbitmq.EvenkeelConsumer;
import dev.evenkeel.rabbitmq.EvenkeelPublisher;
import dev.evenkeel.rabbitmq.Message;
import dev.evenkeel.rabbitmq.PublishException;
import dev.evenkeel.retry.Retry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker that is killed while messages go in and out, and started again. */
@Timeout(600)
class BrokerRestartTest {

  private static final int MESSAGES = 900;
  private static final int KILLS = 2;
  private static final String QUEUE = "orders";

  @TempDir
  private Path folder;

  /** How often each message came, by its key. */
  private final ConcurrentHashMap<String, Integer> handled = new ConcurrentHashMap<>();

  private final AtomicInteger confirmed = new AtomicInteger();

  private void handle(Message message) {
    assertThat(message.idempotencyKey())
        .isEqualTo(new String(message.body(), StandardCharsets.UTF_8));
    handled.merge(message.idempotencyKey(), 1, Integer::sum);
  }

  @Test
  void brokerKilledInMidFlow_whatWasConfirmedIsHandled_andRepeatsAreRecognised() throws Exception {
    try (OwnBroker broker = OwnBroker.start(folder);
        Connection forPublisher = broker.factory().newConnection();
        Connection forConsumer = broker.factory().newConnection()) {
      try (Channel channel = forPublisher.createChannel()) {
        channel.queueDeclare(QUEUE, true, false, false, Map.of());
      }
      try (EvenkeelPublisher publisher =
              EvenkeelPublisher.builder(forPublisher).pipeline(patient()).build();
          EvenkeelConsumer consumer = EvenkeelConsumer.builder(forConsumer, QUEUE, this::handle)
              .pipeline(Pipeline.of("database", CircuitBreaker.standard()))
              .build()
              .start()) {
        CompletableFuture<Void> publishing =
            CompletableFuture.runAsync(() -> publishAll(publisher));
        for (int kill = 1; kill <= KILLS; kill++) {
          int some = kill * MESSAGES / (KILLS + 1);
          Broker.await("some are handled", 180, () -> handled.size() >= some);
          broker.kill();
          Broker.await("the consumer knows", () -> consumer.state() == ConsumerState.WAITING);
          broker.startAgain();
        }
        publishing.get(5, TimeUnit.MINUTES);
        Broker.await("all are handled", 180, () -> handled.size() == MESSAGES);
        assertThat(consumer.figures().restarts()).isGreaterThanOrEqualTo(KILLS);
        assertThat(consumer.figures().failed()).isZero();
        System.out.println("broker killed " + KILLS + " times: " + MESSAGES + " messages, "
            + handled.values().stream().filter(times -> times > 1).count() + " came again, "
            + consumer.figures());
      }
    }
  }

  /** Its last attempt may come before the broker is back: {@link #publishAll} asks again. */
  private static Pipeline patient() {
    return Pipeline.of(
        "broker",
        dev.evenkeel.core.Timeout.total(Duration.ofSeconds(30)),
        dev.evenkeel.core.Timeout.ofMillis(5_000),
        Retry.jittered(5));
  }

  private void publishAll(EvenkeelPublisher publisher) {
    while (confirmed.get() < MESSAGES) {
      String key = "number-" + confirmed.get();
      try {
        CallContext.current()
            .withIdempotencyKey(key)
            .<Exception>run(() -> publisher.publish(
                "",
                QUEUE,
                MessageProperties.PERSISTENT_BASIC,
                key.getBytes(StandardCharsets.UTF_8)));
        confirmed.incrementAndGet();
      } catch (PublishException | PipelineException away) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      } catch (Exception other) {
        throw new IllegalStateException(other);
      }
    }
  }
}
