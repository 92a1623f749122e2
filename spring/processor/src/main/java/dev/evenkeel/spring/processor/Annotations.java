package dev.evenkeel.spring.processor;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/** Reads annotations by their names. */
final class Annotations {

  static final String RESILIENT = "dev.evenkeel.spring.Resilient";
  static final String WITHIN = "dev.evenkeel.spring.Within";
  static final String HTTP_EXCHANGE = "org.springframework.web.service.annotation.HttpExchange";

  private Annotations() {}

  /** The annotation that is written on an element itself. */
  static @Nullable AnnotationMirror direct(Element element, String name) {
    for (AnnotationMirror annotation : element.getAnnotationMirrors()) {
      if (nameOf(annotation).equals(name)) {
        return annotation;
      }
    }
    return null;
  }

  /** Whether an element has the annotation, or another one that has it. */
  static boolean isPresent(Element element, String name) {
    return isPresent(element, name, new HashSet<>());
  }

  private static boolean isPresent(Element element, String name, Set<String> seen) {
    for (AnnotationMirror annotation : element.getAnnotationMirrors()) {
      String found = nameOf(annotation);
      if (found.equals(name)
          || (seen.add(found)
              && isPresent(annotation.getAnnotationType().asElement(), name, seen))) {
        return true;
      }
    }
    return false;
  }

  /** What is written for an attribute; null if nothing is. */
  static @Nullable AnnotationValue value(AnnotationMirror annotation, String attribute) {
    for (Map.Entry<? extends ExecutableElement, ? extends AnnotationValue> entry :
        annotation.getElementValues().entrySet()) {
      if (entry.getKey().getSimpleName().contentEquals(attribute)) {
        return entry.getValue();
      }
    }
    return null;
  }

  /** The text that is written for an attribute; empty if there is none. */
  static String text(AnnotationMirror annotation, String attribute) {
    AnnotationValue value = value(annotation, attribute);
    return value != null && value.getValue() instanceof String text ? text : "";
  }

  private static String nameOf(AnnotationMirror annotation) {
    return annotation.getAnnotationType().asElement() instanceof TypeElement type
        ? type.getQualifiedName().toString()
        : "";
  }
}
