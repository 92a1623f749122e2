package dev.evenkeel.spring.processor;

import dev.evenkeel.spring.processor.Reports.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import org.jspecify.annotations.Nullable;

/** Finds the fallbacks of a method by their name; the rules are those of the start. */
final class FallbackCheck {

  private final Model model;
  private final ResultCheck results;

  FallbackCheck(Model model, ResultCheck results) {
    this.model = model;
    this.results = results;
  }

  /** Tells what is wrong with the fallbacks of a name. */
  void check(
      TypeElement type,
      ExecutableElement method,
      String name,
      String where,
      Consumer<Problem> problems) {
    List<ExecutableElement> candidates = model.fallbackCandidates(type);
    Map<String, ExecutableElement> fitting = new LinkedHashMap<>();
    List<String> rejected = new ArrayList<>();
    for (ExecutableElement candidate : candidates) {
      if (!candidate.getSimpleName().contentEquals(name)) {
        continue;
      }
      if (model.isUnresolved(candidate)) {
        return; // the compiler says so itself
      }
      String reason = reasonAgainst(type, candidate, method);
      if (reason != null) {
        rejected.add(model.signature(candidate) + ": " + reason);
        continue;
      }
      TypeMirror failure = lastParameter(type, candidate);
      ExecutableElement other = fitting.put(failure.toString(), candidate);
      if (other != null) {
        problems.accept(new Problem(
            where,
            "Two fallbacks for " + model.simpleName(failure) + ": " + model.signature(other)
                + " and " + model.signature(candidate) + ".",
            "Keep one of them, or give one a type of exception of its own."));
      }
    }
    if (fitting.isEmpty()) {
      problems.accept(new Problem(
          where, found(type, method, name, candidates, rejected), expected(method, name)));
    }
  }

  private String found(
      TypeElement type,
      ExecutableElement method,
      String name,
      List<ExecutableElement> candidates,
      List<String> rejected) {
    String looked = "Looked for the fallback '" + name + "' in " + model.nameOf(type) + ". ";
    if (!rejected.isEmpty()) {
      return looked + "Found, but not fitting: " + String.join("; ", rejected) + ".";
    }
    List<String> names = candidates.stream()
        .map(candidate -> candidate.getSimpleName().toString())
        .filter(other -> !method.getSimpleName().contentEquals(other))
        .distinct()
        .toList();
    return looked + "There is no method of that name"
        + NearestName.of(name, names)
            .map(near -> "; the nearest is '" + near + "'")
            .orElse("")
        + ".";
  }

  private String expected(ExecutableElement method, String name) {
    String result = model.simpleName(method.getReturnType());
    String parameters = model.parameters(method);
    String onlyFailure = "`" + result + " " + name + "(Exception failure)`";
    return "Write "
        + (parameters.isEmpty()
            ? onlyFailure
            : "`" + result + " " + name + "(" + parameters + ", Exception failure)` or "
                + onlyFailure)
        + ", with whatever type of exception it is to answer.";
  }

  private @Nullable String reasonAgainst(
      TypeElement type, ExecutableElement candidate, ExecutableElement method) {
    List<TypeMirror> parameters = model.parameters(type, candidate);
    int before = parameters.size() - 1;
    if (before < 0 || !model.isA(parameters.get(before), "java.lang.Throwable")) {
      return "its last parameter is no exception";
    }
    if (before > 0
        && !model.isSame(parameters.subList(0, before), model.parameters(type, method))) {
      return "its other parameters are not (" + model.parameters(method) + ")";
    }
    if (model.isA(parameters.get(before), "java.lang.Error")) {
      return "an Error is never answered";
    }
    TypeMirror result = model.result(type, candidate);
    TypeMirror wanted = model.result(type, method);
    boolean isVoid = wanted.getKind() == TypeKind.VOID || result.getKind() == TypeKind.VOID;
    if (isVoid ? wanted.getKind() != result.getKind() : !model.isAssignable(result, wanted)) {
      return "its result is no " + model.simpleName(method.getReturnType());
    }
    return results.isPlain(wanted) ? undeclared(candidate, method) : null;
  }

  /** A proxy wraps a checked exception that its method does not declare. */
  private @Nullable String undeclared(ExecutableElement candidate, ExecutableElement method) {
    for (TypeMirror thrown : candidate.getThrownTypes()) {
      boolean isUnchecked =
          model.isA(thrown, "java.lang.RuntimeException") || model.isA(thrown, "java.lang.Error");
      if (!isUnchecked
          && method.getThrownTypes().stream()
              .noneMatch(declared -> model.isSubtype(thrown, declared))) {
        return "it throws " + model.simpleName(thrown) + ", which the method does not declare";
      }
    }
    return null;
  }

  private TypeMirror lastParameter(TypeElement type, ExecutableElement candidate) {
    List<TypeMirror> parameters = model.parameters(type, candidate);
    return parameters.get(parameters.size() - 1);
  }
}
