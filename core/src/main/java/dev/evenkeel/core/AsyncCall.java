package dev.evenkeel.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A truly asynchronous call, and the future its caller gets. Whoever completes that future from
 * outside, by {@code cancel}, {@code orTimeout} or {@code complete}, has given the call up: the
 * attempt under way is cancelled and no other one starts.
 */
final class AsyncCall<T extends @Nullable Object> extends CompletableFuture<T> {

  private final Frame frame;
  private final Supplier<? extends @Nullable CompletionStage<?>> supplier;
  private final int base;
  private final @Nullable Runnable branchEnd;
  private volatile boolean abandoned;
  private volatile @Nullable Abortable underWay;

  AsyncCall(Frame frame, Supplier<? extends @Nullable CompletionStage<?>> supplier) {
    this(frame, supplier, 0, null);
  }

  private AsyncCall(
      Frame frame,
      Supplier<? extends @Nullable CompletionStage<?>> supplier,
      int base,
      @Nullable Runnable branchEnd) {
    this.frame = frame;
    this.supplier = supplier;
    this.base = base;
    this.branchEnd = branchEnd;
  }

  /**
   * A call of the same kind for one of several attempts side by side, into the layers from one on.
   */
  AsyncCall<T> branch(Frame own, int from, Runnable end) {
    return new AsyncCall<>(own, supplier, from, end);
  }

  /** The outermost layer of the call, or of its branch. */
  int base() {
    return base;
  }

  /** Ends the call, or its branch, with the outcome in its frame. */
  void end() {
    Runnable branch = branchEnd;
    if (branch == null) {
      finish();
    } else {
      underWay = null;
      branch.run();
    }
  }

  Supplier<? extends @Nullable CompletionStage<?>> supplier() {
    return supplier;
  }

  Frame frame() {
    return frame;
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
    wait.timer = frame.kernel().schedule(atNanos, () -> {
      if (wait.ended.compareAndSet(false, true)) {
        frame.pipeline().handOver(goOn);
      }
    });
    underWay(wait);
  }

  @SuppressWarnings("unchecked") // what the caller's own supplier gave, or a fitting fallback
  private void finish() {
    underWay = null;
    frame.pipeline().notifyEnd(frame);
    Throwable failure = frame.failure();
    T result = (T) frame.result();
    frame.clear();
    if (failure == null) {
      super.complete(result);
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
  public CompletableFuture<T> completeAsync(Supplier<? extends T> supplier, Executor executor) {
    Checks.notNull("supplier", supplier);
    executor.execute(() -> {
      try {
        complete(supplier.get());
      } catch (Throwable failure) {
        completeExceptionally(failure);
      }
    });
    return this;
  }

  @Override
  public void obtrudeValue(T value) {
    super.obtrudeValue(value);
    abandon();
  }

  @Override
  public void obtrudeException(Throwable failure) {
    super.obtrudeException(failure);
    abandon();
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }

  /** The caller has given up, and what is under way is told so. */
  void abandon() {
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
