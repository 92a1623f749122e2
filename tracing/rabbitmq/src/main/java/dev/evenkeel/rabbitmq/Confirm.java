package dev.evenkeel.rabbitmq;

import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.RefusalReason;
import io.opentelemetry.api.trace.Span;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What the broker says of one message that was sent. The future is what the pipeline sees: true for
 * a message that was taken, false for one that was returned, which is no failure of the broker; a
 * failure if it was not taken. Where nobody knows, it fails with what is no evidence to a breaker:
 * a cancellation, or a refusal, which a retry may repeat.
 *
 * <p>The first outcome stays, but a confirm that comes late still makes an unknown one known.
 */
final class Confirm extends CompletableFuture<Boolean> {

  /** How it stands. */
  enum State {
    OPEN,
    TAKEN,
    RETURNED,
    REFUSED,
    UNKNOWN
  }

  private final String pipelineName;
  private final boolean mayRepeat;
  private final Span span;
  private final Executor completer;
  private State state = State.OPEN; // under this object's lock
  private volatile @Nullable String returned;
  private volatile @Nullable Throwable why;

  /**
   * Creates it.
   *
   * @param mayRepeat whether a message that may have arrived may be sent again
   * @param completer where whoever waits for the future is told
   */
  Confirm(String pipelineName, boolean mayRepeat, Span span, Executor completer) {
    this.pipelineName = pipelineName;
    this.mayRepeat = mayRepeat;
    this.span = span;
    this.completer = completer;
  }

  synchronized State state() {
    return state;
  }

  /** One of several ends is the first. */
  private synchronized boolean change(State from, State to) {
    boolean first = state == from;
    if (first) {
      state = to;
    }
    return first;
  }

  /** What the broker says of a message that it returned; null if it did not. */
  @Nullable String returned() {
    return returned;
  }

  /** Why nobody knows; null if somebody does, or it was given up. */
  @Nullable Throwable why() {
    return why;
  }

  void returned(String reason) {
    returned = reason;
  }

  void acked() {
    boolean taken = returned == null;
    State known = taken ? State.TAKEN : State.RETURNED;
    if (change(State.OPEN, known)) {
      MessageSpans.end(span, taken ? null : "returned");
      completer.execute(() -> complete(taken));
    } else {
      change(State.UNKNOWN, known); // late, but now it is known
    }
  }

  void nacked() {
    refused(
        new PublishException(PublishOutcome.NACKED, "the broker did not take the message", null),
        "nacked");
  }

  void notSent(PublishException failure) {
    refused(
        failure,
        failure.getCause() == null ? "not_sent" : failure.getCause().getClass().getName());
  }

  private void refused(PublishException failure, String error) {
    if (change(State.OPEN, State.REFUSED)) {
      MessageSpans.end(span, error);
      completer.execute(() -> completeExceptionally(failure));
    } else {
      change(State.UNKNOWN, State.REFUSED);
    }
  }

  /** The connection is cut, or the time is over. */
  void unknown(@Nullable Throwable reason, String error) {
    if (change(State.OPEN, State.UNKNOWN)) {
      why = reason;
      MessageSpans.end(span, error);
      Throwable seen = noEvidence();
      completer.execute(() -> completeExceptionally(seen));
    }
  }

  /** The caller has gone. */
  void givenUp() {
    if (change(State.OPEN, State.UNKNOWN)) {
      MessageSpans.end(span, null);
    }
  }

  private Throwable noEvidence() {
    return mayRepeat
        ? new CallRefusedException(pipelineName, "confirm", RefusalReason.OTHER, Duration.ZERO)
        : new CancellationException("confirm: unknown");
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
