package dev.evenkeel.reactor;

import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/** Stands between a source and a subscriber whose cancels and demand the source never hears of. */
final class IgnoresCancel<T> implements CoreSubscriber<T>, Subscription {

  private final Subscriber<? super T> actual;

  IgnoresCancel(Subscriber<? super T> actual) {
    this.actual = actual;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    actual.onSubscribe(this);
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(T element) {
    actual.onNext(element);
  }

  @Override
  public void onError(Throwable failure) {
    actual.onError(failure);
  }

  @Override
  public void onComplete() {
    actual.onComplete();
  }

  @Override
  public void request(long n) {}

  @Override
  public void cancel() {}
}
