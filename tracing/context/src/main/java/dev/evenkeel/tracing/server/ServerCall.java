package dev.evenkeel.tracing.server;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineException;
import dev.evenkeel.tracing.CallContexts;
import dev.evenkeel.tracing.LogContext;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One call that a server has received. Run once and ended once. */
public final class ServerCall {

  /** How deep a framework may wrap what its handler threw. */
  private static final int MOST_CAUSES = 8;

  private final ServerCalls calls;
  private final CallContext call;
  private final Context context;
  private final Span span;

  ServerCall(ServerCalls calls, CallContext call, Context context, Span span) {
    this.calls = calls;
    this.call = call;
    this.context = context;
    this.span = span;
  }

  /** Does the work of a call. */
  @FunctionalInterface
  public interface Handler {

    /**
     * Does the work, or starts it.
     *
     * @return what completes when the work has ended elsewhere, and is cancelled when its time is
     *     over; null if it has ended. Cancelled from outside, as by a container whose client has
     *     gone, it ends the call, and with it what {@link CallContext#onAbort} was given.
     * @throws Exception as the handler does
     */
    @Nullable CompletableFuture<?> handle() throws Exception;
  }

  /**
   * What holds for the call: its deadline and its criticality, as far as they are believed.
   *
   * @return the context
   */
  public CallContext context() {
    return call;
  }

  /**
   * The policy's limits and its own deadline, for a filter whose calls are no handlers on a thread,
   * but subscriptions: it makes the call itself, in {@link #context}, and says by {@link #worked}
   * how long it took.
   *
   * @return the pipeline that admits the server's calls
   */
  public Pipeline limits() {
    return calls.limits();
  }

  /**
   * An admitted call has ended. From such times it is known when there is room again.
   *
   * @param time from its admission on, zero or more
   */
  public void worked(Duration time) {
    calls.serviceTime().ended(Checks.nonNegativeNanos("time", time));
  }

  /**
   * Runs the handler on this thread, if the limits admit it and there is time left: with the trace,
   * the deadline and the keys of the log in force, and interrupted when the time is over. A place
   * in a limit is held until the work has ended, wherever it does.
   *
   * @param handler does the work
   * @return complete if the work has ended or was refused; else the work goes on elsewhere. Its
   *     failure is the handler's own or a {@link PipelineException}, see {@link #refusal}.
   */
  public CompletableFuture<?> run(Handler handler) {
    Checks.notNull("handler", handler);
    long begin = calls.kernel().nanoTime();
    CompletableFuture<CallContext> admitted = new CompletableFuture<>();
    CompletableFuture<@Nullable Object> work = new CompletableFuture<>();
    CompletableFuture<?> outcome = call.call(() -> calls.limits().callAsync(() -> {
      admitted.complete(CallContext.current());
      return work;
    }));
    CallContext running = awaitAdmission(admitted, outcome);
    if (running == null) {
      return outcome;
    }
    whenEnded(outcome, failure -> calls.serviceTime().ended(calls.kernel().nanoTime() - begin));
    CompletableFuture<?> elsewhere;
    try {
      elsewhere = runHere(running, handler);
    } catch (Throwable failure) {
      work.completeExceptionally(failure);
      return CompletableFuture.failedFuture(failure);
    }
    if (elsewhere == null) {
      work.complete(null);
      return CompletableFuture.completedFuture(null);
    }
    whenEnded(elsewhere, failure -> {
      if (elsewhere.isCancelled() && !work.isDone()) {
        outcome.cancel(true); // the client has gone: no failure of the work, which is to end
      } else if (failure == null) {
        work.complete(null);
      } else {
        work.completeExceptionally(failure);
      }
    });
    whenEnded(work, failure -> {
      if (work.isCancelled()) {
        elsewhere.cancel(true);
      }
    });
    return outcome;
  }

  private static void whenEnded(
      CompletionStage<?> stage, Consumer<? super @Nullable Throwable> then) {
    stage.whenComplete((done, failure) -> then.accept(failure));
  }

  /** What holds while the call runs; null if it was refused, or its time was over in the queue. */
  private static @Nullable CallContext awaitAdmission(
      CompletableFuture<CallContext> admitted, CompletableFuture<?> outcome) {
    if (!admitted.isDone() && !outcome.isDone()) {
      try {
        CompletableFuture.anyOf(admitted, outcome).get();
      } catch (ExecutionException refused) {
        return null;
      } catch (InterruptedException stop) {
        outcome.cancel(true);
        Thread.currentThread().interrupt();
        return null;
      }
    }
    return outcome.isDone() ? null : admitted.getNow(null);
  }

  /** On this thread; null if the work has ended. */
  @SuppressWarnings({"try", "NullAway"}) // opened to be closed; null is what a handler may return
  private @Nullable CompletableFuture<?> runHere(CallContext running, Handler handler)
      throws Exception {
    Context inForce = CallContexts.with(context, running);
    try (Scope scope = inForce.makeCurrent()) {
      return running.<@Nullable CompletableFuture<?>, Exception>call(() -> calls
          .worker()
          .<@Nullable CompletableFuture<?>, Exception>call(
              () -> handle(running, inForce, handler)));
    }
  }

  /**
   * Under the context of the call and not of its part on this thread, which may end first: what is
   * to be stopped belongs to the whole. A copy, because the one around that part says nothing new.
   */
  @SuppressWarnings({"try", "NullAway"}) // as above
  private static @Nullable CompletableFuture<?> handle(
      CallContext running, Context inForce, Handler handler) throws Exception {
    CallContext whole = running.withCriticality(running.criticality());
    return whole.<@Nullable CompletableFuture<?>, Exception>call(() -> {
      try (LogContext log = LogContext.open(inForce)) {
        return handler.handle();
      }
    });
  }

  /**
   * What to answer instead of a failure that says that there was no time or no room: one of this
   * server's own, or of a pipeline of the handler's that it let through, in whatever its framework
   * has wrapped it.
   *
   * @param failure how the call ended
   * @return null if it is a failure like any other
   */
  public @Nullable Refused refusal(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
      if (cause instanceof PipelineException ended) {
        return Refused.of(ended, calls.serviceTime());
      }
      cause = cause.getCause();
    }
    return null;
  }

  /**
   * What a future really failed with.
   *
   * @param failure as its {@code whenComplete} says
   * @return its cause, if it is only a wrapper
   */
  public static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure.getCause();
    boolean wrapper =
        failure instanceof CompletionException || failure instanceof ExecutionException;
    return wrapper && cause != null ? cause : failure;
  }

  /** The client has gone before it was answered: nobody's failure. */
  public void abandoned() {
    span.end();
  }

  /**
   * The answer has been given.
   *
   * @param status its status
   * @param failure what the handler failed with and the server did not answer for; null if none
   */
  public void end(int status, @Nullable Throwable failure) {
    ServerSpans.end(span, status, failure);
  }
}
