package dev.evenkeel.kafka;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.tracing.MessagePropagator;
import dev.evenkeel.tracing.SpanMode;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Builds an {@link EvenkeelConsumer}. Not thread-safe.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class EvenkeelConsumerBuilder<K, V> {

  private static final int MAX_RECORDS = 1_000_000;

  private final Map<String, Object> config;
  private final @Nullable Consumer<K, V> consumer;
  private final List<String> topics;
  private final List<Pipeline> needs = new ArrayList<>();
  private @Nullable BatchHandler<K, V> handler;
  private int batch = 1;
  private Pipeline pipeline;
  private int recordsPerPoll;
  private @Nullable DeadLetters<K, V> deadLetters;
  private @Nullable ExpiredAction onExpired;
  private @Nullable FailureAction onFailure;
  private int maxFailures = 3;
  private Duration suspicion = Duration.ofSeconds(30);
  private Duration handOver = Duration.ofSeconds(10);
  private Duration oldAfter = Duration.ofMinutes(1);
  private Criticality criticalityOfOld = Criticality.SHEDDABLE_PLUS;
  private Duration clockSkew = Duration.ofMillis(250);
  private SpanMode spanMode = SpanMode.AUTO;
  private @Nullable OpenTelemetry telemetry;
  private Kernel kernel = Kernel.system();

  EvenkeelConsumerBuilder(
      Map<String, Object> config, @Nullable Consumer<K, V> consumer, List<String> topics) {
    this.config = config;
    this.consumer = consumer;
    this.topics = topics;
    recordsPerPoll = ConsumerConfigs.recordsPerPoll(config);
    pipeline = Pipeline.of(topics.get(0));
  }

  /**
   * What handles the records, one at a time.
   *
   * @param newHandler called on the consumer's own thread
   * @return this
   */
  public EvenkeelConsumerBuilder<K, V> handler(RecordHandler<K, V> newHandler) {
    Checks.notNull("handler", newHandler);
    handler = records -> newHandler.handle(records.get(0));
    batch = 1;
    return this;
  }

  /**
   * What handles the records, in batches: those of one partition that were fetched, up to a number.
   * A batch is one call of the pipeline and one span. Its deadline is the earliest of its records,
   * its criticality the highest.
   *
   * @param most records of a batch, 1 to 1,000,000
   * @param newHandler called on the consumer's own thread
   * @return this
   */
  public EvenkeelConsumerBuilder<K, V> batchHandler(int most, BatchHandler<K, V> newHandler) {
    batch = Checks.range("most", most, 1, MAX_RECORDS);
    handler = Checks.notNull("handler", newHandler);
    return this;
  }

  /**
   * The pipeline that the handler runs through. Its timeout ends a handler that hangs; while its
   * breaker is open the consumer pauses.
   *
   * @param newPipeline one without policies by default
   * @return this
   */
  public EvenkeelConsumerBuilder<K, V> pipeline(Pipeline newPipeline) {
    pipeline = Checks.notNull("pipeline", newPipeline);
    return this;
  }

  /**
   * Other pipelines, which the handler calls by itself: the consumer pauses for their breakers too.
   *
   * @param pipelines the pipelines
   * @return this
   */
  public EvenkeelConsumerBuilder<K, V> needs(Pipeline... pipelines) {
    for (Pipeline one : Checks.notNull("needs", pipelines)) {
      needs.add(Checks.notNull("needs", one));
    }
    return this;
  }

  /**
   * What a ramp takes a share of, ten times a second.
   *
   * @param records 1 to 1,000,000; {@code max.poll.records} of the configuration by default, which
   *     is 500 unless set
   * @return this
   */
  public EvenkeelConsumerBuilder<K, V> recordsPerPoll(int records) {
    recordsPerPoll = Checks.range("recordsPerPoll", records, 1, MAX_RECORDS);
    return this;
  }

  /**
   * Where records go that fail or have expired, unless {@link #onFailure} and {@link #onExpired}
   * say otherwise.
   *
   * @param letters none by default
   * @return this
   */
  public EvenkeelConsumerBuilder<K, V> deadLetters(DeadLetters<K, V> letters) {
    deadLetters = Checks.notNull("deadLetters", letters);
    return this;
  }

  /**
   * What becomes of records whose deadline has passed.
   *
   * @param action {@link ExpiredAction#DEAD_LETTER} by default if there are {@link #deadLetters},
   *     else {@link ExpiredAction#DROP}
   * @return this
   */
  public EvenkeelConsumerBuilder<K, V> onExpired(ExpiredAction action) {
    onExpired = Checks.notNull("onExpired", action);
    return this;
  }

  /**
   * What becomes of records that the handler fails on again and again.
   *
   * @param action {@link FailureAction#DEAD_LETTER} by default if there are {@link #deadLetters};
   *     without them it must be said
   * @return this
   */
  public EvenkeelConsumerBuilder<K, V> onFailure(FailureAction action) {
    onFailure = Checks.notNull("onFailure", action);
    return this;
  }

  /**
   * How often a record may fail before {@link #onFailure} holds. Failures while what the handler
   * needs is away do not count. Kafka does not say how often a record was delivered: what failed
   * before a restart or in another consumer is not known.
   *
   * @param failures 1 to 1,000; 3 by default
   * @return this
   */
  public EvenkeelConsumerBuilder<K, V> maxFailures(int failures) {
    maxFailures = Checks.range("maxFailures", failures, 1, 1_000);
    return this;
  }

  /**
   * How long a record that has failed so often is still tried, if no other record succeeds
   * meanwhile: a breaker that opens shows that it was not to blame. Needs a breaker.
   *
   * @param time zero to give it up at once; 30 s by default
   * @return this
   */
  public EvenkeelConsumerBuilder<K, V> suspicion(Duration time) {
    Checks.nonNegativeNanos("suspicion", time);
    suspicion = time;
    return this;
  }

  /**
   * How long a rebalance waits for the record in hand of a partition that is taken away. If it is
   * not done then, it comes again to the next consumer, while it may still be handled here. Less
   * than {@code max.poll.interval.ms}.
   *
   * @param time zero to wait for none; 10 s by default
   * @return this
   */
  public EvenkeelConsumerBuilder<K, V> handOver(Duration time) {
    Checks.nonNegativeNanos("handOver", time);
    handOver = time;
    return this;
  }

  /**
   * Lets old work give way to new: records whose timestamp is older are handled with at most this
   * criticality.
   *
   * @param age zero to 100 years; one minute by default
   * @param most {@link Criticality#SHEDDABLE_PLUS} by default; {@link Criticality#CRITICAL_PLUS} to
   *     change none
   * @return this
   */
  public EvenkeelConsumerBuilder<K, V> oldAfter(Duration age, Criticality most) {
    Checks.nonNegativeNanos("oldAfter", age);
    oldAfter = age;
    criticalityOfOld = Checks.notNull("criticality", most);
    return this;
  }

  /**
   * By how much the clocks of two machines may differ: so long after its deadline a record is taken
   * to be expired.
   *
   * @param skew zero to 100 years; 250 ms by default
   * @return this
   */
  public EvenkeelConsumerBuilder<K, V> clockSkew(Duration skew) {
    Checks.nonNegativeNanos("clockSkew", skew);
    clockSkew = skew;
    return this;
  }

  /**
   * Whose propagators read the headers, and who gets the spans.
   *
   * @param newTelemetry the global one by default, or none if that is not set
   * @return this
   */
  public EvenkeelConsumerBuilder<K, V> openTelemetry(OpenTelemetry newTelemetry) {
    telemetry = Checks.notNull("openTelemetry", newTelemetry);
    return this;
  }

  /**
   * Whether to make a span for each call of the handler.
   *
   * @param mode {@link SpanMode#AUTO} by default
   * @return this
   */
  public EvenkeelConsumerBuilder<K, V> spanMode(SpanMode mode) {
    spanMode = Checks.notNull("spanMode", mode);
    return this;
  }

  /** For tests. */
  EvenkeelConsumerBuilder<K, V> kernel(Kernel newKernel) {
    kernel = newKernel;
    return this;
  }

  /**
   * Builds the consumer, which does nothing until it is started.
   *
   * @return a consumer
   * @throws IllegalStateException if it does not know what to do with records, or with those that
   *     fail
   */
  public EvenkeelConsumer<K, V> build() {
    return new EvenkeelConsumer<>(settings());
  }

  ConsumerSettings<K, V> settings() {
    BatchHandler<K, V> handles = handler;
    if (handles == null) {
      throw new IllegalStateException("handler: none (expected: handler or batchHandler)");
    }
    boolean letters = deadLetters != null;
    FailureAction failure = onFailure == null && letters ? FailureAction.DEAD_LETTER : onFailure;
    if (failure == null || (failure == FailureAction.DEAD_LETTER && !letters)) {
      throw new IllegalStateException("onFailure: " + (failure == null ? "not said" : failure)
          + " without deadLetters (expected: deadLetters, or onFailure SKIP or RETRY)");
    }
    ExpiredAction unset = letters ? ExpiredAction.DEAD_LETTER : ExpiredAction.DROP;
    ExpiredAction expired = onExpired == null ? unset : onExpired;
    if (expired == ExpiredAction.DEAD_LETTER && !letters) {
      throw new IllegalStateException(
          "onExpired: DEAD_LETTER without deadLetters (expected: deadLetters, or DROP)");
    }
    OpenTelemetry used = telemetry == null ? GlobalOpenTelemetry.getOrNoop() : telemetry;
    List<Pipeline> watched = new ArrayList<>(needs);
    watched.add(0, pipeline);
    Consumer<K, V> polled = consumer == null ? new KafkaConsumer<>(config) : consumer;
    return new ConsumerSettings<>(
        polled,
        topics,
        handles,
        batch,
        pipeline,
        List.copyOf(watched),
        recordsPerPoll,
        expired,
        failure,
        deadLetters,
        maxFailures,
        suspicion.toNanos(),
        handOver.toNanos(),
        TimeUnit.NANOSECONDS.toMillis(oldAfter.toNanos()),
        criticalityOfOld,
        new RecordHeaders(used, MessagePropagator.withClockSkew(clockSkew), spanMode),
        new RecordSpans(used, spanMode),
        kernel);
  }
}
