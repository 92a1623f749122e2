package dev.evenkeel.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Connection;
import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.DeadlineExceededException;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.rabbitmq.StandInBroker.Confirms;
import dev.evenkeel.retry.Retry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Publishing through a pipeline, and what is known afterwards. */
@org.junit.jupiter.api.Timeout(60)
class PublisherTest {

  private static final byte[] BODY = "paid".getBytes(StandardCharsets.UTF_8);

  private final CircuitBreaker breaker = CircuitBreaker.standard();
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

  private EvenkeelPublisher publisher(Policy... policies) {
    return EvenkeelPublisher.builder(connection)
        .pipeline(Pipeline.of("broker", policies))
        .mandatory(true)
        .build();
  }

  private static void publish(EvenkeelPublisher publisher) throws Exception {
    publisher.publish("", "orders", null, BODY);
  }

  private static PublishOutcome outcome(Throwable failure) {
    Throwable bare = failure instanceof CompletionException ? failure.getCause() : failure;
    assertThat(bare).isInstanceOf(PublishException.class);
    return ((PublishException) bare).outcome();
  }

  private String header(String name) {
    Object value = broker.lastPublished().properties.getHeaders().get(name);
    return value == null ? null : value.toString();
  }

  private static void keyed(EvenkeelPublisher publisher) throws Exception {
    CallContext.current().withIdempotencyKey("order-17").<Exception>run(() -> publish(publisher));
  }

  @Test
  void acked_returns() throws Exception {
    try (EvenkeelPublisher publisher = publisher(breaker)) {
      publish(publisher);
      publisher.publishAsync("", "orders", null, BODY).join();
      assertThat(broker.ready("orders")).isEqualTo(2);
      assertThat(publisher.outstanding()).isZero();
    }
  }

  @Test
  void context_travelsInTheHeaders() throws Exception {
    try (EvenkeelPublisher publisher = publisher(Timeout.ofMillis(20_000))) {
      long before = System.currentTimeMillis();
      Deadline.after(Duration.ofSeconds(10))
          .<Exception>run(() -> CallContext.current()
              .withCriticality(Criticality.SHEDDABLE)
              .withIdempotencyKey("order-17")
              .<Exception>run(() -> publish(publisher)));
      assertThat(Long.parseLong(header("evenkeel-timeout-ms"))).isBetween(5_000L, 10_000L);
      assertThat(Long.parseLong(header("evenkeel-deadline")) - before).isBetween(5_000L, 11_000L);
      assertThat(header("evenkeel-criticality")).isEqualTo("sheddable");
      assertThat(header("evenkeel-attempt")).isEqualTo("1");
      assertThat(header("Idempotency-Key")).isEqualTo("order-17");
      assertThat(broker.lastPublished().properties.getTimestamp()).isNotNull();
      assertThat(broker.lastPublished().properties.getExpiration()).isNull();
    }
  }

  /** What an attempt to send it may take says nothing about how long the message is of use. */
  @Test
  void timeoutOfTheAttempt_isNotTheMessagesDeadline() throws Exception {
    try (EvenkeelPublisher publisher = publisher(Timeout.ofMillis(500))) {
      publish(publisher);
      assertThat(header("evenkeel-deadline")).isNull();
      assertThat(header("evenkeel-timeout-ms")).isNull();
      Deadline.after(Duration.ofMinutes(10)).<Exception>run(() -> publish(publisher));
      assertThat(Long.parseLong(header("evenkeel-timeout-ms"))).isGreaterThan(500_000);
    }
  }

  @Test
  void headersOfAMessageThatIsPassedOn_areNotItsOwn() throws Exception {
    try (EvenkeelPublisher publisher = publisher()) {
      publisher.publish(
          "",
          "orders",
          new BasicProperties.Builder()
              .headers(Map.of("evenkeel-attempt", "7", "evenkeel-deadline", "1", "mine", "kept"))
              .build(),
          BODY);
      assertThat(header("evenkeel-attempt")).isNull();
      assertThat(header("evenkeel-deadline")).isNull();
      assertThat(header("mine")).isEqualTo("kept");
    }
  }

  @Test
  void nacked_isAFailureAndIsRetried() throws Exception {
    broker.confirms = Confirms.NACK;
    try (EvenkeelPublisher publisher = publisher(Retry.jittered(3), breaker)) {
      assertThat(outcome(catchThrowable(() -> publish(publisher))))
          .isEqualTo(PublishOutcome.NACKED);
      assertThat(broker.published()).isEqualTo(3);
      assertThat(header("evenkeel-attempt")).isEqualTo("3");
      assertThat(breaker.figures().failedCalls()).isEqualTo(3);
    }
  }

  @Test
  void returned_isNoFailureOfTheBrokerAndIsNotRetried() throws Exception {
    try (EvenkeelPublisher publisher = publisher(Retry.jittered(3), breaker)) {
      Throwable failure = catchThrowable(() -> publisher.publish("", "nowhere", null, BODY));
      assertThat(outcome(failure)).isEqualTo(PublishOutcome.RETURNED);
      assertThat(failure).hasMessageContaining("312 NO_ROUTE");
      assertThat(breaker.figures().failedCalls()).isZero();
      assertThat(broker.published()).isOne();
      assertThat(outcome(catchThrowable(
              () -> publisher.publishAsync("", "nowhere", null, BODY).join())))
          .isEqualTo(PublishOutcome.RETURNED);
    }
  }

  @Test
  void noConfirmInTime_isUnknownAndNoEvidenceAndNotRetried() throws Exception {
    broker.confirms = Confirms.SILENCE;
    try (EvenkeelPublisher publisher =
        publisher(Timeout.ofMillis(400), Retry.jittered(3), breaker)) {
      assertThat(outcome(catchThrowable(() -> publish(publisher))))
          .isEqualTo(PublishOutcome.UNKNOWN);
      assertThat(outcome(catchThrowable(
              () -> publisher.publishAsync("", "orders", null, BODY).join())))
          .isEqualTo(PublishOutcome.UNKNOWN);
      assertThat(broker.published()).isEqualTo(2);
      assertThat(breaker.figures().bufferedCalls()).isZero();
    }
  }

  @Test
  void noConfirmInTime_withAKeyIsRetried_andStillUnknownAtTheEnd() throws Exception {
    broker.confirms = Confirms.SILENCE;
    try (EvenkeelPublisher publisher =
        publisher(Timeout.ofMillis(200), Retry.jittered(3), breaker)) {
      assertThat(outcome(catchThrowable(() -> keyed(publisher)))).isEqualTo(PublishOutcome.UNKNOWN);
      assertThat(broker.published()).isEqualTo(3);
      assertThat(header("Idempotency-Key")).isEqualTo("order-17");
      assertThat(breaker.figures().bufferedCalls()).isZero();
    }
  }

  @Test
  void unknownThenNacked_isUnknown() throws Exception {
    broker.confirms = Confirms.SILENCE;
    try (EvenkeelPublisher publisher = publisher(Timeout.ofMillis(300), Retry.jittered(2))) {
      CompletableFuture<?> sent = CallContext.current()
          .withIdempotencyKey("order-17")
          .call(() -> publisher.publishAsync("", "orders", null, BODY));
      StandInBroker.await("the first attempt", () -> broker.published() == 1);
      broker.confirms = Confirms.NACK;
      assertThat(outcome(catchThrowable(sent::join))).isEqualTo(PublishOutcome.UNKNOWN);
      assertThat(broker.published()).isEqualTo(2);
    }
  }

  @Test
  void cutBeforeTheConfirm_isUnknown_andTheNextOneIsSentOnANewConnection() throws Exception {
    broker.confirms = Confirms.SILENCE;
    try (EvenkeelPublisher publisher = publisher(breaker)) {
      CompletableFuture<?> sent = publisher.publishAsync("", "orders", null, BODY);
      StandInBroker.await("it arrives", () -> broker.published() == 1);
      broker.cut();
      Throwable failure = catchThrowable(sent::join);
      assertThat(outcome(failure)).isEqualTo(PublishOutcome.UNKNOWN);
      assertThat(failure).hasMessageContaining("connection was lost");
      broker.confirms = Confirms.ACK;
      StandInBroker.await("recovery", connection::isOpen);
      publish(publisher);
    }
  }

  @Test
  void noConnection_isNotSentAndIsAFailure() throws Exception {
    try (EvenkeelPublisher publisher = publisher(breaker)) {
      publish(publisher);
      connection.abort(1_000);
      assertThat(outcome(catchThrowable(() -> publish(publisher))))
          .isEqualTo(PublishOutcome.NOT_SENT);
      assertThat(breaker.figures().failedCalls()).isOne();
      assertThat(broker.published()).isOne();
    }
  }

  @Test
  void brokerThatBlocksTheConnection_isNotWrittenTo() throws Exception {
    try (EvenkeelPublisher publisher = publisher(breaker)) {
      publish(publisher);
      broker.block("low on disk");
      StandInBroker.await("it is known", () -> catchThrowable(() -> publish(publisher)) != null);
      int before = broker.published();
      Throwable failure = catchThrowable(() -> publish(publisher));
      assertThat(outcome(failure)).isEqualTo(PublishOutcome.NOT_SENT);
      assertThat(failure).hasMessageContaining("low on disk");
      assertThat(broker.published()).isEqualTo(before);
      broker.block(null);
      StandInBroker.await("it goes on", () -> catchThrowable(() -> publish(publisher)) == null);
    }
  }

  @Test
  void connectionThatIsCutWhileBlocked_isUsableWhenItIsBack() throws Exception {
    try (EvenkeelPublisher publisher = publisher(breaker)) {
      publish(publisher);
      broker.block("low on disk");
      StandInBroker.await("it is known", () -> catchThrowable(() -> publish(publisher)) != null);
      broker.cut();
      StandInBroker.await("it goes on", () -> catchThrowable(() -> publish(publisher)) == null);
    }
  }

  @Test
  void messageThatCannotBeEncoded_isNotSentAndHarmsNoOther() throws Exception {
    try (EvenkeelPublisher publisher = publisher()) {
      BasicProperties bad =
          new BasicProperties.Builder().headers(Map.of("object", new Object())).build();
      for (int i = 0; i < 3; i++) {
        assertThat(outcome(catchThrowable(() -> publisher.publish("", "orders", bad, BODY))))
            .isEqualTo(PublishOutcome.NOT_SENT);
        publish(publisher); // its confirm is its own: the numbers did not drift
      }
      assertThat(broker.published()).isEqualTo(3);
      assertThat(publisher.outstanding()).isZero();
    }
  }

  @Test
  void peerThatSendsGarbage_nothingHangs() throws Exception {
    broker.confirms = Confirms.SILENCE;
    try (EvenkeelPublisher publisher = publisher()) {
      CompletableFuture<?> sent = publisher.publishAsync("", "orders", null, BODY);
      StandInBroker.await("it arrives", () -> broker.published() == 1);
      broker.sendGarbage();
      assertThat(outcome(catchThrowable(sent::join))).isEqualTo(PublishOutcome.UNKNOWN);
    }
  }

  @Test
  void openBreaker_nothingIsSent() {
    breaker.forceOpen("test");
    try (EvenkeelPublisher publisher = publisher(breaker)) {
      assertThatThrownBy(() -> publish(publisher)).isInstanceOf(CallRefusedException.class);
      assertThat(broker.published()).isZero();
    }
  }

  @Test
  void deadlinePassed_nothingIsSent() {
    try (EvenkeelPublisher publisher = publisher()) {
      assertThatThrownBy(
              () -> Deadline.after(Duration.ZERO).<Exception>run(() -> publish(publisher)))
          .isInstanceOf(DeadlineExceededException.class);
      assertThat(broker.published()).isZero();
    }
  }

  @Test
  void interruptWhileItWaits_endsTheCall() throws Exception {
    broker.confirms = Confirms.SILENCE;
    try (EvenkeelPublisher publisher = publisher(breaker)) {
      CompletableFuture<Throwable> ended = new CompletableFuture<>();
      Thread waiting = new Thread(() -> ended.complete(catchThrowable(() -> publish(publisher))));
      waiting.start();
      StandInBroker.await("it arrives", () -> broker.published() == 1);
      waiting.interrupt();
      assertThat(ended.join()).isInstanceOf(InterruptedException.class);
      assertThat(breaker.figures().bufferedCalls()).isZero();
    }
  }

  @Test
  void cancelledFuture_freesTheCall() throws Exception {
    broker.confirms = Confirms.SILENCE;
    try (EvenkeelPublisher publisher = publisher(breaker)) {
      CompletableFuture<?> sent = publisher.publishAsync("", "orders", null, BODY);
      assertThat(sent.cancel(true)).isTrue();
      assertThat(breaker.figures().bufferedCalls()).isZero();
    }
  }

  @Test
  void callbackThatBlocks_doesNotHoldTheConnection() throws Exception {
    try (EvenkeelPublisher publisher = publisher()) {
      CompletableFuture<Void> never = new CompletableFuture<>();
      publish(publisher); // the channel is open
      CompletableFuture<?> blocked;
      StandInBroker same = broker;
      synchronized (same) { // it confirms only when the callback is there
        blocked = publisher.publishAsync("", "orders", null, BODY).thenRun(never::join);
      }
      publish(publisher);
      never.complete(null);
      blocked.join();
    }
  }

  @Test
  void closed_refusesWithoutSending() {
    EvenkeelPublisher publisher = publisher();
    publisher.close();
    publisher.close();
    assertThatThrownBy(() -> publish(publisher)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void closeInMidCall_whatIsNotConfirmedIsUnknown() throws Exception {
    broker.confirms = Confirms.SILENCE;
    EvenkeelPublisher publisher = publisher();
    CompletableFuture<?> sent = publisher.publishAsync("", "orders", null, BODY);
    StandInBroker.await("it arrives", () -> broker.published() == 1);
    Thread.currentThread().interrupt(); // does not wait
    publisher.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(outcome(catchThrowable(sent::join))).isEqualTo(PublishOutcome.UNKNOWN);
  }

  @Test
  void badArguments_areRefused() {
    try (EvenkeelPublisher publisher = publisher()) {
      assertThatThrownBy(() -> publisher.publish(null, "orders", null, BODY))
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("exchange");
      assertThatThrownBy(() -> publisher.publish("", "orders", null, null))
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("body");
    }
    assertThatThrownBy(() -> EvenkeelPublisher.builder(null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> EvenkeelPublisher.builder(connection).confirmTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("confirmTimeout");
  }

  @Test
  void brokerTtl_isTheTimeLeft() throws Exception {
    try (EvenkeelPublisher publisher =
        EvenkeelPublisher.builder(connection).brokerTtl(true).build()) {
      Deadline.after(Duration.ofSeconds(10)).<Exception>run(() -> publish(publisher));
      assertThat(Long.parseLong(broker.lastPublished().properties.getExpiration()))
          .isBetween(5_000L, 10_000L);
    }
  }
}
