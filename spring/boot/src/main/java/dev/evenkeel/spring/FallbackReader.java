package dev.evenkeel.spring;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** Finds the fallbacks of a method by their name, and says what is wrong with those it finds. */
final class FallbackReader {

  private final Class<?> type;
  private final List<Method> methods;

  FallbackReader(Class<?> type) {
    this.type = type;
    methods = methodsOf(type);
  }

  private static List<Method> methodsOf(Class<?> type) {
    List<Method> found = new ArrayList<>();
    if (!Proxy.isProxyClass(type)) {
      found.addAll(Arrays.asList(ReflectionUtils.getUniqueDeclaredMethods(type)));
    }
    for (Class<?> implemented : ClassUtils.getAllInterfacesForClassAsSet(type)) {
      for (Method method : implemented.getMethods()) {
        if (method.isDefault() && !isThere(found, method)) {
          found.add(method);
        }
      }
    }
    found.removeIf(method -> method.isBridge() || method.isSynthetic());
    return found;
  }

  private static boolean isThere(List<Method> found, Method method) {
    return found.stream()
        .anyMatch(other -> other.getName().equals(method.getName())
            && Arrays.equals(other.getParameterTypes(), method.getParameterTypes()));
  }

  /** The fallbacks of a name; adds to the problems what cannot be one. */
  Fallbacks read(Method method, String name, String where, List<Problem> problems) {
    List<Method> named =
        methods.stream().filter(other -> other.getName().equals(name)).toList();
    Map<Class<?>, Method> fitting = new HashMap<>();
    List<String> rejected = new ArrayList<>();
    for (Method candidate : named) {
      String reason = reasonAgainst(candidate, method);
      if (reason != null) {
        rejected.add(MethodText.signature(candidate) + ": " + reason);
        continue;
      }
      Class<?> failure = lastParameter(candidate);
      Method other = fitting.put(failure, candidate);
      if (other != null) {
        problems.add(new Problem(
            where,
            "Two fallbacks for " + failure.getSimpleName() + ": " + MethodText.signature(other)
                + " and " + MethodText.signature(candidate) + ".",
            "Keep one of them, or give one a type of exception of its own."));
      }
    }
    if (fitting.isEmpty()) {
      problems.add(new Problem(where, found(method, name, rejected), expected(method, name)));
    }
    fitting.values().forEach(ReflectionUtils::makeAccessible);
    return new Fallbacks(fitting);
  }

  private String found(Method method, String name, List<String> rejected) {
    String looked = "Looked for the fallback '" + name + "' in " + place(method) + ". ";
    if (!rejected.isEmpty()) {
      return looked + "Found, but not fitting: " + String.join("; ", rejected) + ".";
    }
    List<String> names = methods.stream()
        .map(Method::getName)
        .filter(other -> !other.equals(method.getName()))
        .distinct()
        .toList();
    return looked + "There is no method of that name"
        + NearestName.of(name, names)
            .map(near -> "; the nearest is '" + near + "'")
            .orElse("")
        + ".";
  }

  private String place(Method method) {
    Class<?> shown = Proxy.isProxyClass(type) ? method.getDeclaringClass() : type;
    return shown.getName();
  }

  private static String expected(Method method, String name) {
    String result = method.getReturnType().getSimpleName();
    String parameters = MethodText.parameters(method);
    String onlyFailure = "`" + result + " " + name + "(Exception failure)`";
    return "Write "
        + (parameters.isEmpty()
            ? onlyFailure
            : "`" + result + " " + name + "(" + parameters + ", Exception failure)` or "
                + onlyFailure)
        + ", with whatever type of exception it is to answer.";
  }

  private @Nullable String reasonAgainst(Method candidate, Method method) {
    int count = candidate.getParameterCount();
    if (count == 0 || !Throwable.class.isAssignableFrom(lastParameter(candidate))) {
      return "its last parameter is no exception";
    }
    if (count != 1 && !sameParameters(candidate, method)) {
      return "its other parameters are not (" + MethodText.parameters(method) + ")";
    }
    if (Error.class.isAssignableFrom(lastParameter(candidate))) {
      return "an Error is never answered";
    }
    Class<?> result = resultOf(candidate);
    Class<?> wanted = resultOf(method);
    boolean isVoid = wanted == void.class || result == void.class;
    if (isVoid ? wanted != result : !ClassUtils.isAssignable(wanted, result)) {
      return "its result is no " + method.getReturnType().getSimpleName();
    }
    return ResultKind.of(wanted) == ResultKind.PLAIN ? undeclared(candidate, method) : null;
  }

  /** A proxy wraps a checked exception that its method does not declare. */
  private static @Nullable String undeclared(Method candidate, Method method) {
    for (Class<?> thrown : candidate.getExceptionTypes()) {
      boolean isUnchecked =
          RuntimeException.class.isAssignableFrom(thrown) || Error.class.isAssignableFrom(thrown);
      if (!isUnchecked
          && Arrays.stream(method.getExceptionTypes())
              .noneMatch(declared -> declared.isAssignableFrom(thrown))) {
        return "it throws " + thrown.getSimpleName() + ", which the method does not declare";
      }
    }
    return null;
  }

  private boolean sameParameters(Method candidate, Method method) {
    int count = method.getParameterCount();
    if (candidate.getParameterCount() != count + 1) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      if (parameter(candidate, i) != parameter(method, i)) {
        return false;
      }
    }
    return true;
  }

  private Class<?> lastParameter(Method candidate) {
    return parameter(candidate, candidate.getParameterCount() - 1);
  }

  private Class<?> parameter(Method method, int index) {
    return ResolvableType.forMethodParameter(method, index, type)
        .resolve(method.getParameterTypes()[index]);
  }

  private Class<?> resultOf(Method method) {
    return ResultKind.result(method, type);
  }
}
