package dev.evenkeel.rabbitmq;

import com.rabbitmq.client.Connection;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.tracing.MessagePropagator;
import dev.evenkeel.tracing.SpanMode;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Builds an {@link EvenkeelPublisher}. Not thread-safe. */
public final class EvenkeelPublisherBuilder {

  private static final Duration DEFAULT_CONFIRM_TIMEOUT = Duration.ofSeconds(5);

  private final Connection connection;
  private Pipeline pipeline = Pipeline.of("rabbitmq");
  private long confirmTimeoutNanos = DEFAULT_CONFIRM_TIMEOUT.toNanos();
  private boolean mandatory;
  private boolean brokerTtl;
  private SpanMode spanMode = SpanMode.AUTO;
  private @Nullable OpenTelemetry telemetry;

  EvenkeelPublisherBuilder(Connection connection) {
    this.connection = connection;
  }

  /**
   * The pipeline that messages go through.
   *
   * @param newPipeline one without policies by default
   * @return this
   */
  public EvenkeelPublisherBuilder pipeline(Pipeline newPipeline) {
    pipeline = Checks.notNull("pipeline", newPipeline);
    return this;
  }

  /**
   * How long an attempt waits for its confirm. A shorter timeout or deadline of the call holds
   * instead, less 5 % or at most 20 ms: what passes first decides whether the broker is blamed, and
   * nobody is to be blamed for what nobody knows.
   *
   * @param timeout more than zero; 5 s by default
   * @return this
   */
  public EvenkeelPublisherBuilder confirmTimeout(Duration timeout) {
    confirmTimeoutNanos = Checks.positiveNanos("confirmTimeout", timeout);
    return this;
  }

  /**
   * Whether a message without a queue to go to comes back, and is a {@link PublishException} of
   * {@link PublishOutcome#RETURNED}; else the broker drops it and says nothing.
   *
   * @param newMandatory false by default
   * @return this
   */
  public EvenkeelPublisherBuilder mandatory(boolean newMandatory) {
    mandatory = newMandatory;
    return this;
  }

  /**
   * Whether the time that is left until the deadline becomes the message's {@code expiration}, so
   * that the broker itself drops or dead-letters it in the queue. It looks only at the head of a
   * queue, and consumers of {@link EvenkeelConsumer} drop what has expired anyway.
   *
   * @param newBrokerTtl false by default
   * @return this
   */
  public EvenkeelPublisherBuilder brokerTtl(boolean newBrokerTtl) {
    brokerTtl = newBrokerTtl;
    return this;
  }

  /**
   * Whose propagators write the headers, and who gets the spans.
   *
   * @param newTelemetry the global one by default, or none if that is not set
   * @return this
   */
  public EvenkeelPublisherBuilder openTelemetry(OpenTelemetry newTelemetry) {
    telemetry = Checks.notNull("openTelemetry", newTelemetry);
    return this;
  }

  /**
   * Whether to make a span for each attempt.
   *
   * @param mode {@link SpanMode#AUTO} by default
   * @return this
   */
  public EvenkeelPublisherBuilder spanMode(SpanMode mode) {
    spanMode = Checks.notNull("spanMode", mode);
    return this;
  }

  /**
   * Builds the publisher. It opens its channel with the first message.
   *
   * @return a publisher
   */
  public EvenkeelPublisher build() {
    OpenTelemetry used = telemetry == null ? GlobalOpenTelemetry.getOrNoop() : telemetry;
    return new EvenkeelPublisher(new PublisherSettings(
        connection,
        pipeline,
        new MessageHeaders(used, MessagePropagator.standard(), spanMode, brokerTtl),
        new MessageSpans(used, spanMode, connection),
        mandatory,
        confirmTimeoutNanos,
        Kernel.system()));
  }
}
