package dev.evenkeel.rabbitmq.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.rabbitmq.EvenkeelPublisher;
import dev.evenkeel.rabbitmq.PublishException;
import dev.evenkeel.rabbitmq.PublishOutcome;
import dev.evenkeel.retry.Retry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The message arrives, and the confirm does not. */
@Timeout(60)
class LostConfirmsTest {

  private static final byte[] BODY = "paid".getBytes(StandardCharsets.UTF_8);
  private static final BasicProperties KEYED = new BasicProperties.Builder()
      .headers(Map.of("Idempotency-Key", "order-17"))
      .build();

  private final CircuitBreaker breaker = CircuitBreaker.standard();
  private final Pipeline pipeline = Pipeline.of(
      "broker",
      dev.evenkeel.core.Timeout.total(Duration.ofSeconds(30)),
      Retry.jittered(10),
      breaker);

  @Test
  void connectionCutBeforeTheConfirm_isUnknownAndNotSentAgain() throws Exception {
    try (Broker broker = new Broker();
        TcpProxy proxy = broker.proxy()) {
      String queue = broker.queue("cut", Map.of());
      Connection connection = broker.connectThrough(proxy);
      try (EvenkeelPublisher publisher =
          EvenkeelPublisher.builder(connection).pipeline(pipeline).build()) {
        publisher.publish("", queue, null, BODY);
        proxy.swallowAnswers();
        CompletableFuture<?> sent = publisher.publishAsync("", queue, null, BODY);
        Broker.await("it arrives", () -> broker.ready(queue) == 2);
        proxy.cut();
        assertThatThrownBy(sent::join)
            .cause()
            .asInstanceOf(type(PublishException.class))
            .extracting(PublishException::outcome)
            .isEqualTo(PublishOutcome.UNKNOWN);
        assertThat(breaker.figures().failedCalls()).isZero();
        Broker.await("the connection recovers", connection::isOpen);
        publisher.publish("", queue, null, BODY);
        Broker.await("three, and no repeat", () -> broker.ready(queue) == 3);
      }
    }
  }

  @Test
  void connectionCutBeforeTheConfirm_withAKeyItIsSentAgainAndRecognised() throws Exception {
    try (Broker broker = new Broker();
        TcpProxy proxy = broker.proxy()) {
      String queue = broker.queue("keyed", Map.of());
      Connection connection = broker.connectThrough(proxy);
      try (EvenkeelPublisher publisher =
          EvenkeelPublisher.builder(connection).pipeline(pipeline).build()) {
        publisher.publish("", queue, null, BODY);
        proxy.swallowAnswers();
        CompletableFuture<?> sent = publisher.publishAsync("", queue, KEYED, BODY);
        Broker.await("it arrives", () -> broker.ready(queue) == 2);
        proxy.cut();
        sent.join();
        Broker.await("it comes twice", () -> broker.ready(queue) == 3);
        broker.channel().basicGet(queue, true);
        for (int i = 0; i < 2; i++) {
          GetResponse one = broker.channel().basicGet(queue, true);
          assertThat(one.getProps().getHeaders().get("Idempotency-Key")).hasToString("order-17");
        }
      }
    }
  }

  @Test
  void noConfirmInTime_isUnknownAndNoFailureOfTheBroker() throws Exception {
    try (Broker broker = new Broker();
        TcpProxy proxy = broker.proxy()) {
      String queue = broker.queue("silent", Map.of());
      Connection connection = broker.connectThrough(proxy);
      try (EvenkeelPublisher publisher = EvenkeelPublisher.builder(connection)
          .pipeline(Pipeline.of("broker", dev.evenkeel.core.Timeout.ofMillis(400), breaker))
          .build()) {
        publisher.publish("", queue, null, BODY);
        proxy.swallowAnswers();
        for (int i = 0; i < 3; i++) {
          assertThatThrownBy(() -> publisher.publish("", queue, null, BODY))
              .asInstanceOf(type(PublishException.class))
              .extracting(PublishException::outcome)
              .isEqualTo(PublishOutcome.UNKNOWN);
        }
        Broker.await("they are there all the same", () -> broker.ready(queue) == 4);
        assertThat(breaker.figures().failedCalls()).isZero();
        proxy.cut();
      }
    }
  }

  @Test
  void noQueueForIt_isReturnedAndNoFailureOfTheBroker() throws Exception {
    try (Broker broker = new Broker();
        EvenkeelPublisher publisher = EvenkeelPublisher.builder(broker.connect())
            .pipeline(pipeline)
            .mandatory(true)
            .build()) {
      assertThatThrownBy(() -> publisher.publish("", broker.name("nowhere"), null, BODY))
          .hasMessageContaining("NO_ROUTE")
          .asInstanceOf(type(PublishException.class))
          .extracting(PublishException::outcome)
          .isEqualTo(PublishOutcome.RETURNED);
      assertThat(breaker.figures().failedCalls()).isZero();
      String queue = broker.queue("somewhere", Map.of());
      publisher.publish("", queue, null, BODY);
      assertThat(broker.ready(queue)).isOne();
    }
  }

  @Test
  void queueThatIsFull_nacks() throws Exception {
    try (Broker broker = new Broker();
        EvenkeelPublisher publisher =
            EvenkeelPublisher.builder(broker.connect()).build()) {
      String queue =
          broker.queue("full", Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
      publisher.publish("", queue, null, BODY);
      assertThatThrownBy(() -> publisher.publish("", queue, null, BODY))
          .asInstanceOf(type(PublishException.class))
          .extracting(PublishException::outcome)
          .isEqualTo(PublishOutcome.NACKED);
    }
  }

  @Test
  void exchangeThatIsNotThere_saysSo() throws Exception {
    try (Broker broker = new Broker();
        EvenkeelPublisher publisher =
            EvenkeelPublisher.builder(broker.connect()).build()) {
      assertThatThrownBy(() -> publisher.publish(broker.name("no-exchange"), "", null, BODY))
          .isInstanceOf(PublishException.class)
          .hasStackTraceContaining("no exchange");
      String queue = broker.queue("after", Map.of());
      publisher.publish("", queue, null, BODY); // on another channel
      assertThat(broker.ready(queue)).isOne();
    }
  }
}
