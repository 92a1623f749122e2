package dev.evenkeel.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The future that the caller of a truly asynchronous call gets. Whoever completes it from outside,
 * by {@code cancel}, {@code orTimeout} or {@code complete}, has given the call up: the attempt
 * under way is cancelled and no other one starts.
 */
final class CallFuture<T extends @Nullable Object> extends CompletableFuture<T>
    implements CallSink {

  /** The call, until it has ended: the future of a finished call holds its result only. */
  private volatile @Nullable CallHandle call;

  private volatile boolean abandoned;

  CallFuture(CallHandle call) {
    this.call = call;
  }

  /**
   * As long as the engine is at work, only somebody else can have completed the future: its own
   * state says so first, before what depends on it has even run.
   */
  @Override
  public boolean isGivenUp() {
    return abandoned || isDone();
  }

  @Override
  @SuppressWarnings("unchecked") // what the caller's own supplier gave, or a fitting fallback
  public boolean succeed(@Nullable Object result) {
    call = null;
    return super.complete((T) result);
  }

  @Override
  public void fail(Throwable failure) {
    call = null;
    super.completeExceptionally(failure);
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

  private void abandon() {
    abandoned = true;
    CallHandle given = call;
    if (given != null) {
      given.abandon();
    }
  }
}
