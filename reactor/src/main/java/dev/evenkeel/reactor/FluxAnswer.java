package dev.evenkeel.reactor;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The stream of a fallback, after the call has ended. If it fails before it gives an element, the
 * call's own failure is suppressed in what it fails with.
 */
final class FluxAnswer<T> implements CoreSubscriber<T> {

  @SuppressWarnings("rawtypes") // a field updater's class
  private static final AtomicReferenceFieldUpdater<FluxAnswer, @Nullable Subscription> UPSTREAM =
      AtomicReferenceFieldUpdater.newUpdater(FluxAnswer.class, Subscription.class, "upstream");

  private final FluxCall<T> call;
  private final CoreSubscriber<? super T> actual;
  private final @Nullable Exception failure;

  @SuppressWarnings("UnusedVariable") // the updater reads it
  private volatile @Nullable Subscription upstream;

  private boolean hasGiven;
  private boolean done;

  FluxAnswer(FluxCall<T> call, CoreSubscriber<? super T> actual, @Nullable Exception failure) {
    this.call = call;
    this.actual = actual;
    this.failure = failure;
  }

  @Override
  public Context currentContext() {
    return actual.currentContext();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    if (Operators.setOnce(UPSTREAM, this, subscription)) {
      call.serveFrom(subscription);
    }
  }

  @Override
  public void onNext(T next) {
    if (next == null) {
      cancel();
      onError(new NullPointerException("onNext: null (expected: an element)"));
    } else if (done) {
      Operators.onNextDropped(next, actual.currentContext());
    } else if (call.isGivenUp()) {
      Operators.onDiscard(next, actual.currentContext());
    } else {
      hasGiven = true;
      call.give(next);
    }
  }

  @Override
  public void onError(Throwable fault) {
    if (done || call.isGivenUp()) {
      Operators.onErrorDropped(fault, actual.currentContext());
      return;
    }
    done = true;
    Exception own = failure;
    if (own != null && own != fault && own != fault.getCause() && !hasGiven) {
      fault.addSuppressed(own);
    }
    actual.onError(fault);
  }

  @Override
  public void onComplete() {
    if (!done) {
      done = true;
      actual.onComplete();
    }
  }

  void cancel() {
    Operators.terminate(UPSTREAM, this);
  }
}
