package dev.evenkeel.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.tracing.CallContexts;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One message with all its attempts. It remembers what became of each: a message that one attempt
 * may have left in the queue is unknown, whatever a later one fails with.
 */
final class PublishCall {

  private static final double MARGIN_SHARE = 0.05;
  private static final long MAX_MARGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final EvenkeelPublisher publisher;
  private final PublisherSettings settings;
  private final EvenkeelPublisher.Outgoing message;
  private final Context parent;
  private final Executor completer;
  private final Queue<Confirm> attempts = new ConcurrentLinkedQueue<>();

  PublishCall(
      EvenkeelPublisher publisher,
      PublisherSettings settings,
      EvenkeelPublisher.Outgoing message,
      Context parent,
      Executor completer) {
    this.publisher = publisher;
    this.settings = settings;
    this.message = message;
    this.parent = parent;
    this.completer = completer;
  }

  /** Makes an attempt and waits for its end. */
  void attempt() throws Throwable {
    Confirm confirm = start();
    try {
      confirm.get();
    } catch (ExecutionException failed) {
      throw unwrapped(failed);
    } catch (InterruptedException stop) {
      confirm.givenUp();
      throw stop;
    }
  }

  /** Starts an attempt on this thread, whose context knows its number and its deadline. */
  Confirm start() {
    CallContext call = CallContexts.effective(parent);
    Context calling = CallContexts.with(parent, call);
    boolean mayRepeat = message.key() != null;
    if (!mayRepeat && attempts.stream().anyMatch(PublishCall::mayBeInTheQueue)) {
      Confirm none = new Confirm(pipelineName(), false, Span.getInvalid(), completer);
      none.unknown(null, "unknown"); // an earlier attempt may have left it there
      return none;
    }
    Span span = settings
        .spans()
        .publish(
            calling,
            message.exchange(),
            message.routingKey(),
            message.properties(),
            message.body().length);
    Context context = span.getSpanContext().isValid() ? calling.with(span) : calling;
    Confirm confirm = new Confirm(pipelineName(), mayRepeat, span, completer);
    attempts.add(confirm);
    send(confirm, context);
    if (!confirm.isDone()) {
      armTimer(confirm, call.deadline());
    }
    return confirm;
  }

  private void send(Confirm confirm, Context context) {
    try {
      BasicProperties written = settings
          .headers()
          .write(message.properties(), context, message.deadline(), message.key());
      publisher
          .channel()
          .send(
              confirm,
              message.exchange(),
              message.routingKey(),
              settings.mandatory(),
              written,
              message.body());
    } catch (PublishException noChannel) {
      confirm.notSent(noChannel);
    } catch (RuntimeException fault) { // of a propagator, or in the properties
      confirm.notSent(ConfirmChannel.notSent(fault));
    }
  }

  /** Before the engine's own timeout, which would blame the broker for what nobody knows. */
  private void armTimer(Confirm confirm, @Nullable Deadline deadline) {
    Kernel kernel = settings.kernel();
    long wait = settings.confirmTimeoutNanos();
    if (deadline != null) {
      long left = deadline.remaining().toNanos();
      wait = Math.min(wait, left - Math.min(MAX_MARGIN_NANOS, (long) (left * MARGIN_SHARE)));
    }
    Cancellable timer = kernel.schedule(
        kernel.nanoTime() + wait, () -> kernel.execute(() -> confirm.unknown(null, "timeout")));
    CompletionStage<Boolean> ending = confirm;
    ending.whenComplete((done, failure) -> timer.cancel());
  }

  private String pipelineName() {
    return settings.pipeline().name();
  }

  private static boolean mayBeInTheQueue(Confirm attempt) {
    return attempt.state() == Confirm.State.OPEN || attempt.state() == Confirm.State.UNKNOWN;
  }

  /** What the caller is told of a failure; null if the message is in the queue all the same. */
  @Nullable Throwable explained(Throwable failure) {
    Throwable why = null;
    boolean unknown = false;
    for (Confirm attempt : attempts) {
      if (attempt.state() == Confirm.State.TAKEN) {
        return failure instanceof InterruptedException ? failure : null;
      }
      if (mayBeInTheQueue(attempt)) {
        unknown = true;
        why = attempt.why() == null ? why : attempt.why();
      }
    }
    if (!unknown || failure instanceof Error || failure instanceof InterruptedException) {
      return failure;
    }
    boolean own = failure instanceof CancellationException
        || (failure instanceof CallRefusedException refused
            && refused.policyName().equals("confirm"));
    return new PublishException(
        PublishOutcome.UNKNOWN,
        why == null
            ? "no confirm came in time; the message may be in the queue"
            : "the connection was lost before the confirm; the message may be in the queue",
        why != null ? why : own ? null : failure);
  }

  /** Whether the message came back; null if it did not. */
  @Nullable PublishException returned() {
    PublishException returned = null;
    for (Confirm attempt : attempts) {
      if (attempt.state() == Confirm.State.TAKEN) {
        return null;
      }
      if (attempt.state() == Confirm.State.RETURNED) {
        returned = new PublishException(
            PublishOutcome.RETURNED, "there is no queue for it: " + attempt.returned(), null);
      }
    }
    return returned;
  }

  static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure.getCause();
    boolean wrapper =
        failure instanceof CompletionException || failure instanceof ExecutionException;
    return wrapper && cause != null ? cause : failure;
  }

  @SuppressWarnings("unchecked") // the compiler takes any throwable for the X it was told
  static <X extends Throwable> RuntimeException asIs(Throwable failure) throws X {
    throw (X) failure;
  }
}
