package dev.evenkeel.http;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A body that can be cut off at any time, whatever reads it: the exchange is closed, and the reader
 * gets the reason as it would get any other failure of the connection.
 *
 * <p>A subscriber must never get two signals at once. So a cut that comes while a signal is being
 * delivered waits until that has returned; the exchange itself is closed at once.
 */
final class GuardedBody<T> implements BodySubscriber<T>, Subscription {

  private enum State {
    /** Not subscribed yet. */
    NEW,
    IDLE,
    /** A signal is being delivered. */
    BUSY,
    /** Cut while a signal was being delivered, or before the first one. */
    CUT,
    ENDED
  }

  private final BodySubscriber<T> reader;
  private final Runnable onEnd;
  private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
  private volatile @Nullable Subscription source;
  private volatile @Nullable Throwable reason;

  /**
   * Creates it.
   *
   * @param onEnd runs when the body has ended, in whatever way; possibly more than once
   */
  GuardedBody(BodySubscriber<T> reader, Runnable onEnd) {
    this.reader = reader;
    this.onEnd = onEnd;
  }

  @Override
  public CompletionStage<T> getBody() {
    return reader.getBody();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    source = subscription;
    if (!state.compareAndSet(State.NEW, State.BUSY)) {
      subscription.cancel();
      if (state.compareAndSet(State.CUT, State.BUSY)) {
        reader.onSubscribe(this);
        fail();
      }
      return;
    }
    try {
      reader.onSubscribe(this);
    } finally {
      delivered();
    }
  }

  @Override
  public void onNext(List<ByteBuffer> item) {
    if (state.compareAndSet(State.IDLE, State.BUSY)) {
      try {
        reader.onNext(item);
      } finally {
        delivered();
      }
    }
  }

  /** A signal has been delivered; a cut that came meanwhile follows it. */
  private void delivered() {
    if (!state.compareAndSet(State.BUSY, State.IDLE) && state.get() == State.CUT) {
      fail();
    }
  }

  private void fail() {
    state.set(State.ENDED);
    Throwable failure = reason;
    reader.onError(failure == null ? new IllegalStateException("cut") : failure);
  }

  @Override
  public void onError(Throwable failure) {
    if (end()) {
      onEnd.run();
      reader.onError(failure);
    }
  }

  @Override
  public void onComplete() {
    if (end()) {
      onEnd.run();
      reader.onComplete();
    }
  }

  /** The source has no more to say; false if it was cut before. */
  private boolean end() {
    return state.compareAndSet(State.IDLE, State.ENDED)
        || state.compareAndSet(State.BUSY, State.ENDED) // out of the reader's own request
        || state.compareAndSet(State.NEW, State.ENDED);
  }

  /** Closes the exchange now, and tells the reader why. Without effect once the body has ended. */
  void cut(Throwable why) {
    reason = why;
    boolean idle = state.compareAndSet(State.IDLE, State.ENDED);
    if (idle
        || state.compareAndSet(State.BUSY, State.CUT)
        || state.compareAndSet(State.NEW, State.CUT)) {
      Subscription open = source;
      if (open != null) {
        open.cancel();
      }
      onEnd.run();
      if (idle) {
        reader.onError(why);
      }
    }
  }

  @Override
  public void request(long count) {
    Subscription open = source;
    if (open != null) {
      open.request(count);
    }
  }

  /** The reader wants no more, as by closing its stream. */
  @Override
  public void cancel() {
    state.updateAndGet(present -> present == State.CUT ? State.CUT : State.ENDED);
    Subscription open = source;
    if (open != null) {
      open.cancel();
    }
    onEnd.run();
  }
}
