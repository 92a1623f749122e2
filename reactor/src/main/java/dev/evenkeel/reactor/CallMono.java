package dev.evenkeel.reactor;

import dev.evenkeel.core.Pipeline;
import java.util.function.Supplier;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** Makes a call for each subscriber. */
final class CallMono<T> extends Mono<T> {

  private final Pipeline pipeline;
  private final Supplier<? extends Mono<? extends T>> source;

  private CallMono(Pipeline pipeline, Supplier<? extends Mono<? extends T>> source) {
    this.pipeline = pipeline;
    this.source = source;
  }

  static <T> Mono<T> of(Pipeline pipeline, Supplier<? extends Mono<? extends T>> source) {
    return onAssembly(new CallMono<T>(pipeline, source));
  }

  @Override
  public void subscribe(CoreSubscriber<? super T> actual) {
    MonoCall<T> call = new MonoCall<>(pipeline, source, actual);
    actual.onSubscribe(call);
    if (!call.isGivenUp()) {
      CallContexts.make(pipeline, MonoAdapter.INSTANCE, call, actual.currentContext());
    }
  }

  @Override
  public String toString() {
    return "Mono through " + pipeline;
  }
}
