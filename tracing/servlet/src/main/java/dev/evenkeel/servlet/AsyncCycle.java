package dev.evenkeel.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/**
 * The rest of a call that a servlet has taken to other threads; complete when that has ended,
 * cancelled when the client has gone.
 */
final class AsyncCycle implements AsyncListener {

  private final CompletableFuture<Void> end = new CompletableFuture<>();

  private AsyncCycle() {}

  static CompletableFuture<?> follow(AsyncContext context) {
    AsyncCycle cycle = new AsyncCycle();
    try {
      context.addListener(cycle);
    } catch (IllegalStateException ended) {
      cycle.end.complete(null); // before the servlet had even returned
    }
    return cycle.end;
  }

  @Override
  public void onComplete(AsyncEvent event) {
    end.complete(null);
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    end.completeExceptionally(new TimeoutException("the container's own time limit has passed"));
  }

  @Override
  public void onError(AsyncEvent event) {
    Throwable failure = event.getThrowable();
    if (failure instanceof IOException) { // of the connection, not of the servlet
      end.cancel(false);
      return;
    }
    end.completeExceptionally(
        failure == null ? new IllegalStateException("the asynchronous cycle failed") : failure);
  }

  /** A new cycle of the same call. */
  @Override
  public void onStartAsync(AsyncEvent event) {
    event.getAsyncContext().addListener(this);
  }
}
