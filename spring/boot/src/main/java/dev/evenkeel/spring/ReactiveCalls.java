package dev.evenkeel.spring;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.reactor.ReactivePipeline;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Calls of methods that return a {@code Mono} or a {@code Flux}: the method is called when somebody
 * subscribes, and again for each further attempt. Loaded only where Reactor and
 * {@code evenkeel-reactor} are on the class path.
 */
final class ReactiveCalls {

  /** What has to be there for such methods. */
  static final String NEEDED = "dev.evenkeel.reactor.ReactivePipeline";

  private ReactiveCalls() {}

  /**
   * A call that somebody subscribes to. Its type names nothing of Reactor's: whoever calls this is
   * loaded, and verified, without Reactor too.
   *
   * @param kind {@link ResultKind#MONO} or {@link ResultKind#FLUX}
   * @param through null for none
   * @param source calls the method
   * @param answers from the failure to what the fallback returns; null if there is none
   */
  static Object call(
      ResultKind kind,
      @Nullable Pipeline through,
      Supplier<? extends @Nullable Object> source,
      @Nullable Function<Throwable, @Nullable Supplier<? extends @Nullable Object>> answers) {
    return kind == ResultKind.MONO
        ? mono(through, source, answers)
        : flux(through, source, answers);
  }

  /**
   * One call with one result.
   *
   * @param through null for none
   * @param source calls the method
   * @param answers from the failure to what the fallback returns; null if there is none
   */
  private static Mono<Object> mono(
      @Nullable Pipeline through,
      Supplier<? extends @Nullable Object> source,
      @Nullable Function<Throwable, @Nullable Supplier<? extends @Nullable Object>> answers) {
    Supplier<Mono<Object>> made = () -> ReactiveCalls.<Mono<Object>>as(source.get());
    Mono<Object> call = through == null
        ? Mono.deferContextual(view -> inForce(view).call(made::get))
        : ReactivePipeline.of(through).mono(made);
    if (answers == null) {
      return call;
    }
    return call.onErrorResume(failure -> {
      Supplier<? extends @Nullable Object> answer = answers.apply(failure);
      if (answer == null) {
        return Mono.error(failure);
      }
      Object given = answer.get();
      return given == null
          ? Mono.empty()
          : ReactiveCalls.<Mono<Object>>as(given).doOnError(own -> Fallbacks.keep(own, failure));
    });
  }

  /** The same with a stream of results; its fallback answers only while no element has gone out. */
  private static Flux<Object> flux(
      @Nullable Pipeline through,
      Supplier<? extends @Nullable Object> source,
      @Nullable Function<Throwable, @Nullable Supplier<? extends @Nullable Object>> answers) {
    Supplier<Publisher<Object>> made = () -> ReactiveCalls.<Publisher<Object>>as(source.get());
    Flux<Object> call = through == null
        ? Flux.deferContextual(view -> inForce(view).call(made::get))
        : ReactivePipeline.of(through).flux(made);
    if (answers == null) {
      return call;
    }
    return Flux.defer(() -> {
      boolean[] hasGiven = new boolean[1]; // signals of one subscriber: one after another
      return call.doOnNext(element -> hasGiven[0] = true).onErrorResume(failure -> {
        Supplier<? extends @Nullable Object> answer = hasGiven[0] ? null : answers.apply(failure);
        if (answer == null) {
          return Flux.error(failure);
        }
        Object given = answer.get();
        return given == null
            ? Flux.empty()
            : Flux.from(ReactiveCalls.<Publisher<Object>>as(given))
                .doOnError(own -> Fallbacks.keep(own, failure));
      });
    });
  }

  /** Sets a deadline around the call of each subscriber, from the subscription on. */
  static Object within(Object call, Duration time, Kernel kernel) {
    Function<Context, Context> shortened = context -> context.put(
        ReactivePipeline.CONTEXT_KEY, inForce(context).withDeadline(Deadline.after(time, kernel)));
    return call instanceof Mono<?> mono
        ? mono.contextWrite(shortened)
        : ((Flux<?>) call).contextWrite(shortened);
  }

  private static CallContext inForce(ContextView context) {
    Object brought = context.getOrDefault(ReactivePipeline.CONTEXT_KEY, null);
    return brought instanceof CallContext call ? call : CallContext.current();
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // by the types of the methods
  private static <T> T as(@Nullable Object result) {
    if (result == null) {
      throw new NullPointerException(
          "the method returned null (expected: a Mono, a Flux or a Publisher)");
    }
    return (T) result;
  }
}
