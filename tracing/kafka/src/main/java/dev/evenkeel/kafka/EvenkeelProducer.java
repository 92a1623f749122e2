package dev.evenkeel.kafka;

import dev.evenkeel.core.Checks;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A producer that sends through a pipeline, and knows what became of each record.
 *
 * <pre>{@code
 * Producer<String, String> producer = EvenkeelProducer.builder(new KafkaProducer<String, String>(config))
 *     .pipeline(Pipeline.of("kafka", Timeout.ofSeconds(10), CircuitBreaker.standard()))
 *     .build();
 * producer.send(new ProducerRecord<>("orders", order, body)).get();
 * }</pre>
 *
 * <ul>
 *   <li>The trace, the deadline, the criticality, the attempt and the idempotency key of the
 *       {@link dev.evenkeel.core.CallContext} travel in the headers.
 *   <li>A record that the producer did not take, or that the broker refused, is a failure to the
 *       pipeline, unless the record itself is to blame, which is no evidence.
 *   <li>Where no acknowledgement came in time, <b>nobody knows</b>: neither a success nor a failure
 *       to a breaker, and retried by the pipeline only if the record has an idempotency key, by
 *       which its consumer recognises it when it comes twice. The key is the {@code CallContext}'s,
 *       or a header {@code Idempotency-Key} of the record.
 *   <li>Futures and callbacks end with a {@link SendException}, which says which of these it was,
 *       or with the pipeline's own exception. Callbacks run on a thread of Evenkeel's and may block
 *       it as little as the client's; for a record that was retried they come later than for its
 *       successors.
 *   <li>With {@code acks=0} every record that was sent counts as acknowledged.
 * </ul>
 *
 * <p>{@link #send} may block for as long as the producer's own does, {@code max.block.ms}. A record
 * of a transaction that the pipeline has not sent makes {@link #commitTransaction} fail, as one
 * does that the client could not send. Everything else is the producer's own. Thread-safe.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class EvenkeelProducer<K, V> implements Producer<K, V> {

  private static final Logger LOG = LoggerFactory.getLogger(EvenkeelProducer.class);

  private final ProducerSettings<K, V> settings;
  private final Producer<K, V> producer;
  private final Map<SendCall<K, V>, CompletableFuture<RecordMetadata>> open =
      new ConcurrentHashMap<>();

  /** Why the present transaction must not be committed; null if it may. */
  private final AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();

  EvenkeelProducer(ProducerSettings<K, V> settings) {
    this.settings = settings;
    producer = settings.producer();
  }

  /**
   * A builder.
   *
   * @param producer what sends; it belongs to the new one from now on, which closes it
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return without a pipeline: headers, spans and outcomes only
   */
  public static <K, V> EvenkeelProducerBuilder<K, V> builder(Producer<K, V> producer) {
    return new EvenkeelProducerBuilder<>(Checks.notNull("producer", producer));
  }

  @Override
  public CompletableFuture<RecordMetadata> send(ProducerRecord<K, V> record) {
    return send(record, null);
  }

  /**
   * Sends a record through the pipeline.
   *
   * @param record the record; its headers are not changed
   * @param callback told how it ended; null for nobody
   * @return ends as the call does; cancelling it does not call the record back
   */
  @Override
  public CompletableFuture<RecordMetadata> send(
      ProducerRecord<K, V> record, @Nullable Callback callback) {
    SendCall<K, V> call =
        new SendCall<>(settings, Checks.notNull("record", record), Context.current());
    CompletableFuture<RecordMetadata> sent = settings.pipeline().callAsync(call::start);
    CompletableFuture<RecordMetadata> answer = new CompletableFuture<>();
    open.put(call, answer);
    CompletionStage<RecordMetadata> ending = sent;
    ending.whenComplete((done, thrown) -> {
      RecordMetadata said = thrown == null ? done : call.metadata();
      Throwable failure = said != null ? null : call.explained(unwrapped(thrown));
      if (failure != null) {
        broken.compareAndSet(null, failure);
      }
      tell(callback, record, said, failure);
      open.remove(call);
      if (failure == null) {
        answer.complete(said);
      } else {
        answer.completeExceptionally(failure);
      }
    });
    CompletionStage<RecordMetadata> given = answer;
    given.whenComplete((done, failure) -> sent.cancel(true)); // whoever completes it gives it up
    return answer;
  }

  private static Throwable unwrapped(@Nullable Throwable thrown) {
    Throwable cause = thrown == null ? null : thrown.getCause();
    boolean wrapper = thrown instanceof CompletionException || thrown instanceof ExecutionException;
    if (wrapper && cause != null) {
      return cause;
    }
    return thrown == null ? new KafkaException("the call ended without an answer") : thrown;
  }

  private static void tell(
      @Nullable Callback callback,
      ProducerRecord<?, ?> record,
      @Nullable RecordMetadata said,
      @Nullable Throwable failure) {
    if (callback == null) {
      return;
    }
    int partition =
        record.partition() == null ? RecordMetadata.UNKNOWN_PARTITION : record.partition();
    RecordMetadata told = said != null
        ? said
        : new RecordMetadata(new TopicPartition(record.topic(), partition), -1, -1, -1, -1, -1);
    Exception reason = failure == null || failure instanceof Exception
        ? (Exception) failure
        : new KafkaException(failure);
    try {
      callback.onCompletion(told, reason);
    } catch (RuntimeException | Error fault) {
      LOG.warn("a callback of a record for {} failed", record.topic(), fault);
    }
  }

  /** Waits for all records that were sent before, also for those that the pipeline tries again. */
  @Override
  public void flush() {
    CompletableFuture<?>[] before = open.values().toArray(new CompletableFuture<?>[0]);
    producer.flush();
    try {
      CompletableFuture.allOf(before).handle((done, failure) -> true).get();
    } catch (InterruptedException stop) {
      throw new InterruptException(stop);
    } catch (ExecutionException never) {
      throw new KafkaException(never);
    }
  }

  @Override
  public void initTransactions() {
    producer.initTransactions();
  }

  @Override
  public void beginTransaction() {
    producer.beginTransaction();
    broken.set(null);
  }

  @Override
  public void sendOffsetsToTransaction(
      Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata groupMetadata) {
    producer.sendOffsetsToTransaction(offsets, groupMetadata);
  }

  /**
   * Commits the transaction, when all its records are sent.
   *
   * @throws KafkaException if one of them was not: abort it then
   */
  @Override
  public void commitTransaction() {
    flush();
    Throwable why = broken.get();
    if (why != null) {
      throw new KafkaException(
          "a record of this transaction was not sent (expected: abortTransaction())", why);
    }
    producer.commitTransaction();
  }

  @Override
  public void abortTransaction() {
    producer.abortTransaction();
  }

  @Override
  public void registerMetricForSubscription(KafkaMetric metric) {
    producer.registerMetricForSubscription(metric);
  }

  @Override
  public void unregisterMetricFromSubscription(KafkaMetric metric) {
    producer.unregisterMetricFromSubscription(metric);
  }

  @Override
  public List<PartitionInfo> partitionsFor(String topic) {
    return producer.partitionsFor(topic);
  }

  @Override
  public Map<MetricName, ? extends Metric> metrics() {
    return producer.metrics();
  }

  @Override
  public Uuid clientInstanceId(Duration timeout) {
    return producer.clientInstanceId(timeout);
  }

  @Override
  public void close() {
    producer.close();
  }

  @Override
  public void close(Duration timeout) {
    producer.close(timeout);
  }

  @Override
  public String toString() {
    return "EvenkeelProducer(" + settings.pipeline().name() + ", acknowledged within "
        + Duration.ofNanos(settings.sendTimeoutNanos()).toMillis() + " ms)";
  }
}
