package dev.evenkeel.kafka;

import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.RefusalReason;
import io.opentelemetry.api.trace.Span;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to send a record. The future is what the pipeline sees: where nobody knows what
 * became of the record, it fails with what is no evidence to a breaker: a cancellation, or a
 * refusal, which a retry may repeat.
 *
 * <p>The first outcome stays, but an acknowledgement that comes late still makes an unknown one
 * known. Thread-safe.
 */
final class Delivery extends CompletableFuture<RecordMetadata> {

  /** The name in place of a gate's in refusals of its own. */
  static final String POLICY = "delivery";

  private final String pipelineName;
  private final boolean mayRepeat;
  private final Span span;
  private final Executor completer;
  private @Nullable SendOutcome outcome; // under this object's lock, with the next two
  private @Nullable RecordMetadata metadata;
  private @Nullable Throwable why;

  /**
   * Creates it.
   *
   * @param mayRepeat whether a record that may have arrived may be sent again
   * @param completer where whoever waits for the future is told
   */
  Delivery(String pipelineName, boolean mayRepeat, Span span, Executor completer) {
    this.pipelineName = pipelineName;
    this.mayRepeat = mayRepeat;
    this.span = span;
    this.completer = completer;
  }

  /** What the broker said of the record that it took; null if it has not. */
  synchronized @Nullable RecordMetadata metadata() {
    return metadata;
  }

  /** Whether the record may be in the topic without anybody knowing. */
  synchronized boolean mayBeInTheTopic() {
    return metadata == null && (outcome == null || outcome == SendOutcome.UNKNOWN);
  }

  /** Why nobody knows, or why not; null if it is open, taken, or was given up. */
  synchronized @Nullable Throwable why() {
    return why;
  }

  /** What is known of it; null if it is open or taken. */
  synchronized @Nullable SendOutcome outcome() {
    return outcome;
  }

  private synchronized boolean end(SendOutcome how, @Nullable Throwable reason) {
    boolean first = metadata == null && outcome == null;
    if (first || (metadata == null && outcome == SendOutcome.UNKNOWN)) {
      outcome = how;
      why = reason;
    }
    return first;
  }

  private synchronized boolean take(RecordMetadata said) {
    boolean first = outcome == null && metadata == null;
    outcome = null;
    metadata = said;
    return first;
  }

  void acknowledged(RecordMetadata said) {
    if (take(said)) {
      RecordSpans.acknowledged(span, said);
      RecordSpans.end(span, null);
      completer.execute(() -> complete(said));
    }
  }

  /**
   * It failed.
   *
   * @param taken whether the producer had taken the record
   */
  void failed(Throwable failure, boolean taken) {
    SendOutcome how = taken ? SendFailures.afterTheSend(failure) : SendOutcome.NOT_SENT;
    if (end(how, failure)) {
      RecordSpans.end(span, failure.getClass().getName());
      Throwable seen = SendFailures.isEvidence(failure, taken)
          ? new SendException(how, String.valueOf(failure.getMessage()), failure)
          : noEvidence(how);
      completer.execute(() -> completeExceptionally(seen));
    }
  }

  /** No acknowledgement in time. */
  void unknown(String error) {
    if (end(SendOutcome.UNKNOWN, null)) {
      RecordSpans.end(span, error);
      Throwable seen = noEvidence(SendOutcome.UNKNOWN);
      completer.execute(() -> completeExceptionally(seen));
    }
  }

  /** The caller has gone. */
  private void givenUp() {
    if (end(SendOutcome.UNKNOWN, null)) {
      RecordSpans.end(span, null);
    }
  }

  private Throwable noEvidence(SendOutcome how) {
    return mayRepeat && how == SendOutcome.UNKNOWN
        ? new CallRefusedException(pipelineName, POLICY, RefusalReason.OTHER, Duration.ZERO)
        : new CancellationException(POLICY + ": " + how);
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    givenUp();
    return super.cancel(mayInterruptIfRunning);
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
