package dev.evenkeel.reactor;

import dev.evenkeel.core.Pipeline;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** Makes a call for each subscriber. */
final class CallFlux<T> extends Flux<T> {

  private final Pipeline pipeline;
  private final Supplier<? extends Publisher<? extends T>> source;
  private final boolean restarting;

  private CallFlux(
      Pipeline pipeline, Supplier<? extends Publisher<? extends T>> source, boolean restarting) {
    this.pipeline = pipeline;
    this.source = source;
    this.restarting = restarting;
  }

  static <T> Flux<T> of(
      Pipeline pipeline, Supplier<? extends Publisher<? extends T>> source, boolean restarting) {
    return onAssembly(new CallFlux<T>(pipeline, source, restarting));
  }

  @Override
  public void subscribe(CoreSubscriber<? super T> actual) {
    FluxCall<T> call = new FluxCall<>(source, restarting, actual);
    actual.onSubscribe(call);
    if (!call.isGivenUp()) {
      CallContexts.make(pipeline, FluxAdapter.INSTANCE, call, actual.currentContext());
    }
  }

  @Override
  public String toString() {
    return "Flux through " + pipeline;
  }
}
