package dev.evenkeel.kafka;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.tracing.CallContexts;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * One record with all its attempts. It remembers what became of each: a record that one attempt may
 * have left in the topic is unknown, whatever a later one fails with.
 */
final class SendCall<K, V> {

  private static final double MARGIN_SHARE = 0.05;
  private static final long MAX_MARGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final ProducerSettings<K, V> settings;
  private final ProducerRecord<K, V> record;
  private final @Nullable Deadline deadline;
  private final @Nullable String key;
  private final Context parent;
  private final Queue<Delivery> attempts = new ConcurrentLinkedQueue<>();

  SendCall(ProducerSettings<K, V> settings, ProducerRecord<K, V> record, Context parent) {
    this.settings = settings;
    this.record = record;
    this.parent = parent;
    CallContext callers = CallContexts.effective(parent);
    deadline = callers.deadline();
    String written = RecordHeaders.idempotencyKey(record.headers());
    key = written == null ? callers.idempotencyKey() : written;
  }

  /** Starts an attempt on this thread, whose context knows its number and its deadline. */
  Delivery start() {
    CallContext call = CallContexts.effective(parent);
    Context calling = CallContexts.with(parent, call);
    String name = settings.pipeline().name();
    Kernel kernel = settings.kernel();
    if (key == null && attempts.stream().anyMatch(Delivery::mayBeInTheTopic)) {
      Delivery none = new Delivery(name, false, Span.getInvalid(), kernel::execute);
      none.unknown("unknown"); // an earlier attempt may have left it there
      return none;
    }
    Span span = settings.spans().send(calling, record);
    Delivery delivery = new Delivery(name, key != null, span, kernel::execute);
    attempts.add(delivery);
    send(delivery, span.getSpanContext().isValid() ? calling.with(span) : calling);
    if (delivery.mayBeInTheTopic()) {
      armTimer(delivery, call.deadline());
    }
    return delivery;
  }

  /** What fails before the producer's method returns, it has not taken. */
  private void send(Delivery delivery, Context context) {
    Thread sender = Thread.currentThread();
    AtomicBoolean returned = new AtomicBoolean();
    try {
      ProducerRecord<K, V> written = new ProducerRecord<>(
          record.topic(),
          record.partition(),
          record.timestamp(),
          record.key(),
          record.value(),
          record.headers()); // a copy: what was sent is read-only, and another attempt differs
      settings.headers().write(written.headers(), context, deadline, key);
      var unused = settings.producer().send(written, (metadata, failure) -> {
        if (failure == null) {
          delivery.acknowledged(metadata);
        } else {
          delivery.failed(failure, returned.get() || !Thread.currentThread().equals(sender));
        }
      });
    } catch (Exception fault) { // of the producer, of an interceptor or a propagator
      delivery.failed(fault, false);
    } finally {
      returned.set(true);
    }
  }

  /** Before the engine's own timeout, which would blame the broker for what nobody knows. */
  private void armTimer(Delivery delivery, @Nullable Deadline attempts) {
    Kernel kernel = settings.kernel();
    long wait = settings.sendTimeoutNanos();
    if (attempts != null) {
      long left = attempts.remaining().toNanos();
      wait = Math.min(wait, left - Math.min(MAX_MARGIN_NANOS, (long) (left * MARGIN_SHARE)));
    }
    Cancellable timer = kernel.schedule(
        kernel.nanoTime() + wait, () -> kernel.execute(() -> delivery.unknown("timeout")));
    CompletionStage<RecordMetadata> ending = delivery;
    ending.whenComplete((done, failure) -> timer.cancel());
  }

  /** What the broker said, if any attempt was acknowledged. */
  @Nullable RecordMetadata metadata() {
    for (Delivery attempt : attempts) {
      RecordMetadata said = attempt.metadata();
      if (said != null) {
        return said;
      }
    }
    return null;
  }

  /** What the caller is told of a failure that no attempt has made good. */
  Throwable explained(Throwable failure) {
    Throwable why = null;
    boolean unknown = false;
    SendException known = null;
    for (Delivery attempt : attempts) {
      Throwable reason = attempt.why();
      if (attempt.mayBeInTheTopic()) {
        unknown = true;
        why = reason == null ? why : reason;
      } else if (attempt.outcome() != null) {
        known = new SendException(
            attempt.outcome(),
            reason == null ? "nothing is known" : String.valueOf(reason.getMessage()),
            reason);
      }
    }
    boolean own = failure instanceof CancellationException
        || (failure instanceof CallRefusedException refused
            && refused.policyName().equals(Delivery.POLICY));
    if (failure instanceof Error || (!unknown && !own)) {
      return failure;
    }
    if (unknown) {
      String text = why == null
          ? "no acknowledgement came in time; the record may be in the topic"
          : why.getMessage() + "; the record may be in the topic";
      return new SendException(SendOutcome.UNKNOWN, text, why != null ? why : own ? null : failure);
    }
    return known == null ? failure : known;
  }
}
