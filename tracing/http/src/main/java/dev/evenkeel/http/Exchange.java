package dev.evenkeel.http;

import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Kernel;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One request on the wire and its answer, until the last byte of the body: closed by whoever
 * cancels it, or by our own timer at the deadline, at whatever point it is.
 *
 * <p>The engine ends an attempt at its deadline by itself, mostly, and knows best what to tell the
 * caller. So until the answer is handed over the timer comes a little later; it is then for
 * attempts that must not be interrupted. For a body that is read afterwards it is the only one.
 */
final class Exchange<T> {

  /** After the engine's own timer, before anybody notices. */
  private static final Duration GRACE = Duration.ofMillis(10);

  /**
   * The JDK's readers of strings and bytes, and the one that reads nothing. For any that it does
   * not know the JDK's client takes a thread of its executor, which is a seventh of a quick
   * request.
   */
  private static final Set<String> COLLECTING = Set.of(
      "jdk.internal.net.http.ResponseSubscribers$ByteArraySubscriber",
      "jdk.internal.net.http.ResponseSubscribers$NullSubscriber");

  private final HttpClient client;
  private final Kernel kernel = Kernel.system();
  private final @Nullable Deadline deadline;
  private final Span span;
  private final AtomicBoolean spanEnded = new AtomicBoolean();
  private volatile @Nullable CompletableFuture<HttpResponse<T>> future;
  private volatile @Nullable SendingThread sender;
  private volatile @Nullable GuardedBody<T> body;
  private volatile @Nullable Cancellable timer;
  private volatile boolean closed;
  private volatile boolean overdue;

  Exchange(HttpClient client, @Nullable Deadline deadline, Span span) {
    this.client = client;
    this.deadline = deadline;
    this.span = span;
  }

  /** Sends the request. */
  @SuppressWarnings("try") // opened to be closed
  CompletableFuture<HttpResponse<T>> send(
      HttpRequest request,
      Context context,
      BodyHandler<T> handler,
      @Nullable PushPromiseHandler<T> pushes,
      Redirects redirects,
      OutboundHeaders headers) {
    BodyHandler<T> guarded = guarded(request, handler, redirects, headers);
    arm();
    CompletableFuture<HttpResponse<T>> sent;
    try (Scope scope = context.makeCurrent()) {
      sent = pushes == null
          ? client.sendAsync(request, guarded)
          : client.sendAsync(request, guarded, pushes);
    } catch (Throwable refused) {
      disarm();
      endSpan(refused);
      throw refused;
    }
    future = sent;
    if (closed) {
      sent.cancel(true);
    }
    return sent;
  }

  /**
   * Sends the request on this thread and waits for the answer.
   *
   * @throws CancellationException if it was closed meanwhile, by whomever
   * @throws InterruptedException if the thread was interrupted, and not by {@link #close}
   */
  @SuppressWarnings("try") // opened to be closed
  HttpResponse<T> sendAndWait(
      HttpRequest request,
      Context context,
      BodyHandler<T> handler,
      Redirects redirects,
      OutboundHeaders headers)
      throws IOException, InterruptedException {
    SendingThread here = new SendingThread(Thread.currentThread());
    sender = here;
    try (Scope scope = context.makeCurrent()) {
      if (closed) {
        throw new CancellationException("the exchange was cancelled");
      }
      arm();
      return client.send(request, guarded(request, handler, redirects, headers));
    } catch (InterruptedException stop) {
      if (here.leave()) {
        throw new CancellationException("the exchange was cancelled");
      }
      close();
      throw stop;
    } finally {
      here.leave();
      sender = null;
    }
  }

  private BodyHandler<T> guarded(
      HttpRequest request, BodyHandler<T> handler, Redirects redirects, OutboundHeaders headers) {
    return info -> {
      if (redirects.next(request, info.statusCode(), info.headers(), headers) != null) {
        return BodySubscribers.replacing(null);
      }
      BodySubscriber<T> reader = handler.apply(info);
      if (reader == null) { // later, the JDK's client might hang on it
        throw new NullPointerException(
            "responseBodyHandler: returned null (expected: a BodySubscriber)");
      }
      if (COLLECTING.contains(reader.getClass().getName())) {
        return reader; // there is no answer before the whole body: ended with the sending itself
      }
      GuardedBody<T> guard = new GuardedBody<>(reader, this::disarm);
      body = guard;
      if (closed) {
        guard.cut(reason());
      }
      return guard;
    };
  }

  /** The answer is about to be handed over, with or without its body; or there is none. */
  void ended(@Nullable HttpResponse<T> response, @Nullable Throwable failure) {
    if (body == null) {
      disarm();
    }
    if (failure != null) {
      disarm();
      endSpan(failure);
    } else if (response != null && spanEnded.compareAndSet(false, true)) {
      ClientSpans.answered(span, response);
    }
  }

  /** Closes the exchange; what reads the body is told why. Harmless once all has ended. */
  void close() {
    closed = true;
    disarm();
    CompletableFuture<?> sent = future;
    if (sent != null) {
      sent.cancel(true);
    }
    SendingThread waiting = sender;
    if (waiting != null) {
      waiting.wake();
    }
    GuardedBody<T> guard = body;
    if (guard != null) {
      guard.cut(reason());
    }
    endSpan(new CancellationException());
  }

  /** Whether our own timer closed it. */
  boolean isOverdue() {
    return overdue;
  }

  private Throwable reason() {
    return overdue
        ? new HttpTimeoutException("the deadline passed before the whole body had arrived")
        : new CancellationException("the exchange was cancelled");
  }

  private void arm() {
    Deadline end = deadline;
    if (end != null && !closed) {
      long nanos = end.remaining().plus(GRACE).toNanos();
      timer = kernel.schedule(kernel.nanoTime() + nanos, this::handOver);
      if (closed) {
        disarm();
      }
    }
  }

  /** The timer's thread must not run what waits for the future or reads the body. */
  private void handOver() {
    try {
      kernel.execute(this::onDeadline);
    } catch (RejectedExecutionException full) {
      onDeadline();
    }
  }

  private void onDeadline() {
    Deadline end = deadline;
    if (end != null && !end.isExpired()) {
      arm(); // the deadline's clock is another one, and stood still
      return;
    }
    overdue = true;
    close();
  }

  private void disarm() {
    Cancellable armed = timer;
    if (armed != null) {
      armed.cancel();
    }
  }

  private void endSpan(Throwable failure) {
    if (spanEnded.compareAndSet(false, true)) {
      if (deadline != null && deadline.isExpired()) {
        ClientSpans.timedOut(span);
      } else if (closed) {
        span.end(); // meant so: no error
      } else {
        ClientSpans.failed(span, failure);
      }
    }
  }
}
