package dev.evenkeel.rabbitmq;

import com.rabbitmq.client.Connection;
import dev.evenkeel.core.Checks;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Handles the messages of a queue, one after the other and in the broker's order, through the
 * pipeline of what the handler needs. For more at a time build several.
 *
 * <pre>{@code
 * EvenkeelConsumer consumer = EvenkeelConsumer.builder(connection, "orders", this::ship)
 *     .pipeline(Pipeline.of("database", Timeout.ofSeconds(2), CircuitBreaker.standard()))
 *     .build();
 * consumer.start();
 * }</pre>
 *
 * <p>What the message brought is in force around the handler: trace, deadline, criticality.
 *
 * <table>
 *   <caption>What becomes of a message</caption>
 *   <tr><th>the handler</th><th>the message</th></tr>
 *   <tr><td>returns</td><td>is acknowledged</td></tr>
 *   <tr><td>is not called, or is cut, as the message's deadline has passed</td>
 *     <td>{@link ExpiredAction}</td></tr>
 *   <tr><td>throws, also an {@code Error}, or is ended by the pipeline's timeout</td>
 *     <td>{@link FailureAction}, once another message or some time shows that the failure is its
 *     own; goes back if a breaker opens instead</td></tr>
 *   <tr><td>is refused by a breaker that is open</td><td>goes back; the consumer pauses</td></tr>
 *   <tr><td>is refused by a ramp or a limit, or ends with such a refusal</td>
 *     <td>is held and tried again; goes back after {@code maxHold}</td></tr>
 *   <tr><td>was not called when the consumer pauses, closes or loses its connection</td>
 *     <td>goes back</td></tr>
 * </table>
 *
 * <p><b>Pause and ramp.</b> While a breaker of {@link EvenkeelConsumerBuilder#pipeline} or
 * {@link EvenkeelConsumerBuilder#needs} is open, the consumer is cancelled, so that other nodes get
 * the messages. When its cool-down is over, it takes one message as a probe; while the breaker
 * ramps it takes a prefetch that grows in at most five steps, and what the ramp refuses it holds.
 * If the broker cancels it, or the connection is lost, it consumes again after jittered waits of
 * 0.1 s to 30 s.
 *
 * <p>A handler without a timeout that hangs, hangs this consumer: give the pipeline one. Handlers
 * run on the connection's threads. Thread-safe.
 */
public final class EvenkeelConsumer implements AutoCloseable {

  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final ConsumerSettings settings;
  private final Intake intake;
  private final AtomicBoolean started = new AtomicBoolean();

  EvenkeelConsumer(ConsumerSettings settings) {
    this.settings = settings;
    intake = new Intake(settings);
  }

  /**
   * A builder.
   *
   * @param connection where to consume; it should recover by itself, as the client's do unless told
   *     otherwise
   * @param queue the queue's name; it need not be there yet
   * @param handler handles the messages
   * @return without a pipeline: headers, spans and settlement only
   */
  public static EvenkeelConsumerBuilder builder(
      Connection connection, String queue, MessageHandler handler) {
    return new EvenkeelConsumerBuilder(
        Checks.notNull("connection", connection),
        Checks.name("queue", queue),
        Checks.notNull("handler", handler));
  }

  /**
   * Begins to consume, in the background. Once is enough.
   *
   * @return this
   */
  public EvenkeelConsumer start() {
    if (started.compareAndSet(false, true)) {
      intake.start();
    }
    return this;
  }

  /**
   * What it does now.
   *
   * @return the state
   */
  public ConsumerState state() {
    return intake.state();
  }

  /**
   * What it has done.
   *
   * @return the figures, each exact, but not all of one instant
   */
  public ConsumerFigures figures() {
    return intake.figures();
  }

  /**
   * Ends it: takes no more messages, waits up to 30 s for the one that is being handled, and gives
   * the others back. The connection stays open. Not to be called by the handler.
   */
  @Override
  public void close() {
    started.set(true); // from now on it cannot be
    intake.close();
    try {
      intake.awaitEnd(CLOSE_NANOS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "EvenkeelConsumer(" + settings.queue() + ", " + state() + ")";
  }
}
