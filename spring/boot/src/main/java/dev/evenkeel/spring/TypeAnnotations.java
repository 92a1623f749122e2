package dev.evenkeel.spring;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/**
 * Where one annotation stands on a type: on the class or one that it extends, which holds for all
 * methods, or on interfaces, each of which speaks for the methods that it declares.
 */
final class TypeAnnotations<A extends Annotation> {

  private final @Nullable A onClass;
  private final Map<Class<?>, A> onInterfaces;

  private TypeAnnotations(@Nullable A onClass, Map<Class<?>, A> onInterfaces) {
    this.onClass = onClass;
    this.onInterfaces = onInterfaces;
  }

  static <A extends Annotation> TypeAnnotations<A> of(Class<A> annotation, Class<?> type) {
    A onClass = type.isInterface() || Proxy.isProxyClass(type)
        ? null
        : MergedAnnotations.from(type, SearchStrategy.SUPERCLASS)
            .get(annotation)
            .synthesize(found -> found.isPresent())
            .orElse(null);
    Map<Class<?>, A> onInterfaces = new LinkedHashMap<>();
    for (Class<?> implemented : ClassUtils.getAllInterfacesForClassAsSet(type)) {
      A found = AnnotatedElementUtils.findMergedAnnotation(implemented, annotation);
      if (found != null) {
        onInterfaces.put(implemented, found);
      }
    }
    return new TypeAnnotations<>(onClass, onInterfaces);
  }

  /** What holds for a method that has none of its own. */
  @Nullable A of(Method method) {
    if (onClass != null) {
      return onClass;
    }
    for (Map.Entry<Class<?>, A> entry : onInterfaces.entrySet()) {
      Class<?> implemented = entry.getKey();
      if (implemented == method.getDeclaringClass()
          || ClassUtils.hasMethod(implemented, method.getName(), method.getParameterTypes())) {
        return entry.getValue();
      }
    }
    return null;
  }
}
