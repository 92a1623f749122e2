package dev.evenkeel.reactor;

import dev.evenkeel.core.AnswerAdapter;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallHandle;
import dev.evenkeel.core.CallSink;
import dev.evenkeel.core.StreamSignals;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** One subscriber of a stream and the call that is made for it. */
final class FluxCall<T> implements Subscription, CallSink, AnswerAdapter {

  /** A fallback's answer that is a stream, and what it answers for. */
  private record Answer(Publisher<?> publisher, Exception failure) {}

  private final Supplier<? extends Publisher<? extends T>> source;
  private final boolean restarting;
  private final CoreSubscriber<? super T> actual;
  private final Demand demand = new Demand();

  private volatile boolean cancelled;
  private volatile @Nullable CallHandle suspended;
  private volatile @Nullable StreamSignals signals;
  private volatile @Nullable FluxAnswer<T> answer;

  FluxCall(
      Supplier<? extends Publisher<? extends T>> source,
      boolean restarting,
      CoreSubscriber<? super T> actual) {
    this.source = source;
    this.restarting = restarting;
    this.actual = actual;
  }

  Context currentContext() {
    return actual.currentContext();
  }

  boolean mayRestart() {
    return restarting;
  }

  FluxAttempt<T> attempt(String pipelineName, CallContext ofAttempt) {
    Publisher<? extends T> given = source.get();
    if (given == null) {
      throw new NullPointerException(
          pipelineName + ": the call returned null (expected: a Publisher)");
    }
    return new FluxAttempt<>(this, given, ofAttempt);
  }

  void suspended(@Nullable CallHandle call) {
    suspended = call;
  }

  /** An attempt begins. */
  void begins(StreamSignals told) {
    signals = told;
    if (isAsked()) {
      told.asked();
    }
  }

  /** What the subscriber has asked for is asked of this source from now on. */
  void serveFrom(Subscription subscription) {
    long wanted = demand.to(subscription);
    if (wanted > 0) {
      subscription.request(wanted);
    }
  }

  boolean isAsked() {
    return demand.left() > 0;
  }

  void give(T element) {
    demand.give();
    actual.onNext(element);
  }

  @Override
  public void request(long n) {
    if (!Operators.validate(n)) {
      return;
    }
    Subscription from = demand.add(n);
    StreamSignals told = signals;
    if (told != null) {
      told.asked();
    }
    if (from != null) {
      from.request(n);
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
    CallHandle call = suspended;
    if (call != null) {
      call.abandon();
    }
    FluxAnswer<T> instead = answer;
    if (instead != null) {
      instead.cancel();
    }
  }

  @Override
  public boolean isGivenUp() {
    return cancelled;
  }

  @Override
  @SuppressWarnings("unchecked") // a fallback of the right type
  public boolean succeed(@Nullable Object result) {
    suspended = null;
    signals = null;
    if (cancelled) {
      return result == null || result instanceof Answer;
    }
    if (result == null) {
      actual.onComplete();
    } else if (result instanceof Answer stream) {
      follow((Publisher<T>) stream.publisher(), stream.failure());
    } else {
      follow(Flux.just((T) result), null);
    }
    return true;
  }

  private void follow(Publisher<T> publisher, @Nullable Exception failure) {
    FluxAnswer<T> instead = new FluxAnswer<>(this, actual, failure);
    answer = instead;
    if (cancelled) {
      instead.cancel();
    }
    publisher.subscribe(instead);
  }

  @Override
  public void fail(Throwable failure) {
    suspended = null;
    signals = null;
    if (!cancelled) {
      actual.onError(failure);
    }
  }

  /** An answer that is a publisher is subscribed to when the call has ended. */
  @Override
  public @Nullable Object adapt(@Nullable Object given, Exception failure) {
    return given instanceof Publisher<?> publisher ? new Answer(publisher, failure) : given;
  }
}
