package dev.evenkeel.spring;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ReflectionUtils;

/** Reads the annotations of a class. */
final class GuardedClassReader {

  private static final List<Class<? extends Annotation>> ANNOTATIONS =
      List.of(Resilient.class, Within.class);

  private final PipelineLookup lookup;
  private final UnaryOperator<String> placeholders;
  private final boolean canFollowReactive;

  /**
   * Reads for one context.
   *
   * @param canFollowReactive whether what {@link ReactiveCalls} needs is on the class path
   */
  GuardedClassReader(
      PipelineLookup lookup, UnaryOperator<String> placeholders, boolean canFollowReactive) {
    this.lookup = lookup;
    this.placeholders = placeholders;
    this.canFollowReactive = canFollowReactive;
  }

  /**
   * Reads what a native image has to know. What stands for a placeholder is not known yet, and does
   * not matter.
   */
  static GuardedClassReader forHints(PipelineLookup lookup) {
    return new GuardedClassReader(lookup, text -> text.contains("${") ? "1s" : text, true);
  }

  /**
   * What a method is annotated with.
   *
   * @param isOwn whether one of them is on the method itself
   */
  private record Found(
      @Nullable Resilient resilient, @Nullable Within within, boolean isOwn) {}

  /**
   * Reads a class.
   *
   * @param type the bean's own class
   * @param viaInterfaces whether the bean is called through a proxy of its interfaces
   */
  GuardedClass read(Class<?> type, boolean viaInterfaces) {
    if (!AnnotationUtils.isCandidateClass(type, ANNOTATIONS)) {
      return new GuardedClass(type, Map.of(), List.of());
    }
    TypeAnnotations<Resilient> resilient = TypeAnnotations.of(Resilient.class, type);
    TypeAnnotations<Within> within = TypeAnnotations.of(Within.class, type);
    Map<Method, Found> found =
        MethodIntrospector.selectMethods(type, (MethodIntrospector.MetadataLookup<Found>)
            method -> annotationsOf(method, resilient, within));
    if (found.isEmpty()) {
      return new GuardedClass(type, Map.of(), withoutMethods(type));
    }
    Set<String> fallbackNames = new LinkedHashSet<>();
    found.values().forEach(one -> {
      if (one.resilient() != null) {
        fallbackNames.add(one.resilient().fallback());
      }
    });
    // A fallback is no call of the dependency.
    found
        .entrySet()
        .removeIf(entry ->
            !entry.getValue().isOwn() && fallbackNames.contains(entry.getKey().getName()));

    FallbackReader fallbacks = new FallbackReader(type);
    Map<Method, GuardedMethod> methods = new LinkedHashMap<>();
    List<Problem> problems = new ArrayList<>();
    if (!viaInterfaces && (Modifier.isFinal(type.getModifiers()) || type.isSealed())) {
      problems.add(new Problem(
          type.getName(),
          "It has methods with @Resilient or @Within, and is "
              + (type.isSealed() ? "sealed" : "final") + ": no proxy can be made of it.",
          "Make the class open" + (type.isRecord() ? ", which a record is not," : "")
              + " or move the annotated methods to a class that is."));
    }
    found.forEach((method, annotations) -> {
      GuardedMethod guarded =
          guarded(type, method, annotations, viaInterfaces, fallbacks, problems);
      if (guarded != null) {
        methods.put(method, guarded);
      }
    });
    return new GuardedClass(type, methods, problems);
  }

  /** An annotation on the class itself that no method of it can have. */
  private static List<Problem> withoutMethods(Class<?> type) {
    Resilient resilient = type.getDeclaredAnnotation(Resilient.class);
    Within within = type.getDeclaredAnnotation(Within.class);
    if (type.isInterface() || (resilient == null && within == null)) {
      return List.of();
    }
    return List.of(new Problem(
        (resilient == null ? "@Within" : "@Resilient(\"" + resilient.value() + "\")") + " on "
            + type.getName(),
        "The class has no public method, and on a class the annotation holds for those only.",
        "Make the methods public, or put the annotation on each of them."));
  }

  private static @Nullable Found annotationsOf(
      Method method, TypeAnnotations<Resilient> ofResilient, TypeAnnotations<Within> ofWithin) {
    Resilient resilient = AnnotatedElementUtils.findMergedAnnotation(method, Resilient.class);
    Within within = AnnotatedElementUtils.findMergedAnnotation(method, Within.class);
    boolean isOwn = resilient != null || within != null;
    if (Modifier.isPublic(method.getModifiers())
        && !Modifier.isStatic(method.getModifiers())
        && !ReflectionUtils.isObjectMethod(method)) {
      resilient = resilient == null ? ofResilient.of(method) : resilient;
      within = within == null ? ofWithin.of(method) : within;
    }
    return resilient == null && within == null ? null : new Found(resilient, within, isOwn);
  }

  private @Nullable GuardedMethod guarded(
      Class<?> type,
      Method method,
      Found annotations,
      boolean viaInterfaces,
      FallbackReader fallbacks,
      List<Problem> problems) {
    Resilient resilient = annotations.resilient();
    String place =
        MethodText.where(Proxy.isProxyClass(type) ? method.getDeclaringClass() : type, method);
    String where = (resilient == null ? "@Within" : "@Resilient(\"" + resilient.value() + "\")")
        + " on " + place;
    int before = problems.size();
    String unseen = reasonUnseen(method, viaInterfaces);
    if (unseen != null) {
      problems.add(new Problem(
          where,
          "The method is " + unseen + ": no proxy sees its calls, so the annotation would do"
              + " nothing.",
          (unseen.equals("private") ? "Make it public" : "Take '" + unseen + "' off it")
              + " and call it from another bean, or take the annotation off it."));
      return null;
    }
    Within within = annotations.within();
    Duration time = within == null ? null : time(within, place, problems);
    Class<?> result = ResultKind.result(method, type);
    ResultKind kind = ResultKind.of(result);
    if (kind.isReactive() && !canFollowReactive) {
      problems.add(new Problem(
          where,
          "It returns a " + result.getSimpleName() + ", and evenkeel-reactor, which follows it, is"
              + " not on the class path.",
          "Add the dependency dev.evenkeel:evenkeel-reactor."));
    }
    if (resilient == null) {
      return problems.size() > before
          ? null
          : new GuardedMethod(null, time, Fallbacks.NONE, kind, lookup);
    }
    String unfit = ResultKind.reasonAgainst(method, result);
    if (unfit != null) {
      problems.add(new Problem(
          where,
          unfit,
          "Return the value itself, a CompletionStage, a CompletableFuture, a Mono or a Flux; or"
              + " take the annotation off and call the pipeline in the method's code."));
    }
    Fallbacks found = resilient.fallback().isEmpty()
        ? Fallbacks.NONE
        : fallbacks.read(method, resilient.fallback(), where, problems);
    String name = placeholders.apply(resilient.value());
    if (name.isBlank()) {
      problems.add(new Problem(
          where, "The name of the pipeline is empty.", "Write @Resilient(\"inventory\")."));
    }
    return problems.size() > before
        ? null
        : new GuardedMethod(lookup.handle(name, place), time, found, kind, lookup);
  }

  private @Nullable Duration time(Within within, String place, List<Problem> problems) {
    try {
      return Times.parse(placeholders.apply(within.value()));
    } catch (IllegalArgumentException wrong) {
      problems.add(new Problem(
          "@Within(\"" + within.value() + "\") on " + place,
          "Found \"" + wrong.getMessage() + "\".",
          "Write a time with its unit, more than zero: @Within(\"500ms\")."));
      return null;
    }
  }

  private static @Nullable String reasonUnseen(Method method, boolean viaInterfaces) {
    int modifiers = method.getModifiers();
    if (Modifier.isPrivate(modifiers)) {
      return "private";
    }
    if (Modifier.isStatic(modifiers)) {
      return "static";
    }
    return Modifier.isFinal(modifiers) && !viaInterfaces ? "final" : null;
  }
}
