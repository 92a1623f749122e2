package dev.evenkeel.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An asynchronous call, and the future its caller gets. Whoever completes that future from outside,
 * by {@code cancel}, {@code orTimeout} or {@code complete}, has given the call up: the attempt
 * under way is cancelled and no other one starts.
 */
final class AsyncCall<T extends @Nullable Object> extends CompletableFuture<T> {

  private final Pipeline pipeline;
  private final Supplier<? extends @Nullable CompletionStage<? extends T>> supplier;
  private volatile boolean abandoned;
  private volatile @Nullable Abortable underWay;

  AsyncCall(
      Pipeline pipeline, Supplier<? extends @Nullable CompletionStage<? extends T>> supplier) {
    this.pipeline = pipeline;
    this.supplier = supplier;
  }

  @Nullable CompletionStage<?> startAttempt() {
    return supplier.get();
  }

  boolean isAbandoned() {
    return abandoned;
  }

  /** Says what to stop if the caller gives up. */
  void underWay(Abortable part) {
    underWay = part;
    if (abandoned) {
      part.abort();
    }
  }

  /** Goes on at a point in time, or gives up at once if the caller does. */
  void waitUntil(long atNanos, Runnable goOn, Runnable giveUp) {
    Wait wait = new Wait(giveUp);
    wait.timer = pipeline.kernel().schedule(atNanos, () -> {
      if (wait.ended.compareAndSet(false, true)) {
        pipeline.handOver(goOn);
      }
    });
    underWay(wait);
  }

  /** Ends the call with the outcome in its frame. */
  @SuppressWarnings(
      "unchecked") // the result is what the caller's own supplier gave, or a fallback of the right
  // type
  void finish(Frame frame) {
    underWay = null;
    pipeline.notifyEnd(frame);
    Throwable failure = frame.failure;
    if (failure == null) {
      super.complete((T) frame.result);
    } else {
      super.completeExceptionally(failure);
    }
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    abandon();
    return cancelled;
  }

  @Override
  public boolean complete(T value) {
    boolean completed = super.complete(value);
    abandon();
    return completed;
  }

  @Override
  public boolean completeExceptionally(Throwable failure) {
    boolean completed = super.completeExceptionally(failure);
    abandon();
    return completed;
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }

  private void abandon() {
    abandoned = true;
    Abortable part = underWay;
    if (part != null) {
      part.abort();
    }
  }

  /** The time between two attempts. */
  private static final class Wait implements Abortable {

    final AtomicBoolean ended = new AtomicBoolean();
    private final Runnable giveUp;
    volatile @Nullable Cancellable timer;

    Wait(Runnable giveUp) {
      this.giveUp = giveUp;
    }

    @Override
    public void abort() {
      if (ended.compareAndSet(false, true)) {
        Cancellable armed = timer;
        if (armed != null) {
          armed.cancel();
        }
        giveUp.run();
      }
    }
  }
}
