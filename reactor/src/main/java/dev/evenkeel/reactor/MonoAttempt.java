package dev.evenkeel.reactor;

import dev.evenkeel.core.AsyncCalls;
import dev.evenkeel.core.AttemptEnd;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Pipeline;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One subscription to the source of a {@code Mono}. Its value is kept until the source completes:
 * one that fails after it has failed.
 */
final class MonoAttempt implements CoreSubscriber<Object> {

  private static final int OPEN = 0;
  private static final int FOLLOWED = 1;
  private static final int COMPLETE = 2;

  /** In the place of the value when the attempt has ended or was cancelled. */
  private static final Object OVER = new Object();

  private static final AtomicReferenceFieldUpdater<MonoAttempt, @Nullable Subscription> UPSTREAM =
      AtomicReferenceFieldUpdater.newUpdater(MonoAttempt.class, Subscription.class, "upstream");

  private static final AtomicReferenceFieldUpdater<MonoAttempt, @Nullable Object> VALUE =
      AtomicReferenceFieldUpdater.newUpdater(MonoAttempt.class, Object.class, "value");

  private static final AtomicIntegerFieldUpdater<MonoAttempt> STATE =
      AtomicIntegerFieldUpdater.newUpdater(MonoAttempt.class, "state");

  private final Pipeline pipeline;
  private final Context subscribers;
  private final CallContext ofAttempt;
  private @Nullable Context context;

  @SuppressWarnings("UnusedVariable") // the updater reads it
  private volatile @Nullable Subscription upstream;

  private volatile @Nullable Object value;
  private volatile int state;
  private volatile @Nullable AttemptEnd end;

  // Written before the state says COMPLETE.
  private @Nullable Object result;
  private @Nullable Throwable failure;

  MonoAttempt(Pipeline pipeline, Context subscribers, CallContext ofAttempt) {
    this.pipeline = pipeline;
    this.subscribers = subscribers;
    this.ofAttempt = ofAttempt;
  }

  @Override
  public Context currentContext() {
    Context present = context;
    if (present == null) {
      present = CallContexts.ofAttempt(subscribers, ofAttempt);
      context = present; // whoever else makes one makes the same
    }
    return present;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    if (Operators.setOnce(UPSTREAM, this, subscription)) {
      subscription.request(Long.MAX_VALUE);
    }
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // OVER is nobody's value
  public void onNext(Object next) {
    if (next == null) {
      fail(new NullPointerException("onNext: null (expected: a value)"));
    } else if (!VALUE.compareAndSet(this, null, next)) {
      AsyncCalls.drop(pipeline, next);
      if (value != OVER) {
        fail(new IndexOutOfBoundsException("onNext: a second value (expected: one at most)"));
      }
    }
  }

  /** The source has broken the rules. */
  private void fail(RuntimeException fault) {
    Operators.terminate(UPSTREAM, this);
    onError(fault);
  }

  @Override
  @SuppressWarnings("ReferenceEquality")
  public void onComplete() {
    Object last = VALUE.getAndSet(this, OVER);
    if (last != OVER) {
      finish(last, null);
    }
  }

  @Override
  @SuppressWarnings("ReferenceEquality")
  public void onError(Throwable fault) {
    Throwable cause = fault == null ? new NullPointerException("onError: null") : fault;
    Object last = VALUE.getAndSet(this, OVER);
    if (last != OVER) {
      AsyncCalls.drop(pipeline, last);
      finish(null, cause);
    } else if (state == COMPLETE) {
      Operators.onErrorDropped(cause, subscribers);
    }
  }

  private void finish(@Nullable Object last, @Nullable Throwable fault) {
    result = last;
    failure = fault;
    if (STATE.getAndSet(this, COMPLETE) == FOLLOWED) {
      tell();
    }
  }

  private void tell() {
    AttemptEnd told = end;
    if (told != null) {
      Object last = result;
      result = null;
      end = null;
      told.end(last, failure);
    }
  }

  boolean isComplete() {
    return state == COMPLETE;
  }

  @Nullable Object result() throws Throwable {
    Throwable fault = failure;
    if (fault != null) {
      throw fault;
    }
    Object last = result;
    result = null;
    return last;
  }

  void follow(AttemptEnd told) {
    end = told;
    if (!STATE.compareAndSet(this, OPEN, FOLLOWED)) {
      tell();
    }
  }

  /** A value that the source has given already is dropped. */
  @SuppressWarnings("ReferenceEquality")
  void cancel() {
    Operators.terminate(UPSTREAM, this);
    Object last = VALUE.getAndSet(this, OVER);
    if (last != null && last != OVER) {
      AsyncCalls.drop(pipeline, last);
    }
  }
}
