package dev.evenkeel.reactor;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Pipeline;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * A pipeline whose calls are subscriptions. It shares everything with the pipeline that it was made
 * of: the breaker, the limits and the budgets count calls of all kinds together.
 *
 * <pre>{@code
 * ReactivePipeline inventory = ReactivePipeline.of(pipeline);
 * Mono<Stock> stock = inventory.mono(() -> client.stock(sku));
 * Mono<Stock> same = client.stock(sku).transform(inventory::mono);
 * }</pre>
 *
 * <p>Each subscription is a call: it is admitted when somebody subscribes, settled when the source
 * ends, and has its own attempts. Nothing blocks. Timeouts, retries, hedges and fallbacks mean what
 * {@code docs/guide/reactive.md} says of each. A pipeline that gets other settings has them here
 * too, for subscriptions from then on.
 *
 * <p>Immutable and thread-safe; cheap, so it may be kept or made for each call.
 */
public final class ReactivePipeline {

  /**
   * The key of the {@link CallContext} in Reactor's {@code Context}: the one by which
   * {@code evenkeel-tracing} makes it known to Micrometer's context propagation.
   */
  public static final String CONTEXT_KEY = "evenkeel.call-context";

  private final Pipeline pipeline;
  private final boolean restarting;

  private ReactivePipeline(Pipeline pipeline, boolean restarting) {
    this.pipeline = pipeline;
    this.restarting = restarting;
  }

  /**
   * A pipeline for Reactor.
   *
   * @param pipeline the pipeline, or the view of one for a key
   * @return the same pipeline, for subscriptions
   */
  public static ReactivePipeline of(Pipeline pipeline) {
    return new ReactivePipeline(notNull("pipeline", pipeline), false);
  }

  /**
   * The same for streams that may begin again from their start after elements have gone out: they
   * are retried and answered for by fallbacks then too, and elements may come twice. Makes no
   * difference to a {@code Mono}.
   *
   * @return the same pipeline, with retries after elements
   */
  public ReactivePipeline restarting() {
    return new ReactivePipeline(pipeline, true);
  }

  /**
   * A call with one result or none.
   *
   * @param <T> the type of the result
   * @param source gives what an attempt subscribes to; asked for each one. What it throws is that
   *     attempt's failure.
   * @return the call, made anew for each subscriber
   */
  public <T> Mono<T> mono(Supplier<? extends Mono<? extends T>> source) {
    notNull("source", source);
    return CallMono.of(pipeline, source);
  }

  /**
   * A call with one result or none; for {@code mono.transform(pipeline::mono)}.
   *
   * @param <T> the type of the result
   * @param source what each attempt subscribes to
   * @return the call, made anew for each subscriber
   */
  public <T> Mono<T> mono(Mono<T> source) {
    notNull("source", source);
    return CallMono.of(pipeline, () -> source);
  }

  /**
   * A call with a stream of results. No element is held back: what the subscriber asks for is asked
   * of the source.
   *
   * @param <T> the type of the elements
   * @param source gives what an attempt subscribes to; asked for each one. What it throws is that
   *     attempt's failure.
   * @return the call, made anew for each subscriber
   */
  public <T> Flux<T> flux(Supplier<? extends Publisher<? extends T>> source) {
    notNull("source", source);
    return CallFlux.of(pipeline, source, restarting);
  }

  /**
   * A call with a stream of results; for {@code flux.transform(pipeline::flux)}.
   *
   * @param <T> the type of the elements
   * @param source what each attempt subscribes to
   * @return the call, made anew for each subscriber
   */
  public <T> Flux<T> flux(Flux<T> source) {
    notNull("source", source);
    return CallFlux.of(pipeline, () -> source, restarting);
  }

  /**
   * What {@code contextWrite} needs to make calls above it in a context: with its deadline,
   * criticality and idempotency key.
   *
   * @param context the context
   * @return an entry of Reactor's context
   */
  public static ContextView context(CallContext context) {
    return Context.of(CONTEXT_KEY, notNull("context", context));
  }

  private static <T> T notNull(String what, @Nullable T value) {
    return Objects.requireNonNull(value, () -> what + ": null (expected: a value)");
  }

  @Override
  public String toString() {
    return "ReactivePipeline(" + pipeline + (restarting ? ", restarting" : "") + ")";
  }
}
