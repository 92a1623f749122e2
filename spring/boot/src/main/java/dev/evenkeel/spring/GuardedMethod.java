package dev.evenkeel.spring;

import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Pipeline;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;

/** How the calls of one method are made; everything that can be known at the start is. */
final class GuardedMethod {

  private final @Nullable PipelineHandle pipeline;
  private final @Nullable Duration within;
  private final Fallbacks fallbacks;
  private final ResultKind kind;
  private final PipelineLookup lookup;

  GuardedMethod(
      @Nullable PipelineHandle pipeline,
      @Nullable Duration within,
      Fallbacks fallbacks,
      ResultKind kind,
      PipelineLookup lookup) {
    this.pipeline = pipeline;
    this.within = within;
    this.fallbacks = fallbacks;
    this.kind = kind;
    this.lookup = lookup;
  }

  Collection<Method> fallbacks() {
    return fallbacks.methods();
  }

  @SuppressWarnings("NullAway") // null only if the method returns it
  @Nullable Object call(MethodInvocation invocation) throws Throwable {
    Duration time = within == null || lookup.isObserveOnly() ? null : within;
    if (kind.isReactive()) {
      Object call = reactive(invocation);
      return time == null ? call : ReactiveCalls.within(call, time, lookup.kernel());
    }
    if (time == null) {
      return guarded(invocation);
    }
    return Deadline.after(time, lookup.kernel())
        .<@Nullable Object, Throwable>call(() -> guarded(invocation));
  }

  private @Nullable Object guarded(MethodInvocation invocation) throws Throwable {
    PipelineHandle handle = pipeline;
    if (handle == null) {
      return invocation.proceed();
    }
    return kind == ResultKind.STAGE
        ? stage(handle.get(), invocation)
        : plain(handle.get(), invocation);
  }

  private Object reactive(MethodInvocation invocation) {
    PipelineHandle handle = pipeline;
    Pipeline through = handle == null ? null : handle.get();
    Supplier<@Nullable Object> source = () -> attemptOf(invocation);
    Function<Throwable, @Nullable Supplier<? extends @Nullable Object>> answers =
        fallbacks.isEmpty() ? null : failure -> answerTo(failure, invocation);
    return ReactiveCalls.call(kind, through, source, answers);
  }

  private @Nullable Supplier<? extends @Nullable Object> answerTo(
      Throwable failure, MethodInvocation invocation) {
    Method fallback = fallbacks.find(failure);
    return fallback == null
        ? null
        : () -> {
          try {
            return fallbacks.ask(fallback, target(invocation), invocation.getArguments(), failure);
          } catch (Throwable own) {
            throw GuardedMethod.<RuntimeException>asIs(own);
          }
        };
  }

  @SuppressWarnings("NullAway") // null only if the method returns it
  private @Nullable Object plain(Pipeline through, MethodInvocation invocation) throws Throwable {
    if (fallbacks.isEmpty()) {
      return through.<@Nullable Object, Throwable>call(() -> attempt(invocation));
    }
    try {
      return through.<@Nullable Object, Throwable>call(() -> attempt(invocation));
    } catch (Throwable failure) {
      Method fallback = fallbacks.find(failure);
      if (fallback == null) {
        throw failure;
      }
      if (failure instanceof InterruptedException) {
        Thread.currentThread().interrupt(); // the exception is gone, the request to stop is not
      }
      return fallbacks.ask(fallback, target(invocation), invocation.getArguments(), failure);
    }
  }

  private CompletableFuture<@Nullable Object> stage(Pipeline through, MethodInvocation invocation) {
    CompletableFuture<@Nullable Object> call = through.callAsync(() -> stageOf(invocation));
    if (fallbacks.isEmpty()) {
      return call;
    }
    CompletableFuture<@Nullable Object> answered =
        call.exceptionallyCompose(failure -> answer(unwrapped(failure), invocation));
    CompletableFuture<?> unused = answered.whenComplete((result, failure) -> {
      if (failure instanceof CancellationException) {
        call.cancel(false); // who gives the answer up gives the call up
      }
    });
    return answered;
  }

  private CompletionStage<@Nullable Object> answer(Throwable failure, MethodInvocation invocation) {
    Method fallback = fallbacks.find(failure);
    if (fallback == null) {
      return CompletableFuture.failedFuture(failure);
    }
    try {
      return stageOrNull(
          fallbacks.ask(fallback, target(invocation), invocation.getArguments(), failure));
    } catch (Throwable own) {
      return CompletableFuture.failedFuture(own);
    }
  }

  private static CompletionStage<@Nullable Object> stageOrNull(@Nullable Object answer) {
    return answer == null ? CompletableFuture.completedFuture(null) : asStage(answer);
  }

  @SuppressWarnings("unchecked") // by the types of the methods
  private static CompletionStage<@Nullable Object> asStage(Object stage) {
    return (CompletionStage<@Nullable Object>) stage;
  }

  private static @Nullable CompletionStage<@Nullable Object> stageOf(MethodInvocation invocation) {
    Object stage = attemptOf(invocation);
    return stage == null ? null : asStage(stage);
  }

  private static @Nullable Object attemptOf(MethodInvocation invocation) {
    try {
      return attempt(invocation);
    } catch (Throwable failure) {
      throw GuardedMethod.<RuntimeException>asIs(failure);
    }
  }

  /** Each attempt goes through the rest of the interceptors, which a call can do once only. */
  private static @Nullable Object attempt(MethodInvocation invocation) throws Throwable {
    return invocation instanceof ProxyMethodInvocation proxied
        ? proxied.invocableClone().proceed()
        : invocation.proceed();
  }

  /** The bean itself; the proxy of an interface that has no bean behind it. */
  private static @Nullable Object target(MethodInvocation invocation) {
    Object target = invocation.getThis();
    return target == null && invocation instanceof ProxyMethodInvocation proxied
        ? proxied.getProxy()
        : target;
  }

  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  @SuppressWarnings("unchecked") // the compiler takes any throwable for the X it was told
  private static <X extends Throwable> RuntimeException asIs(Throwable failure) throws X {
    throw (X) failure;
  }
}
