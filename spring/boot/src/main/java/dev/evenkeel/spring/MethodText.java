package dev.evenkeel.spring;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Methods as people write them. */
final class MethodText {

  private MethodText() {}

  /** {@code com.example.Shop.stock(String)}. */
  static String where(Class<?> type, Method method) {
    return type.getName() + "." + method.getName() + "(" + parameters(method) + ")";
  }

  /** {@code Stock unknown(String, IOException)}. */
  static String signature(Method method) {
    return method.getReturnType().getSimpleName() + " " + method.getName() + "("
        + parameters(method) + ")";
  }

  static String parameters(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(Collectors.joining(", "));
  }
}
