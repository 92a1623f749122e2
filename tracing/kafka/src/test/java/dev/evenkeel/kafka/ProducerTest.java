package dev.evenkeel.kafka;

import static dev.evenkeel.kafka.StandInConsumer.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Retry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** What became of a record, and what the pipeline makes of it. */
@org.junit.jupiter.api.Timeout(120)
class ProducerTest {

  private final MockProducer<String, String> kafka =
      new MockProducer<>(false, null, new StringSerializer(), new StringSerializer());
  private final CircuitBreaker breaker = CircuitBreaker.standard();
  private final ProducerRecord<String, String> record = new ProducerRecord<>("orders", "k", "paid");

  private EvenkeelProducer<String, String> producer(Pipeline pipeline) {
    return EvenkeelProducer.builder(kafka).pipeline(pipeline).build();
  }

  private EvenkeelProducer<String, String> guarded() {
    return producer(Pipeline.of("kafka", breaker));
  }

  private static Throwable failureOf(CompletableFuture<?> sent) {
    await("it ends", sent::isDone);
    Throwable failure = catchThrowable(sent::join);
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }

  private static SendOutcome outcomeOf(CompletableFuture<?> sent) {
    Throwable failure = failureOf(sent);
    assertThat(failure).isInstanceOf(SendException.class);
    return ((SendException) failure).outcome();
  }

  private static String header(ProducerRecord<?, ?> sent, String name) {
    Header header = sent.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  private void sendMany(int times, Runnable answer) {
    EvenkeelProducer<String, String> producer = guarded();
    for (int i = 0; i < times; i++) {
      CompletableFuture<RecordMetadata> sent = producer.send(record);
      answer.run();
      await("it ends", sent::isDone);
    }
  }

  @Test
  void acknowledged_isASuccess_andTheContextTravels() {
    EvenkeelProducer<String, String> producer = guarded();
    CompletableFuture<RecordMetadata> sent = CallContext.current()
        .withDeadline(Deadline.after(Duration.ofMinutes(10)))
        .withIdempotencyKey("order-17")
        .call(() -> producer.send(record));
    assertThat(sent).isNotDone();
    assertThat(kafka.completeNext()).isTrue();
    await("it ends", sent::isDone);
    assertThat(sent.join().topic()).isEqualTo("orders");
    ProducerRecord<String, String> written = kafka.history().get(0);
    assertThat(header(written, "Idempotency-Key")).isEqualTo("order-17");
    assertThat(Long.parseLong(header(written, "evenkeel-timeout-ms")))
        .isBetween(500_000L, 600_000L);
    assertThat(Long.parseLong(header(written, "evenkeel-deadline"))).isPositive();
    assertThat(header(written, "evenkeel-attempt")).isEqualTo("1");
    assertThat(record.headers()).as("the user's record is not changed").isEmpty();
  }

  @Test
  void refusedBeforeItWasTaken_isNotSent_andOpensTheBreaker() {
    kafka.sendException = new TimeoutException("no metadata");
    CompletableFuture<RecordMetadata> sent = guarded().send(record);
    assertThat(outcomeOf(sent)).isEqualTo(SendOutcome.NOT_SENT);
    assertThat(failureOf(sent)).hasCause(kafka.sendException);
    sendMany(150, () -> {});
    assertThat(breaker.state().kind()).isNotEqualTo(GateState.Kind.CLOSED);
    breaker.forceOpen("test");
    assertThat(failureOf(guarded().send(record))).isInstanceOf(CallRefusedException.class);
  }

  @Test
  void noAcknowledgement_isUnknown_andNoEvidence() {
    EvenkeelProducer<String, String> producer = guarded();
    CompletableFuture<RecordMetadata> sent = producer.send(record);
    kafka.errorNext(new TimeoutException("expired"));
    assertThat(outcomeOf(sent)).isEqualTo(SendOutcome.UNKNOWN);
    sendMany(150, () -> kafka.errorNext(new NetworkException("cut")));
    assertThat(breaker.state().kind()).isEqualTo(GateState.Kind.CLOSED);
  }

  @Test
  void silence_endsUnknownBeforeTheTimeoutBlamesTheBroker() {
    EvenkeelProducer<String, String> producer =
        producer(Pipeline.of("kafka", Timeout.ofMillis(2_000), breaker));
    CompletableFuture<RecordMetadata> sent = producer.send(record);
    assertThat(outcomeOf(sent)).isEqualTo(SendOutcome.UNKNOWN);
    assertThat(breaker.state().kind()).isEqualTo(GateState.Kind.CLOSED);
  }

  @Test
  void refusedByTheBrokerForGood_isRefused_andAFailure() {
    EvenkeelProducer<String, String> producer = guarded();
    CompletableFuture<RecordMetadata> sent = producer.send(record);
    kafka.errorNext(new TopicAuthorizationException("orders"));
    assertThat(outcomeOf(sent)).isEqualTo(SendOutcome.REFUSED);
    sendMany(150, () -> kafka.errorNext(new NotEnoughReplicasException("one of two")));
    assertThat(breaker.state().kind()).as("the broker said so").isNotEqualTo(GateState.Kind.CLOSED);
  }

  @Test
  void recordThatIsItselfToBlame_isNoEvidence_andNotRetried() {
    EvenkeelProducer<String, String> producer =
        producer(Pipeline.of("kafka", Timeout.ofMillis(60_000), Retry.jittered(3), breaker));
    CompletableFuture<RecordMetadata> sent = producer.send(record);
    kafka.errorNext(new RecordTooLargeException("2 MB"));
    assertThat(outcomeOf(sent)).isEqualTo(SendOutcome.REFUSED);
    assertThat(failureOf(sent)).hasRootCauseInstanceOf(RecordTooLargeException.class);
    assertThat(kafka.history()).hasSize(1);
    sendMany(150, () -> kafka.errorNext(new RecordTooLargeException("2 MB")));
    assertThat(breaker.state().kind()).isEqualTo(GateState.Kind.CLOSED);
  }

  @Test
  void unknown_isRetriedOnlyWithAKey() {
    EvenkeelProducer<String, String> producer =
        producer(Pipeline.of("kafka", Timeout.ofMillis(60_000), Retry.jittered(3)));
    CompletableFuture<RecordMetadata> without = producer.send(record);
    kafka.errorNext(new NetworkException("cut"));
    assertThat(outcomeOf(without)).isEqualTo(SendOutcome.UNKNOWN);
    assertThat(kafka.history()).hasSize(1);

    ProducerRecord<String, String> keyed = new ProducerRecord<>("orders", "k", "paid");
    keyed.headers().add("Idempotency-Key", "order-17".getBytes(StandardCharsets.UTF_8));
    CompletableFuture<RecordMetadata> with = producer.send(keyed);
    kafka.errorNext(new NetworkException("cut"));
    await("another attempt", () -> kafka.history().size() == 3);
    assertThat(kafka.completeNext()).isTrue();
    await("it ends", with::isDone);
    assertThat(with.join()).isNotNull();
    List<ProducerRecord<String, String>> sent = kafka.history();
    assertThat(header(sent.get(1), "evenkeel-attempt")).isEqualTo("1");
    assertThat(header(sent.get(2), "evenkeel-attempt")).isEqualTo("2");
    assertThat(header(sent.get(2), "Idempotency-Key")).isEqualTo("order-17");
  }

  @Test
  void callback_isToldOnce_andMayThrow() {
    AtomicReference<Exception> told = new AtomicReference<>();
    AtomicReference<RecordMetadata> said = new AtomicReference<>();
    CompletableFuture<RecordMetadata> sent = guarded().send(record, (metadata, failure) -> {
      said.set(metadata);
      told.set(failure);
      throw new IllegalStateException("on purpose");
    });
    kafka.errorNext(new NetworkException("cut"));
    assertThat(outcomeOf(sent)).isEqualTo(SendOutcome.UNKNOWN);
    assertThat(told.get()).isInstanceOf(SendException.class);
    assertThat(said.get().hasOffset()).as("as the client has it").isFalse();
  }

  @Test
  void flush_waitsForWhatIsTriedAgain() throws Exception {
    EvenkeelProducer<String, String> producer =
        producer(Pipeline.of("kafka", Timeout.ofMillis(60_000), Retry.jittered(3)));
    kafka.sendException = new TimeoutException("no metadata");
    CompletableFuture<RecordMetadata> sent = producer.send(record);
    synchronized (kafka) {
      kafka.sendException = null;
    }
    Thread flusher = new Thread(producer::flush);
    flusher.start();
    await("it is sent or ends", () -> kafka.completeNext() || sent.isDone());
    flusher.join();
    assertThat(sent).isDone();
  }

  @Test
  void transactionWithARecordThatWasNotSent_isNotCommitted() {
    kafka.initTransactions();
    breaker.forceOpen("test");
    EvenkeelProducer<String, String> producer = guarded();
    producer.beginTransaction();
    assertThat(failureOf(producer.send(record))).isInstanceOf(CallRefusedException.class);
    assertThatThrownBy(producer::commitTransaction)
        .isInstanceOf(KafkaException.class)
        .hasMessageContaining("expected: abortTransaction()");
    producer.abortTransaction();
    assertThat(kafka.transactionAborted()).isTrue();
    breaker.reset("test");
    producer.beginTransaction();
    CompletableFuture<RecordMetadata> sent = producer.send(record);
    assertThat(kafka.completeNext()).isTrue();
    await("it ends", sent::isDone);
    producer.commitTransaction();
    assertThat(kafka.transactionCommitted()).isTrue();
  }

  @Test
  void badInput_isRefused() {
    assertThatThrownBy(() -> EvenkeelProducer.builder(null)).hasMessageContaining("producer");
    assertThatThrownBy(() -> guarded().send(null)).hasMessageContaining("record");
    assertThatThrownBy(() -> EvenkeelProducer.builder(kafka).sendTimeout(Duration.ZERO))
        .hasMessageContaining("sendTimeout");
    guarded().close();
    assertThat(kafka.closed()).isTrue();
  }
}
