package dev.evenkeel.spring.processor;

import dev.evenkeel.spring.processor.Reports.Problem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.tools.Diagnostic.Kind;
import org.jspecify.annotations.Nullable;

/** Checks the annotated methods of one class. */
final class TypeCheck {

  private final Model model;
  private final KnownPipelines pipelines;
  private final Reports reports;
  private final ResultCheck results;
  private final FallbackCheck fallbacks;

  TypeCheck(Model model, KnownPipelines pipelines, Reports reports) {
    this.model = model;
    this.pipelines = pipelines;
    this.reports = reports;
    results = new ResultCheck(model);
    fallbacks = new FallbackCheck(model, results);
  }

  /**
   * What holds for a method.
   *
   * @param isOwn whether it, or what it overrides, is annotated; not only its class
   */
  private record Found(
      ExecutableElement method,
      @Nullable AnnotationMirror resilient,
      @Nullable AnnotationMirror within,
      boolean isOwn) {}

  /** Checks a class or interface with an annotation on it or on a method of it. */
  void check(TypeElement type) {
    if (type.getKind() == ElementKind.ANNOTATION_TYPE || model.isUnresolved(type)) {
      return; // an annotation of the user's may change the name; the rest the compiler says
    }
    AnnotationMirror ofType = Annotations.direct(type, Annotations.RESILIENT);
    if (ofType != null) {
      checkName(type, ofType, model.nameOf(type));
    }
    List<Found> all = find(type, ofType, Annotations.direct(type, Annotations.WITHIN));
    checkClass(type, all);
    for (Found found : all) {
      if (!model.isUnresolved(found.method())) {
        check(type, found);
      }
    }
  }

  private List<Found> find(
      TypeElement type, @Nullable AnnotationMirror resilient, @Nullable AnnotationMirror within) {
    Set<ExecutableElement> methods =
        new LinkedHashSet<>(ElementFilter.methodsIn(type.getEnclosedElements()));
    Set<ExecutableElement> byType = new LinkedHashSet<>();
    if (resilient != null || within != null) {
      byType.addAll(model.allMethods(type));
      byType.removeIf(method -> !method.getModifiers().contains(Modifier.PUBLIC)
          || method.getModifiers().contains(Modifier.STATIC));
      methods.addAll(byType);
    }
    List<Found> all = new ArrayList<>();
    Set<String> fallbackNames = new LinkedHashSet<>();
    for (ExecutableElement method : methods) {
      boolean isHere = type.equals(method.getEnclosingElement());
      boolean isOwn = isAnnotated(method, type, Annotations.RESILIENT)
          || isAnnotated(method, type, Annotations.WITHIN);
      Found found = new Found(
          method,
          of(method, type, Annotations.RESILIENT, isHere, byType.contains(method), resilient),
          of(method, type, Annotations.WITHIN, isHere, byType.contains(method), within),
          isOwn);
      if (found.resilient() != null) {
        fallbackNames.add(Annotations.text(found.resilient(), "fallback"));
      }
      if (found.resilient() != null || found.within() != null) {
        all.add(found);
      }
    }
    // A fallback is no call of the dependency.
    all.removeIf(found ->
        !found.isOwn() && fallbackNames.contains(found.method().getSimpleName().toString()));
    return all;
  }

  /** The annotation that is checked here: null if it is said elsewhere, and so checked there. */
  private @Nullable AnnotationMirror of(
      ExecutableElement method,
      TypeElement type,
      String annotation,
      boolean isHere,
      boolean isByType,
      @Nullable AnnotationMirror ofType) {
    AnnotationMirror direct = isHere ? Annotations.direct(method, annotation) : null;
    if (direct != null) {
      return direct;
    }
    return isByType && !isAnnotated(method, type, annotation) ? ofType : null;
  }

  /** Whether a method is annotated, or one that it overrides, also by an annotation of a user's. */
  private boolean isAnnotated(ExecutableElement method, TypeElement type, String annotation) {
    return model.supertypes(type).values().stream()
        .flatMap(one -> ElementFilter.methodsIn(one.getEnclosedElements()).stream())
        .filter(one -> model.isOrOverrides(method, one, type))
        .anyMatch(one -> Annotations.isPresent(one, annotation));
  }

  private void checkClass(TypeElement type, List<Found> all) {
    boolean isFinal = type.getModifiers().contains(Modifier.FINAL);
    boolean isSealed = type.getModifiers().contains(Modifier.SEALED)
        && !type.getModifiers().contains(Modifier.ABSTRACT); // its subclasses are the beans
    if (all.isEmpty() || type.getKind() == ElementKind.INTERFACE || !(isFinal || isSealed)) {
      return;
    }
    boolean isReachable =
        all.stream().anyMatch(found -> model.isOfAnInterface(found.method(), type));
    reports.tell(
        isReachable ? Kind.WARNING : Kind.ERROR,
        type,
        null,
        new Problem(
            model.nameOf(type),
            "It has methods with @Resilient or @Within, and is " + (isSealed ? "sealed" : "final")
                + ": no proxy can be made of it.",
            "Make the class open"
                + (type.getKind() == ElementKind.RECORD ? ", which a record is not," : "")
                + " or move the annotated methods to a class that is."));
  }

  private void check(TypeElement type, Found found) {
    ExecutableElement method = found.method();
    AnnotationMirror resilient = found.resilient();
    Element at = type.equals(method.getEnclosingElement()) ? method : type;
    String place = model.where(type, method);
    String where = (resilient == null ? "@Within" : annotation(resilient)) + " on " + place;
    String unseen = reasonUnseen(method);
    if (unseen != null) {
      boolean isReachable = unseen.equals("final") && model.isOfAnInterface(method, type);
      reports.tell(
          isReachable ? Kind.WARNING : Kind.ERROR,
          at,
          resilient == null ? found.within() : resilient,
          new Problem(
              where,
              "The method is " + unseen + ": no proxy sees its calls, so the annotation would do"
                  + " nothing.",
              (unseen.equals("private") ? "Make it public" : "Take '" + unseen + "' off it")
                  + " and call it from another bean, or take the annotation off it."));
      return;
    }
    if (resilient == null) {
      return;
    }
    if (type.equals(method.getEnclosingElement())
        && Annotations.direct(method, Annotations.RESILIENT) != null) {
      checkName(method, resilient, place);
    }
    String unfit = results.reasonAgainst(type, method);
    if (unfit != null) {
      reports.tell(
          Kind.ERROR,
          at,
          resilient,
          new Problem(
              where,
              unfit,
              "Return the value itself, a CompletionStage, a CompletableFuture, a Mono or a Flux; or"
                  + " take the annotation off and call the pipeline in the method's code."));
    }
    String fallback = Annotations.text(resilient, "fallback");
    if (!fallback.isEmpty() && isBeanItself(type, method)) {
      fallbacks.check(
          type,
          method,
          fallback,
          where,
          problem -> reports.tell(Kind.ERROR, at, resilient, problem));
    }
  }

  /**
   * Whether no other class, which may have the fallback, is made of it: a class that is not
   * abstract, and an HTTP client that is an interface.
   */
  private static boolean isBeanItself(TypeElement type, ExecutableElement method) {
    return type.getKind() == ElementKind.INTERFACE
        ? Annotations.isPresent(method, Annotations.HTTP_EXCHANGE)
        : !type.getModifiers().contains(Modifier.ABSTRACT);
  }

  private void checkName(Element at, AnnotationMirror resilient, String place) {
    String name = Annotations.text(resilient, "value");
    String where = annotation(resilient) + " on " + place;
    if (name.isBlank()) {
      reports.tell(
          Kind.ERROR,
          at,
          resilient,
          new Problem(
              where, "The name of the pipeline is empty.", "Write @Resilient(\"inventory\")."));
    } else if (!name.contains("${")) {
      Problem unknown = pipelines.problem(name, where);
      if (unknown != null) {
        reports.tell(Kind.ERROR, at, resilient, unknown);
      }
    }
  }

  private static String annotation(AnnotationMirror resilient) {
    return "@Resilient(\"" + Annotations.text(resilient, "value") + "\")";
  }

  private static @Nullable String reasonUnseen(ExecutableElement method) {
    Set<Modifier> modifiers = method.getModifiers();
    if (modifiers.contains(Modifier.PRIVATE)) {
      return "private";
    }
    if (modifiers.contains(Modifier.STATIC)) {
      return "static";
    }
    return modifiers.contains(Modifier.FINAL) ? "final" : null;
  }
}
