package dev.evenkeel.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * A future whose cancellation reaches the call behind it, also that of a future derived from it:
 * {@code client.sendAsync(...).thenApply(HttpResponse::body).cancel(true)} ends the exchange.
 */
final class ForwardingFuture<T> extends CompletableFuture<T> {

  private final Future<?> source;

  ForwardingFuture(Future<?> source) {
    this.source = source;
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    source.cancel(true);
    return cancelled;
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new ForwardingFuture<>(source);
  }
}
