package dev.evenkeel.spring;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

/** What a method returns decides how it is called. */
enum ResultKind {
  /** On the caller's thread. */
  PLAIN,
  /** Started on the caller's thread, and done when its stage is. */
  STAGE,
  /** Made anew for each subscriber of a {@code Mono}. */
  MONO,
  /** Made anew for each subscriber of a stream. */
  FLUX;

  private static final String OF_MONO = "reactor.core.publisher.Mono";

  /** What a {@code Flux} can be returned as. */
  private static final Set<String> OF_FLUX = Set.of(
      "reactor.core.publisher.Flux", "reactor.core.CorePublisher", "org.reactivestreams.Publisher");

  private static final Set<String> REACTIVE = Set.of(
      "org.reactivestreams.Publisher",
      "java.util.concurrent.Flow$Publisher",
      "io.reactivex.rxjava3.core.Single",
      "io.reactivex.rxjava3.core.Maybe",
      "io.reactivex.rxjava3.core.Completable",
      "io.reactivex.rxjava3.core.Observable",
      "kotlinx.coroutines.flow.Flow");

  /** What a method of a bean's class returns, with what the class says of its type variables. */
  static Class<?> result(Method method, Class<?> type) {
    return ResolvableType.forMethodReturnType(method, type).resolve(method.getReturnType());
  }

  static ResultKind of(Class<?> result) {
    if (CompletionStage.class.isAssignableFrom(result)) {
      return STAGE;
    }
    if (result.getName().equals(OF_MONO)) {
      return MONO;
    }
    return OF_FLUX.contains(result.getName()) ? FLUX : PLAIN;
  }

  boolean isReactive() {
    return this == MONO || this == FLUX;
  }

  /** Why a method of this result cannot go through a pipeline; null if it can. */
  static @Nullable String reasonAgainst(Method method, Class<?> result) {
    String name = result.getSimpleName();
    ResultKind kind = of(result);
    if (kind.isReactive()) {
      return null;
    }
    if (isReactive(result)) {
      return "It returns a " + name + ", and of reactive results only Mono, Flux and Publisher are"
          + " supported: the call is made when the result is subscribed to, after the pipeline has"
          + " seen its method return.";
    }
    if (isSuspending(method)) {
      return "It is a suspending function, and coroutines are not supported: it returns before its"
          + " work is done.";
    }
    if (kind == STAGE) {
      return result.isAssignableFrom(CompletableFuture.class)
          ? null
          : "It returns a " + name + ", a stage that only its own class can make.";
    }
    if (Future.class.isAssignableFrom(result)) {
      return "It returns a " + name + ", which does not tell when it is done: the pipeline would"
          + " see the submission only.";
    }
    return null;
  }

  private static boolean isReactive(@Nullable Class<?> type) {
    if (type == null || type == Object.class) {
      return false;
    }
    return REACTIVE.contains(type.getName())
        || isReactive(type.getSuperclass())
        || Arrays.stream(type.getInterfaces()).anyMatch(ResultKind::isReactive);
  }

  private static boolean isSuspending(Method method) {
    Class<?>[] parameters = method.getParameterTypes();
    return parameters.length > 0
        && parameters[parameters.length - 1].getName().equals("kotlin.coroutines.Continuation");
  }
}
