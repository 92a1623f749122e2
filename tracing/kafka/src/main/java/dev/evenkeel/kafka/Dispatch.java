package dev.evenkeel.kafka;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what is in hand, on the consumer's own thread: handles records with what they brought in
 * force, through the pipeline, or gets rid of one. What the pipeline refuses for the moment is
 * tried again later, so that the order stays.
 */
final class Dispatch<K, V> {

  private static final Logger LOG = LoggerFactory.getLogger(EvenkeelConsumer.class);
  private static final String EXPIRED = "expired";
  private static final long FIRST_HOLD_MILLIS = 10;
  private static final long LONGEST_HOLD_MILLIS = 500;

  private final ConsumerSettings<K, V> settings;
  private final Lanes<K, V> lanes;
  private final Demand demand;
  private final Counts counts;
  private final Kernel kernel;
  private final JitteredWaits holds;
  private final AtomicBoolean told = new AtomicBoolean();
  private volatile @Nullable String group;

  Dispatch(ConsumerSettings<K, V> settings, Lanes<K, V> lanes, Demand demand, Counts counts) {
    this.settings = settings;
    this.lanes = lanes;
    this.demand = demand;
    this.counts = counts;
    kernel = settings.kernel();
    holds = new JitteredWaits(kernel, FIRST_HOLD_MILLIS, LONGEST_HOLD_MILLIS);
  }

  /** The group that spans name. */
  void group(@Nullable String newGroup) {
    group = newGroup;
  }

  /** Does it, and says so: whatever happens, it is out of the hand afterwards. */
  void handle(Work<K, V> work) {
    try {
      if (work.burial()) {
        bury(work);
      } else {
        process(work);
      }
    } catch (Throwable fault) { // of a propagator or a span
      failed(work, fault);
    } finally {
      Thread.interrupted(); // of a handler that was interrupted; nobody else has this thread
    }
  }

  @SuppressWarnings("try") // opened to be closed
  private void process(Work<K, V> work) {
    List<ConsumerRecord<K, V>> records = new ArrayList<>();
    List<Context> said = new ArrayList<>();
    CallContext call = null;
    Entry<K, V> last = null;
    for (Entry<K, V> entry : work.entries()) {
      ConsumerRecord<K, V> record = entry.record;
      if (record == null) {
        continue; // what cannot be read does not come here
      }
      Context brought = settings.headers().read(record.headers());
      CallContext of = lowered(CallContexts.effective(brought), record.timestamp());
      if (isExpired(of)) { // its trace says what became of it
        RecordSpans.end(
            settings.spans().process(CallContexts.with(brought, of), record, group), EXPIRED);
        expired(entry);
        continue;
      }
      last = entry;
      records.add(record);
      said.add(brought);
      call = call == null ? of : both(call, of);
    }
    if (call == null) {
      lanes.release(work);
      return;
    }
    boolean one = records.size() == 1;
    Span span = one
        ? settings.spans().process(CallContexts.with(said.get(0), call), records.get(0), group)
        : settings.spans().processBatch(said, records.get(0), group);
    Context outer = one ? said.get(0) : Context.current();
    Context traced = span.getSpanContext().isValid() ? outer.with(span) : outer;
    String error = "not_handled";
    try (Scope scope = CallContexts.with(traced, call).makeCurrent()) {
      error = settled(work, records, one ? last : null, call);
    } finally {
      RecordSpans.end(span, error);
    }
  }

  /**
   * Runs the handler and says what became of it.
   *
   * @param only the record's entry, if it is one record
   * @return what is wrong, or null
   */
  private @Nullable String settled(
      Work<K, V> work,
      List<ConsumerRecord<K, V>> records,
      @Nullable Entry<K, V> only,
      CallContext call) {
    Throwable failure = run(records, call);
    if (failure == null) {
      holds.reset();
      counts.handled.add(records.size());
      lanes.done(work);
      return null;
    }
    if (failure instanceof PipelineException && isExpired(call)) {
      if (only != null) {
        expired(only);
      }
      lanes.release(work); // of a batch, whose time is over is seen when they are taken again
      return EXPIRED;
    }
    CallRefusedException refusal = Refusals.in(failure);
    if (refusal == null) {
      failed(work, failure);
      return failure.getClass().getName();
    }
    if (demand.isAway()) {
      demand.trialFailed();
      lanes.allow(0);
    } else {
      long longest = TimeUnit.MILLISECONDS.toNanos(LONGEST_HOLD_MILLIS);
      long asked = Math.min(refusal.retryAfter().toNanos(), longest);
      lanes.holdUntil(kernel.nanoTime() + Math.max(holds.nextNanos(), asked));
    }
    lanes.release(work);
    return null; // it was not tried
  }

  /** Runs the handler through the pipeline; null if it succeeded. */
  @SuppressWarnings("try") // opened to be closed
  private @Nullable Throwable run(List<ConsumerRecord<K, V>> records, CallContext call) {
    try {
      call.<Exception>run(() -> settings.pipeline().<Exception>run(() -> {
        try (LogContext log = LogContext.open(Context.current())) {
          settings.handler().handle(records);
        }
      }));
      return null;
    } catch (Throwable failure) { // also an Error: it is the record's, and the next one goes on
      return failure;
    }
  }

  private void failed(Work<K, V> work, Throwable failure) {
    counts.failed.increment();
    if (told.compareAndSet(false, true)) {
      LOG.warn(
          "{}: the handler failed on a record; later failures are counted, not logged",
          place(work),
          failure);
    } else {
      LOG.debug("{}: the handler failed on a record", place(work), failure);
    }
    boolean away = demand.isAway();
    if (away) {
      demand.trialFailed();
    }
    lanes.failed(work, failure, away, demand.isWatching());
  }

  private void expired(Entry<K, V> entry) {
    counts.expired.increment();
    lanes.expired(entry, settings.onExpired() == ExpiredAction.DEAD_LETTER);
  }

  private void bury(Work<K, V> work) {
    Entry<K, V> entry = work.entries().get(0);
    boolean send = entry.expired
        ? settings.onExpired() == ExpiredAction.DEAD_LETTER
        : settings.onFailure() == FailureAction.DEAD_LETTER;
    DeadLetters<K, V> letters = settings.deadLetters();
    if (!send || letters == null) {
      LOG.warn("{}: passed over, and lost", place(work), entry.why);
      counts.skipped.increment();
      lanes.buried(work);
      return;
    }
    try {
      letters.send(entry);
    } catch (Exception | Error failure) {
      LOG.warn("{}: not taken by {}, tried again", place(work), letters, failure);
      lanes.notBuried(work);
      return;
    }
    LOG.info("{}: sent to {}", place(work), letters);
    counts.deadLettered.increment();
    lanes.buried(work);
  }

  private static String place(Work<?, ?> work) {
    return work.lane().partition + "@" + work.entries().get(0).offset;
  }

  private static boolean isExpired(CallContext call) {
    Deadline deadline = call.deadline();
    return deadline != null && deadline.isExpired();
  }

  /** Of a batch: the earliest deadline and the highest criticality hold. */
  private static CallContext both(CallContext one, CallContext other) {
    Deadline deadline = other.deadline();
    CallContext sooner = deadline == null ? one : one.withDeadline(deadline);
    boolean higher = other.criticality().compareTo(one.criticality()) < 0;
    return higher ? sooner.withCriticality(other.criticality()) : sooner;
  }

  /** Old work gives way to new. */
  private CallContext lowered(CallContext call, long sentMillis) {
    Criticality most = settings.criticalityOfOld();
    boolean old = sentMillis >= 0
        && settings.headers().epochMillis() - sentMillis > settings.oldAfterMillis();
    return old && call.criticality().compareTo(most) < 0 ? call.withCriticality(most) : call;
  }
}
