package dev.evenkeel.reactor;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.StreamSignals;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** One subscription to the source of a stream. */
final class FluxAttempt<T> implements CoreSubscriber<T> {

  @SuppressWarnings("rawtypes") // a field updater's class
  private static final AtomicReferenceFieldUpdater<FluxAttempt, @Nullable Subscription> UPSTREAM =
      AtomicReferenceFieldUpdater.newUpdater(FluxAttempt.class, Subscription.class, "upstream");

  private final FluxCall<T> call;
  private final Publisher<? extends T> source;
  private final Context context;

  @SuppressWarnings("UnusedVariable") // the updater reads it
  private volatile @Nullable Subscription upstream;

  private @Nullable StreamSignals signals;
  private boolean done;

  FluxAttempt(FluxCall<T> call, Publisher<? extends T> source, CallContext ofAttempt) {
    this.call = call;
    this.source = source;
    context = CallContexts.ofAttempt(call.currentContext(), ofAttempt);
  }

  void begin(StreamSignals told) {
    signals = told;
    call.begins(told);
    source.subscribe(this);
  }

  @Override
  public Context currentContext() {
    return context;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    if (Operators.setOnce(UPSTREAM, this, subscription)) {
      call.serveFrom(subscription);
    }
  }

  @Override
  public void onNext(T next) {
    StreamSignals told = signals();
    if (next == null) {
      cancel();
      onError(new NullPointerException("onNext: null (expected: an element)"));
      return;
    }
    if (done) {
      Operators.onNextDropped(next, context);
      return;
    }
    if (!told.elementBegins()) {
      Operators.onDiscard(next, context);
      return;
    }
    try {
      call.give(next);
    } catch (Throwable broken) {
      call.cancel(); // a subscriber that throws has left
      throw broken;
    } finally {
      told.elementEnds();
    }
  }

  @Override
  public void onError(Throwable fault) {
    Throwable cause = fault == null ? new NullPointerException("onError: null") : fault;
    if (done) {
      Operators.onErrorDropped(cause, context);
      return;
    }
    done = true;
    signals().end(null, cause);
  }

  @Override
  public void onComplete() {
    if (!done) {
      done = true;
      signals().end(null, null);
    }
  }

  private StreamSignals signals() {
    StreamSignals told = signals;
    if (told == null) {
      throw new IllegalStateException("a signal before the subscription");
    }
    return told;
  }

  void cancel() {
    Operators.terminate(UPSTREAM, this);
  }
}
