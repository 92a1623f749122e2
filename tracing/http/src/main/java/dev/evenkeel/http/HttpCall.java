package dev.evenkeel.http;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallTimeoutException;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.DeadlineExceededException;
import dev.evenkeel.tracing.CallContexts;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One call of the client with all its attempts, hedges and redirects. It knows every exchange, so
 * that when the call ends, whatever its caller did not get is closed.
 */
final class HttpCall<T> {

  /** An answer that came, and what the pipeline was shown instead if it counts as a failure. */
  private record Answer<T>(
      HttpResponse<T> response,
      Exchange<T> exchange,
      @Nullable Throwable failure) {}

  private final ClientSettings settings;
  private final String pipelineName;
  private final HttpRequest request;
  private final BodyHandler<T> handler;
  private final @Nullable PushPromiseHandler<T> pushes;
  private final Context parent;
  private final @Nullable Deadline callersDeadline;
  private final AtomicInteger sends = new AtomicInteger();
  private final Queue<Exchange<T>> exchanges = new ConcurrentLinkedQueue<>();
  private final Queue<Answer<T>> answers = new ConcurrentLinkedQueue<>();
  private volatile boolean finished;

  HttpCall(
      ClientSettings settings,
      String pipelineName,
      HttpRequest request,
      BodyHandler<T> handler,
      @Nullable PushPromiseHandler<T> pushes,
      Context parent,
      CallContext context) {
    this.settings = settings;
    this.pipelineName = pipelineName;
    this.request = request;
    this.handler = handler;
    this.pushes = pushes;
    this.parent = parent;
    this.callersDeadline = context.deadline();
  }

  /**
   * Makes an attempt on this thread. The JDK's {@code sendAsync} would take a second thread, which
   * costs as much again as a quick request.
   */
  HttpResponse<T> attempt() throws IOException, InterruptedException {
    CallContext call = CallContexts.effective(parent);
    RuntimeException ifOverdue = whoseDeadline(call.deadline());
    HttpRequest next = request;
    for (int redirects = 0; ; redirects++) {
      Redirects following = following(redirects);
      Sending<T> sending = prepare(next, call);
      Exchange<T> exchange = sending.exchange();
      HttpResponse<T> response;
      try {
        response = exchange.sendAndWait(
            sending.request(), sending.context(), handler, following, settings.headers());
      } catch (Throwable failure) {
        exchange.ended(null, failure);
        throw exchange.isOverdue() && !(failure instanceof InterruptedException)
            ? ifOverdue
            : Sneaky.asIs(failure);
      }
      exchange.ended(response, null);
      HttpRequest onward =
          following.next(next, response.statusCode(), response.headers(), settings.headers());
      if (onward == null) {
        Throwable failure = outcome(response, exchange);
        if (failure != null) {
          throw Sneaky.asIs(failure);
        }
        return response;
      }
      next = onward;
    }
  }

  /** Starts an attempt on this thread, whose context knows its number and its deadline. */
  AttemptFuture<T> start() {
    CallContext call = CallContexts.effective(parent);
    AttemptFuture<T> attempt = new AttemptFuture<>();
    send(attempt, request, call, whoseDeadline(call.deadline()), 0);
    return attempt;
  }

  /** What to say if our own timer ends the attempt; the engine does not see why it ended. */
  private RuntimeException whoseDeadline(@Nullable Deadline deadline) {
    Duration own = deadline == null ? Duration.ZERO : deadline.remaining();
    Duration callers = callersDeadline == null ? null : callersDeadline.remaining();
    boolean ours = callers == null || own.compareTo(callers.minusMillis(1)) < 0;
    return ours && own.compareTo(Duration.ZERO) > 0
        ? new CallTimeoutException(pipelineName, "timeout", own, null)
        : new DeadlineExceededException(pipelineName, true, null);
  }

  /** A request of an attempt, about to be sent. */
  private record Sending<T>(HttpRequest request, Context context, Exchange<T> exchange) {}

  private Sending<T> prepare(HttpRequest next, CallContext call) {
    Context calling = CallContexts.with(parent, call);
    Span span = settings.spans().start(calling, next, sends.getAndIncrement());
    Context context = span.getSpanContext().isValid() ? calling.with(span) : calling;
    Exchange<T> exchange = new Exchange<>(settings.client(), call.deadline(), span);
    exchanges.add(exchange);
    return new Sending<>(settings.headers().prepare(next, context), context, exchange);
  }

  private Redirects following(int redirects) {
    return redirects < Redirects.MAX ? settings.redirects() : Redirects.NONE;
  }

  private void send(
      AttemptFuture<T> attempt,
      HttpRequest next,
      CallContext call,
      RuntimeException ifOverdue,
      int redirects) {
    Sending<T> sending = prepare(next, call);
    Exchange<T> exchange = sending.exchange();
    attempt.isMadeBy(exchange);
    Redirects following = following(redirects);
    CompletionStage<HttpResponse<T>> sent = exchange.send(
        sending.request(), sending.context(), handler, pushes, following, settings.headers());
    sent.whenComplete((response, thrown) -> {
      Throwable failure = thrown == null ? null : unwrapped(thrown);
      exchange.ended(response, failure);
      if (finished) {
        exchange.close();
        return; // the engine is about to be told that its caller has gone: this is no failure
      }
      if (failure != null) {
        attempt.completeExceptionally(exchange.isOverdue() ? ifOverdue : failure);
        return;
      }
      HttpRequest onward =
          following.next(next, response.statusCode(), response.headers(), settings.headers());
      if (onward != null && !attempt.isDone()) {
        follow(attempt, onward, call, ifOverdue, redirects + 1);
      } else {
        answered(attempt, response, exchange);
      }
    });
  }

  private void follow(
      AttemptFuture<T> attempt,
      HttpRequest onward,
      CallContext call,
      RuntimeException ifOverdue,
      int redirects) {
    try {
      send(attempt, onward, call, ifOverdue, redirects);
    } catch (Throwable failure) {
      attempt.completeExceptionally(failure);
    }
  }

  private void answered(AttemptFuture<T> attempt, HttpResponse<T> response, Exchange<T> exchange) {
    Throwable failure = outcome(response, exchange);
    boolean taken =
        failure == null ? attempt.complete(response) : attempt.completeExceptionally(failure);
    if (!taken) { // the attempt was given up meanwhile
      exchange.close();
    }
  }

  /** What the pipeline should see instead of an answer; null if the answer itself. */
  private @Nullable Throwable outcome(HttpResponse<T> response, Exchange<T> exchange) {
    Throwable failure = settings
        .outcomes()
        .failure(
            pipelineName,
            response.statusCode(),
            name -> response.headers().firstValue(name).orElse(null));
    answers.add(new Answer<>(response, exchange, failure));
    return failure;
  }

  /** The answer behind a failure that the pipeline let through; null if there was none. */
  @Nullable HttpResponse<T> answerBehind(Throwable failure) {
    for (Answer<T> answer : answers) {
      if (answer.failure() == failure) {
        return answer.response();
      }
    }
    return null;
  }

  /** The call has ended: closes whatever its caller did not get. */
  void finish(@Nullable Object outcome) {
    finished = true;
    Exchange<T> kept = null;
    for (Answer<T> answer : answers) {
      if (answer.response() == outcome) {
        kept = answer.exchange();
      }
    }
    for (Exchange<T> exchange : exchanges) {
      if (exchange != kept) {
        exchange.close();
      }
    }
  }

  private static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  /** What the engine holds of an attempt: cancelling it closes the exchange. */
  static final class AttemptFuture<T> extends CompletableFuture<HttpResponse<T>> {

    private volatile @Nullable Exchange<T> exchange;
    private volatile boolean cancelled;

    void isMadeBy(Exchange<T> next) {
      exchange = next;
      if (cancelled) {
        next.close();
      }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      cancelled = true;
      boolean done = super.cancel(mayInterruptIfRunning);
      Exchange<T> open = exchange;
      if (open != null) {
        open.close();
      }
      return done;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
      return new CompletableFuture<>();
    }
  }
}
