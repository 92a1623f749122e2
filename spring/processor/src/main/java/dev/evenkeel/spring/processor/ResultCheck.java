package dev.evenkeel.spring.processor;

import java.util.List;
import java.util.Set;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;
import org.jspecify.annotations.Nullable;

/** Whether a pipeline can follow what a method returns; the rules are those of the start. */
final class ResultCheck {

  private static final Set<String> FOLLOWED = Set.of(
      "reactor.core.publisher.Mono",
      "reactor.core.publisher.Flux",
      "reactor.core.CorePublisher",
      "org.reactivestreams.Publisher");

  private static final List<String> REACTIVE = List.of(
      "org.reactivestreams.Publisher",
      "java.util.concurrent.Flow.Publisher",
      "io.reactivex.rxjava3.core.Single",
      "io.reactivex.rxjava3.core.Maybe",
      "io.reactivex.rxjava3.core.Completable",
      "io.reactivex.rxjava3.core.Observable",
      "kotlinx.coroutines.flow.Flow");

  private final Model model;

  ResultCheck(Model model) {
    this.model = model;
  }

  /** Whether the result is the value itself, and not what will have it later. */
  boolean isPlain(TypeMirror result) {
    return !isFollowed(result) && !isStage(result);
  }

  private static boolean isFollowed(TypeMirror result) {
    TypeElement type = Model.element(result);
    return type != null && FOLLOWED.contains(type.getQualifiedName().toString());
  }

  private boolean isStage(TypeMirror result) {
    return model.isA(result, "java.util.concurrent.CompletionStage");
  }

  /** Why a method cannot go through a pipeline; null if it can. */
  @Nullable String reasonAgainst(TypeElement type, ExecutableElement method) {
    TypeMirror result = model.result(type, method);
    String name = model.simpleName(result);
    if (isFollowed(result)) {
      return null;
    }
    if (REACTIVE.stream().anyMatch(one -> model.isA(result, one))) {
      return "It returns a " + name + ", and of reactive results only Mono, Flux and Publisher are"
          + " supported: the call is made when the result is subscribed to, after the pipeline has"
          + " seen its method return.";
    }
    List<TypeMirror> parameters = model.parameters(type, method);
    if (!parameters.isEmpty() && isContinuation(parameters.get(parameters.size() - 1))) {
      return "It is a suspending function, and coroutines are not supported: it returns before its"
          + " work is done.";
    }
    if (isStage(result)) {
      return model.isA(result, "java.util.concurrent.CompletableFuture")
              && !isCompletableFuture(result)
          ? "It returns a " + name + ", a stage that only its own class can make."
          : null;
    }
    return model.isA(result, "java.util.concurrent.Future")
        ? "It returns a " + name + ", which does not tell when it is done: the pipeline would see"
            + " the submission only."
        : null;
  }

  private static boolean isContinuation(TypeMirror parameter) {
    TypeElement type = Model.element(parameter);
    return type != null && type.getQualifiedName().contentEquals("kotlin.coroutines.Continuation");
  }

  private static boolean isCompletableFuture(TypeMirror result) {
    TypeElement type = Model.element(result);
    return type != null
        && type.getQualifiedName().contentEquals("java.util.concurrent.CompletableFuture");
  }
}
