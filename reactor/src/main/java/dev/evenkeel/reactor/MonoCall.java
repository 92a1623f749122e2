package dev.evenkeel.reactor;

import dev.evenkeel.core.AnswerAdapter;
import dev.evenkeel.core.AsyncCalls;
import dev.evenkeel.core.CallHandle;
import dev.evenkeel.core.CallSink;
import dev.evenkeel.core.Pipeline;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One subscriber of a {@code Mono} and the call that is made for it. The result is kept until the
 * subscriber asks for it.
 */
final class MonoCall<T> implements Subscription, CallSink, AnswerAdapter {

  private static final int NEW = 0;
  private static final int ASKED = 1;
  private static final int HAS_VALUE = 2;
  private static final int DONE = 3;
  private static final int CANCELLED = 4;

  @SuppressWarnings("rawtypes") // a field updater's class
  private static final AtomicIntegerFieldUpdater<MonoCall> STATE =
      AtomicIntegerFieldUpdater.newUpdater(MonoCall.class, "state");

  private final Pipeline pipeline;
  private final Supplier<? extends Mono<? extends T>> source;
  private final CoreSubscriber<? super T> actual;

  private volatile int state = NEW;
  private @Nullable T value;

  /** The call, if it did not end at once. */
  private volatile @Nullable CallHandle suspended;

  /** The first attempt, while it starts. */
  private volatile @Nullable MonoAttempt first;

  MonoCall(
      Pipeline pipeline,
      Supplier<? extends Mono<? extends T>> source,
      CoreSubscriber<? super T> actual) {
    this.pipeline = pipeline;
    this.source = source;
    this.actual = actual;
  }

  Pipeline pipeline() {
    return pipeline;
  }

  Context currentContext() {
    return actual.currentContext();
  }

  Mono<?> source(String pipelineName) {
    Mono<?> given = source.get();
    if (given == null) {
      throw new NullPointerException(pipelineName + ": the call returned null (expected: a Mono)");
    }
    return given;
  }

  /**
   * An attempt is about to be subscribed.
   *
   * @return false if nobody waits for it
   */
  boolean begins(MonoAttempt attempt) {
    if (suspended == null) {
      first = attempt;
    }
    return state != CANCELLED;
  }

  void suspended(@Nullable CallHandle call) {
    suspended = call;
    first = null;
  }

  @Override
  public void request(long n) {
    if (!Operators.validate(n)) {
      return;
    }
    if (!STATE.compareAndSet(this, NEW, ASKED) && STATE.compareAndSet(this, HAS_VALUE, DONE)) {
      T kept = value;
      value = null;
      give(kept);
    }
  }

  @Override
  public void cancel() {
    for (; ; ) {
      int before = state;
      if (before == DONE || before == CANCELLED) {
        return;
      }
      if (STATE.compareAndSet(this, before, CANCELLED)) {
        if (before == HAS_VALUE) {
          T kept = value;
          value = null;
          AsyncCalls.drop(pipeline, kept);
        } else {
          giveUp();
        }
        return;
      }
    }
  }

  private void giveUp() {
    MonoAttempt starting = first;
    CallHandle call = suspended;
    if (call != null) {
      call.abandon();
    } else if (starting != null) {
      starting.cancel();
    }
  }

  @Override
  public boolean isGivenUp() {
    return state == CANCELLED;
  }

  @Override
  @SuppressWarnings("unchecked") // what the source gave, or a fallback of the right type
  public boolean succeed(@Nullable Object result) {
    suspended = null;
    for (; ; ) {
      int before = state;
      if (before == CANCELLED) {
        return false;
      }
      if (before == ASKED || result == null) {
        if (STATE.compareAndSet(this, before, DONE)) {
          give((T) result);
          return true;
        }
      } else {
        value = (T) result; // the only writer; read by whoever leaves the state HAS_VALUE
        if (STATE.compareAndSet(this, NEW, HAS_VALUE)) {
          return true;
        }
      }
    }
  }

  private void give(@Nullable T result) {
    if (result != null) {
      actual.onNext(result);
    }
    actual.onComplete();
  }

  @Override
  public void fail(Throwable failure) {
    suspended = null;
    for (; ; ) {
      int before = state;
      if (before == CANCELLED) {
        return; // nobody waits, and it is the caller's own cancel more often than not
      }
      if (STATE.compareAndSet(this, before, DONE)) {
        actual.onError(failure);
        return;
      }
    }
  }

  /** An answer that is a publisher is subscribed to, and waited for. */
  @Override
  public @Nullable Object adapt(@Nullable Object answer, Exception failure) {
    return answer instanceof Publisher<?> publisher
        ? Mono.from(publisher).contextWrite(actual.currentContext()).toFuture()
        : answer;
  }
}
