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

  /** What completes when the cycle has ended. */
  CompletableFuture<?> end() {
    return end;
  }

  void follow(AsyncContext context) {
    try {
      context.addListener(this);
    } catch (IllegalStateException ended) {
      end.complete(null); // in the same moment
    }
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
