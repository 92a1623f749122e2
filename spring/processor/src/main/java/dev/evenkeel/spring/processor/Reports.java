package dev.evenkeel.spring.processor;

import java.util.Arrays;
import javax.annotation.processing.Messager;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.tools.Diagnostic.Kind;
import org.jspecify.annotations.Nullable;

/** Tells the compiler what is wrong, unless the code says that it is meant. */
final class Reports {

  private static final String SUPPRESSED = "evenkeel";

  private final Messager messager;

  Reports(Messager messager) {
    this.messager = messager;
  }

  /**
   * Something that is wrong, in the words of the application's start.
   *
   * @param where the method or class
   * @param wrong what was looked for, and what was found
   * @param action what to write
   */
  record Problem(String where, String wrong, String action) {

    @Override
    public String toString() {
      return where + ": " + wrong + " " + action;
    }
  }

  /**
   * Tells it.
   *
   * @param kind an error if it stops the start for certain
   * @param at where the compiler points to
   * @param annotation of that element, if it is what is wrong
   */
  void tell(Kind kind, Element at, @Nullable AnnotationMirror annotation, Problem problem) {
    if (isSuppressed(at)) {
      return;
    }
    if (annotation != null && at.getAnnotationMirrors().contains(annotation)) {
      messager.printMessage(kind, problem.toString(), at, annotation);
    } else {
      messager.printMessage(kind, problem.toString(), at);
    }
  }

  /** Whether {@code @SuppressWarnings("evenkeel")} is on an element or around it. */
  static boolean isSuppressed(Element element) {
    for (Element around = element; around != null; around = around.getEnclosingElement()) {
      SuppressWarnings suppressed = around.getAnnotation(SuppressWarnings.class);
      if (suppressed != null && Arrays.asList(suppressed.value()).contains(SUPPRESSED)) {
        return true;
      }
    }
    return false;
  }
}
