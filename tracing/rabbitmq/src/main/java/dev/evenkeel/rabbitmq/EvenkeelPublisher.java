package dev.evenkeel.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownListener;
import com.rabbitmq.client.ShutdownSignalException;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.tracing.CallContexts;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Publishes messages through a pipeline, and knows what became of each: a call succeeds when the
 * broker has confirmed the message.
 *
 * <pre>{@code
 * EvenkeelPublisher publisher = EvenkeelPublisher.builder(connection)
 *     .pipeline(Pipeline.of("broker", Timeout.ofMillis(500), Retry.jittered(3), CircuitBreaker.standard()))
 *     .build();
 * publisher.publish("orders", "placed", properties, body);
 * }</pre>
 *
 * <ul>
 *   <li>The trace, the deadline, the criticality, the attempt and the idempotency key of the
 *       {@link CallContext} travel in the headers.
 *   <li>A message that the broker refused, or that was not sent, is a failure to the pipeline, and
 *       may be retried. One that was returned is none: the broker is well.
 *   <li>Where the connection was cut or no confirm came in time, <b>nobody knows</b>: neither a
 *       success nor a failure to a breaker, and retried only if the message has an idempotency key,
 *       by which its consumer recognises it when it comes twice. The key is the
 *       {@code CallContext}'s, or a header {@code Idempotency-Key} of the properties.
 *   <li>What is not confirmed ends in a {@link PublishException}, which says which of these it was;
 *       what the pipeline refused to send, in its own exception.
 * </ul>
 *
 * <p>It has one channel of its own, and opens another one when that is closed. The connection
 * should recover by itself, as the client's do unless told otherwise. Thread-safe.
 */
public final class EvenkeelPublisher implements AutoCloseable {

  private static final BasicProperties NONE = new BasicProperties();
  private static final long CLOSE_MILLIS = 5_000;

  private final PublisherSettings settings;
  private final ReentrantLock opening = new ReentrantLock();
  private final BlockedListener blockedListener;
  private final ShutdownListener endedListener = why -> unblocked();
  private volatile @Nullable String blocked;
  private volatile @Nullable ConfirmChannel channel;
  private volatile boolean closed;

  EvenkeelPublisher(PublisherSettings settings) {
    this.settings = settings;
    settings.connection().addShutdownListener(endedListener); // the next one is told anew
    blockedListener = settings
        .connection()
        .addBlockedListener(reason -> blocked = reason == null ? "" : reason, this::unblocked);
  }

  private void unblocked() {
    blocked = null;
  }

  /**
   * A builder.
   *
   * @param connection where to publish
   * @return without a pipeline: headers, spans and confirms only
   */
  public static EvenkeelPublisherBuilder builder(Connection connection) {
    return new EvenkeelPublisherBuilder(Checks.notNull("connection", connection));
  }

  /**
   * Publishes a message and waits until the broker has confirmed it.
   *
   * @param exchange the exchange; empty for the default one
   * @param routingKey the routing key; a queue's name for the default exchange
   * @param properties the properties; null for none
   * @param body the body
   * @throws PublishException if it was not confirmed
   * @throws InterruptedException if the thread is interrupted; the message may be in the queue
   * @throws dev.evenkeel.core.PipelineException if the pipeline did not send it
   * @throws IllegalStateException if the publisher was closed
   */
  public void publish(
      String exchange, String routingKey, @Nullable BasicProperties properties, byte[] body)
      throws PublishException, InterruptedException {
    PublishCall call = call(exchange, routingKey, properties, body, Runnable::run);
    Throwable failure = null;
    try {
      settings.pipeline().run(call::attempt);
    } catch (Throwable thrown) {
      failure = call.explained(thrown);
    }
    if (failure == null) {
      failure = call.returned();
    }
    if (failure != null) {
      throw PublishCall.<RuntimeException>asIs(failure);
    }
  }

  /**
   * Publishes a message. It is written on this thread, which may so have to wait for the network;
   * the future ends when the broker has confirmed it.
   *
   * @param exchange the exchange; empty for the default one
   * @param routingKey the routing key; a queue's name for the default exchange
   * @param properties the properties; null for none
   * @param body the body; not to be changed before the end
   * @return ends with what {@link #publish} throws; cancelling it does not call the message back
   * @throws IllegalStateException if the publisher was closed
   */
  public CompletableFuture<@Nullable Void> publishAsync(
      String exchange, String routingKey, @Nullable BasicProperties properties, byte[] body) {
    PublishCall call = call(exchange, routingKey, properties, body, settings.kernel()::execute);
    CompletableFuture<Boolean> sent = settings.pipeline().callAsync(call::start);
    CompletableFuture<@Nullable Void> answer = new CompletableFuture<>();
    CompletionStage<Boolean> ending = sent;
    ending.whenComplete((done, thrown) -> {
      Throwable failure = thrown == null ? null : call.explained(PublishCall.unwrapped(thrown));
      if (failure == null) {
        failure = call.returned();
      }
      if (failure == null) {
        answer.complete(null);
      } else {
        answer.completeExceptionally(failure);
      }
    });
    CompletionStage<@Nullable Void> given = answer;
    given.whenComplete((done, failure) -> sent.cancel(true)); // whoever completes it gives it up
    return answer;
  }

  private PublishCall call(
      String exchange,
      String routingKey,
      @Nullable BasicProperties properties,
      byte[] body,
      Executor completer) {
    Checks.notNull("exchange", exchange);
    Checks.notNull("routingKey", routingKey);
    Checks.notNull("body", body);
    if (closed) {
      throw new IllegalStateException("publisher: closed (expected: open)");
    }
    BasicProperties given = properties == null ? NONE : properties;
    Context parent = Context.current();
    CallContext callers = CallContexts.effective(parent);
    String key = MessageHeaders.idempotencyKey(given);
    if (key == null) {
      key = callers.idempotencyKey();
    }
    Outgoing message = new Outgoing(exchange, routingKey, given, body, callers.deadline(), key);
    return new PublishCall(this, settings, message, parent, completer);
  }

  /** A message to be sent. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Outgoing(
      String exchange,
      String routingKey,
      BasicProperties properties,
      byte[] body,
      @Nullable Deadline deadline,
      @Nullable String key) {}

  /** The channel to send on; a new one if there is none. */
  ConfirmChannel channel() throws PublishException {
    String reason = blocked;
    if (reason != null && settings.connection().isOpen()) {
      throw new PublishException(
          PublishOutcome.NOT_SENT, "the broker takes no messages now: " + reason, null);
    }
    ConfirmChannel present = channel;
    return present != null && present.isUsable() ? present : open();
  }

  private ConfirmChannel open() throws PublishException {
    try {
      opening.lockInterruptibly(); // held while the broker is asked
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw ConfirmChannel.notSent(stop);
    }
    try {
      ConfirmChannel present = channel;
      if (present != null && present.isUsable()) {
        return present;
      }
      ConfirmChannel opened = ConfirmChannel.open(settings.connection(), settings.kernel());
      channel = opened;
      return opened;
    } catch (IOException | ShutdownSignalException noConnection) {
      throw ConfirmChannel.notSent(noConnection);
    } finally {
      opening.unlock();
    }
  }

  /** How many messages are sent and not confirmed, for tests. */
  int outstanding() {
    ConfirmChannel present = channel;
    return present == null ? 0 : present.outstanding();
  }

  /**
   * Waits up to five seconds for the confirms of what was sent, and closes the channel. What is not
   * confirmed then is unknown. The connection stays open.
   */
  @Override
  public void close() {
    closed = true;
    settings.connection().removeBlockedListener(blockedListener);
    settings.connection().removeShutdownListener(endedListener);
    ConfirmChannel present = channel;
    if (present == null) {
      return;
    }
    try {
      present.drain(CLOSE_MILLIS);
    } catch (InterruptedException stop) {
      present.close();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    Pipeline pipeline = settings.pipeline();
    return "EvenkeelPublisher(" + pipeline.name() + ", confirms within "
        + Duration.ofNanos(settings.confirmTimeoutNanos()).toMillis() + " ms)";
  }
}
