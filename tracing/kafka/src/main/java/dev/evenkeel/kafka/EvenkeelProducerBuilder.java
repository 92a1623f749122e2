package dev.evenkeel.kafka;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.tracing.MessagePropagator;
import dev.evenkeel.tracing.SpanMode;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * Builds an {@link EvenkeelProducer}. Not thread-safe.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class EvenkeelProducerBuilder<K, V> {

  private static final Duration DEFAULT_SEND_TIMEOUT = Duration.ofSeconds(30);

  private final Producer<K, V> producer;
  private Pipeline pipeline = Pipeline.of("kafka");
  private long sendTimeoutNanos = DEFAULT_SEND_TIMEOUT.toNanos();
  private SpanMode spanMode = SpanMode.AUTO;
  private @Nullable OpenTelemetry telemetry;

  EvenkeelProducerBuilder(Producer<K, V> producer) {
    this.producer = producer;
  }

  /**
   * The pipeline that records go through. A retry of its own may change the order of the records of
   * a partition; the client's, below it, does not.
   *
   * @param newPipeline one without policies by default
   * @return this
   */
  public EvenkeelProducerBuilder<K, V> pipeline(Pipeline newPipeline) {
    pipeline = Checks.notNull("pipeline", newPipeline);
    return this;
  }

  /**
   * How long an attempt waits for its acknowledgement. A shorter timeout or deadline of the call
   * holds instead, less 5 % or at most 20 ms: what passes first decides whether the broker is
   * blamed, and nobody is to be blamed for what nobody knows. The client goes on until its own
   * {@code delivery.timeout.ms}.
   *
   * @param timeout more than zero; 30 s by default
   * @return this
   */
  public EvenkeelProducerBuilder<K, V> sendTimeout(Duration timeout) {
    sendTimeoutNanos = Checks.positiveNanos("sendTimeout", timeout);
    return this;
  }

  /**
   * Whose propagators write the headers, and who gets the spans.
   *
   * @param newTelemetry the global one by default, or none if that is not set
   * @return this
   */
  public EvenkeelProducerBuilder<K, V> openTelemetry(OpenTelemetry newTelemetry) {
    telemetry = Checks.notNull("openTelemetry", newTelemetry);
    return this;
  }

  /**
   * Whether to make a span for each attempt.
   *
   * @param mode {@link SpanMode#AUTO} by default
   * @return this
   */
  public EvenkeelProducerBuilder<K, V> spanMode(SpanMode mode) {
    spanMode = Checks.notNull("spanMode", mode);
    return this;
  }

  /**
   * Builds the producer.
   *
   * @return a producer
   */
  public EvenkeelProducer<K, V> build() {
    OpenTelemetry used = telemetry == null ? GlobalOpenTelemetry.getOrNoop() : telemetry;
    return new EvenkeelProducer<>(new ProducerSettings<>(
        producer,
        pipeline,
        new RecordHeaders(used, MessagePropagator.standard(), spanMode),
        new RecordSpans(used, spanMode),
        sendTimeoutNanos,
        Kernel.system()));
  }
}
