package dev.evenkeel.rabbitmq;

import com.rabbitmq.client.Connection;
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
import org.jspecify.annotations.Nullable;

/** Builds an {@link EvenkeelConsumer}. Not thread-safe. */
public final class EvenkeelConsumerBuilder {

  /** The broker's own number is of 16 bits. */
  private static final int MAX_PREFETCH = 65_535;

  private final Connection connection;
  private final String queue;
  private final MessageHandler handler;
  private final List<Pipeline> needs = new ArrayList<>();
  private Pipeline pipeline;
  private int prefetch = 50;
  private boolean singleActive;
  private ExpiredAction onExpired = ExpiredAction.DEAD_LETTER;
  private FailureAction onFailure = FailureAction.DEAD_LETTER;
  private int maxFailures = 3;
  private Duration suspicion = Duration.ofSeconds(30);
  private Duration maxHold = Duration.ofMinutes(1);
  private Duration oldAfter = Duration.ofMinutes(1);
  private Criticality criticalityOfOld = Criticality.SHEDDABLE_PLUS;
  private Duration clockSkew = Duration.ofMillis(250);
  private Map<String, Object> arguments = Map.of();
  private SpanMode spanMode = SpanMode.AUTO;
  private @Nullable OpenTelemetry telemetry;

  EvenkeelConsumerBuilder(Connection connection, String queue, MessageHandler handler) {
    this.connection = connection;
    this.queue = queue;
    this.handler = handler;
    pipeline = Pipeline.of(queue);
  }

  /**
   * The pipeline that the handler runs through. Its timeout ends a handler that hangs; while its
   * breaker is open the consumer pauses.
   *
   * @param newPipeline one without policies by default
   * @return this
   */
  public EvenkeelConsumerBuilder pipeline(Pipeline newPipeline) {
    pipeline = Checks.notNull("pipeline", newPipeline);
    return this;
  }

  /**
   * Other pipelines, which the handler calls by itself: the consumer pauses for their breakers too.
   *
   * @param pipelines the pipelines
   * @return this
   */
  public EvenkeelConsumerBuilder needs(Pipeline... pipelines) {
    for (Pipeline one : Checks.notNull("needs", pipelines)) {
      needs.add(Checks.notNull("needs", one));
    }
    return this;
  }

  /**
   * How many messages are delivered ahead.
   *
   * @param messages 1 to 65,535; 50 by default
   * @return this
   */
  public EvenkeelConsumerBuilder prefetch(int messages) {
    prefetch = Checks.range("prefetch", messages, 1, MAX_PREFETCH);
    return this;
  }

  /**
   * Says that the queue was declared with {@code x-single-active-consumer}: then order holds across
   * the nodes. The consumer gives its place up and its messages back in one step, by closing its
   * channel, and comes back with its full prefetch, as nobody else could have the messages. A
   * quorum queue may count what was prefetched as delivered.
   *
   * @param newSingleActive false by default
   * @return this
   */
  public EvenkeelConsumerBuilder singleActive(boolean newSingleActive) {
    singleActive = newSingleActive;
    return this;
  }

  /**
   * What becomes of messages whose deadline has passed.
   *
   * @param action {@link ExpiredAction#DEAD_LETTER} by default
   * @return this
   */
  public EvenkeelConsumerBuilder onExpired(ExpiredAction action) {
    onExpired = Checks.notNull("onExpired", action);
    return this;
  }

  /**
   * What becomes of messages that the handler failed on. Give the queue a dead-letter exchange: a
   * broker drops what is rejected without one.
   *
   * @param action {@link FailureAction#DEAD_LETTER} by default: a message that always fails stops
   *     nobody
   * @return this
   */
  public EvenkeelConsumerBuilder onFailure(FailureAction action) {
    onFailure = Checks.notNull("onFailure", action);
    return this;
  }

  /**
   * How often a message may fail: so often {@link FailureAction#REQUEUE} sends it back, and so
   * often it may be the probe of a breaker before the message behind it is.
   *
   * @param failures 1 to 1,000; 3 by default
   * @return this
   */
  public EvenkeelConsumerBuilder maxFailures(int failures) {
    maxFailures = Checks.range("maxFailures", failures, 1, 1_000);
    return this;
  }

  /**
   * How long a message that failed is kept before it is settled, if no other message succeeds
   * first: a breaker that opens meanwhile shows that it was not its fault. Needs a breaker; at most
   * half of the prefetch is kept.
   *
   * @param time zero to settle at once; 30 s by default, in which a standard breaker opens also if
   *     each call takes 5 s to fail
   * @return this
   */
  public EvenkeelConsumerBuilder suspicion(Duration time) {
    Checks.nonNegativeNanos("suspicion", time);
    suspicion = time;
    return this;
  }

  /**
   * How long a message is held that a ramp or a limit refuses, before all go back to the queue.
   * Less than the broker's acknowledgement time limit, which is 30 minutes unless set.
   *
   * @param time more than zero; one minute by default
   * @return this
   */
  public EvenkeelConsumerBuilder maxHold(Duration time) {
    Checks.positiveNanos("maxHold", time);
    maxHold = time;
    return this;
  }

  /**
   * Lets old work give way to new: messages that were sent longer ago are handled with at most this
   * criticality. The age is that of the message's {@code timestamp}, which
   * {@link EvenkeelPublisher} sets.
   *
   * @param age zero to 100 years; one minute by default
   * @param most {@link Criticality#SHEDDABLE_PLUS} by default; {@link Criticality#CRITICAL_PLUS} to
   *     change none
   * @return this
   */
  public EvenkeelConsumerBuilder oldAfter(Duration age, Criticality most) {
    Checks.nonNegativeNanos("oldAfter", age);
    oldAfter = age;
    criticalityOfOld = Checks.notNull("criticality", most);
    return this;
  }

  /**
   * By how much the clocks of two machines may differ: so long after its deadline a message is
   * taken to be expired.
   *
   * @param skew zero to 100 years; 250 ms by default
   * @return this
   */
  public EvenkeelConsumerBuilder clockSkew(Duration skew) {
    Checks.nonNegativeNanos("clockSkew", skew);
    clockSkew = skew;
    return this;
  }

  /**
   * Arguments of the consumer, such as {@code x-priority}.
   *
   * @param newArguments none by default
   * @return this
   */
  public EvenkeelConsumerBuilder arguments(Map<String, Object> newArguments) {
    arguments = Map.copyOf(Checks.notNull("arguments", newArguments));
    return this;
  }

  /**
   * Whose propagators read the headers, and who gets the spans.
   *
   * @param newTelemetry the global one by default, or none if that is not set
   * @return this
   */
  public EvenkeelConsumerBuilder openTelemetry(OpenTelemetry newTelemetry) {
    telemetry = Checks.notNull("openTelemetry", newTelemetry);
    return this;
  }

  /**
   * Whether to make a span for each message.
   *
   * @param mode {@link SpanMode#AUTO} by default
   * @return this
   */
  public EvenkeelConsumerBuilder spanMode(SpanMode mode) {
    spanMode = Checks.notNull("spanMode", mode);
    return this;
  }

  /**
   * Builds the consumer, which does nothing until it is started.
   *
   * @return a consumer
   */
  public EvenkeelConsumer build() {
    OpenTelemetry used = telemetry == null ? GlobalOpenTelemetry.getOrNoop() : telemetry;
    List<Pipeline> watched = new ArrayList<>(needs);
    watched.add(0, pipeline);
    return new EvenkeelConsumer(new ConsumerSettings(
        connection,
        queue,
        handler,
        pipeline,
        List.copyOf(watched),
        prefetch,
        singleActive,
        onExpired,
        onFailure,
        maxFailures,
        suspicion.toNanos(),
        maxHold.toNanos(),
        TimeUnit.NANOSECONDS.toMillis(oldAfter.toNanos()),
        criticalityOfOld,
        arguments,
        new MessageHeaders(used, MessagePropagator.withClockSkew(clockSkew), spanMode, false),
        new MessageSpans(used, spanMode, connection),
        Kernel.system()));
  }
}
