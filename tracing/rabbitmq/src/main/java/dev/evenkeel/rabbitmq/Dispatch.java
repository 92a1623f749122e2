package dev.evenkeel.rabbitmq;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.PipelineException;
import dev.evenkeel.tracing.CallContexts;
import dev.evenkeel.tracing.LogContext;
import dev.evenkeel.tracing.messaging.Demand;
import dev.evenkeel.tracing.messaging.JitteredWaits;
import dev.evenkeel.tracing.messaging.Refusals;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles one message: with what it brought in force, through the pipeline, and decides what
 * becomes of it. What the pipeline refuses for the moment is held, so that the order stays.
 */
final class Dispatch {

  private static final Logger LOG = LoggerFactory.getLogger(EvenkeelConsumer.class);
  private static final String EXPIRED = "expired";
  private static final long FIRST_HOLD_MILLIS = 10;
  private static final long LONGEST_HOLD_MILLIS = 500;

  private final ConsumerSettings settings;
  private final Demand demand;
  private final Suspects suspects;
  private final Counts counts;
  private final Kernel kernel;
  private final AtomicBoolean told = new AtomicBoolean();

  Dispatch(ConsumerSettings settings, Demand demand, Suspects suspects, Counts counts) {
    this.settings = settings;
    this.demand = demand;
    this.suspects = suspects;
    this.counts = counts;
    kernel = settings.kernel();
  }

  /** Handles a message on this thread. */
  Settlement handle(Message message, Session session) {
    try {
      return settlement(message, session);
    } catch (Throwable fault) { // of a propagator or a span: it must not come again for ever
      return failed(message, session, fault);
    }
  }

  @SuppressWarnings("try") // opened to be closed
  private Settlement settlement(Message message, Session session) {
    Context said = settings.headers().read(message.properties());
    CallContext call =
        lowered(CallContexts.effective(said), MessageHeaders.sentMillis(message.properties()));
    if (isExpired(call)) { // its trace says what became of it
      MessageSpans.end(settings.spans().process(CallContexts.with(said, call), message), EXPIRED);
      return expired();
    }
    if (session.maySkip()
        && demand.isAway()
        && suspects.isExhausted(message, settings.maxFailures())) {
      return Settlement.SKIP;
    }
    Span span = settings.spans().process(CallContexts.with(said, call), message);
    Context traced = span.getSpanContext().isValid() ? said.with(span) : said;
    Outcome outcome = new Outcome(Settlement.STOP, null);
    try (Scope scope = CallContexts.with(traced, call).makeCurrent()) {
      outcome = untilSettled(message, session, call);
    } finally {
      MessageSpans.end(span, outcome.error());
    }
    return outcome.settlement();
  }

  /** How a message ended, and what its span says of it. */
  private record Outcome(Settlement settlement, @Nullable String error) {}

  private Outcome untilSettled(Message message, Session session, CallContext call) {
    JitteredWaits waits = new JitteredWaits(kernel, FIRST_HOLD_MILLIS, LONGEST_HOLD_MILLIS);
    long giveUpAt = kernel.nanoTime() + settings.maxHoldNanos();
    while (!session.isStopping()) {
      Throwable failure = run(message, call);
      if (failure == null) {
        counts.handled.increment();
        suspects.forget(message);
        return new Outcome(Settlement.ACK, null);
      }
      if (failure instanceof PipelineException && isExpired(call)) {
        return new Outcome(expired(), EXPIRED);
      }
      CallRefusedException refusal = Refusals.in(failure);
      if (refusal == null) {
        return new Outcome(failed(message, session, failure), failure.getClass().getName());
      }
      long asked = refusal.retryAfter().toNanos();
      long until =
          kernel.nanoTime() + Math.max(waits.nextNanos(), Math.min(asked, longestHoldNanos()));
      if (demand.isAway()) {
        demand.trialFailed();
        return new Outcome(Settlement.STOP, null);
      }
      if (until - giveUpAt > 0 || !session.holdUntil(until)) {
        return new Outcome(Settlement.STOP, null);
      }
    }
    return new Outcome(Settlement.STOP, null);
  }

  private static long longestHoldNanos() {
    return TimeUnit.MILLISECONDS.toNanos(LONGEST_HOLD_MILLIS);
  }

  /** Runs the handler through the pipeline; null if it succeeded. */
  @SuppressWarnings("try") // opened to be closed
  private @Nullable Throwable run(Message message, CallContext call) {
    try {
      call.<Exception>run(() -> settings.pipeline().<Exception>run(() -> {
        try (LogContext log = LogContext.open(Context.current())) {
          settings.handler().handle(message);
        }
      }));
      return null;
    } catch (Throwable failure) { // also an Error: it is the message's, and the next one goes on
      return failure;
    } finally {
      Thread.interrupted(); // of a handler that was interrupted; nobody else has this thread now
    }
  }

  private Settlement expired() {
    counts.expired.increment();
    return settings.onExpired() == ExpiredAction.DROP ? Settlement.ACK : Settlement.DEAD_LETTER;
  }

  private static boolean isExpired(CallContext call) {
    Deadline deadline = call.deadline();
    return deadline != null && deadline.isExpired();
  }

  private Settlement failed(Message message, Session session, Throwable failure) {
    counts.failed.increment();
    long failures = suspects.failed(message);
    if (told.compareAndSet(false, true)) {
      LOG.warn(
          "{}: the handler failed on a message; later failures are counted, not logged",
          settings.queue(),
          failure);
    } else {
      LOG.debug("{}: the handler failed on a message", settings.queue(), failure);
    }
    GateState worst = demand.worst();
    if (demand.isAway(worst)) {
      demand.trialFailed();
      return Settlement.STOP;
    }
    if (failure instanceof InterruptedException && failures < settings.maxFailures()) {
      return Settlement.STOP; // not by the pipeline: whoever owns the thread wants it to end
    }
    if (worst.kind() == GateState.Kind.RAMPING) {
      return failures >= settings.maxFailures() && session.maySuspect()
          ? Settlement.SUSPECT
          : Settlement.HAND_BACK;
    }
    return demand.isWatching() && session.maySuspect() ? Settlement.SUSPECT : judged(failures);
  }

  /** What becomes of a message that failed while what it needs is there. */
  Settlement judged(long failures) {
    counts.rejected.increment();
    return settings.onFailure() == FailureAction.REQUEUE && failures < settings.maxFailures()
        ? Settlement.REQUEUE
        : Settlement.DEAD_LETTER;
  }

  /** Whether what the handler needs is there, as far as anybody knows. */
  boolean isThere() {
    return !demand.isAway();
  }

  long failures(Message message) {
    return suspects.count(message);
  }

  /** It does not come back. */
  void forget(Message message) {
    suspects.forget(message);
  }

  /** Old work gives way to new. */
  private CallContext lowered(CallContext call, long sentMillis) {
    Criticality most = settings.criticalityOfOld();
    boolean old = sentMillis != MessageHeaders.NOT_KNOWN
        && settings.headers().epochMillis() - sentMillis > settings.oldAfterMillis();
    return old && call.criticality().compareTo(most) < 0 ? call.withCriticality(most) : call;
  }
}
