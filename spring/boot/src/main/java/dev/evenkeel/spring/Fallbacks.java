package dev.evenkeel.spring;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The methods that answer for one method, by the type of the failure. Immutable. */
final class Fallbacks {

  static final Fallbacks NONE = new Fallbacks(Map.of());

  private final Map<Class<?>, Method> byFailure;
  private final Map<Method, MethodHandle> defaults;

  Fallbacks(Map<Class<?>, Method> byFailure) {
    this.byFailure = Map.copyOf(byFailure);
    defaults = defaults(byFailure.values());
  }

  boolean isEmpty() {
    return byFailure.isEmpty();
  }

  Collection<Method> methods() {
    return byFailure.values();
  }

  /** The one with the nearest type; null if there is none, and for an error. */
  @Nullable Method find(Throwable failure) {
    if (!byFailure.isEmpty() && failure instanceof Exception) {
      for (Class<?> type = failure.getClass(); type != null; type = type.getSuperclass()) {
        Method found = byFailure.get(type);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  /** Asks one; what it throws goes to the caller, with the call's own failure in it. */
  @Nullable Object ask(
      Method fallback, @Nullable Object target, @Nullable Object[] arguments, Throwable failure)
      throws Throwable {
    int count = fallback.getParameterCount();
    @Nullable Object[] given = new @Nullable Object[count];
    if (count > 1) {
      System.arraycopy(arguments, 0, given, 0, count - 1);
    }
    given[count - 1] = failure;
    MethodHandle byDefault = defaults.get(fallback);
    try {
      return byDefault != null && target != null && Proxy.isProxyClass(target.getClass())
          ? byDefault.bindTo(target).invokeWithArguments(given)
          : fallback.invoke(target, given);
    } catch (InvocationTargetException thrown) {
      Throwable own = thrown.getCause() == null ? thrown : thrown.getCause();
      keep(own, failure);
      throw own;
    }
  }

  /** A proxy has no default method of its own: its handler would be asked, which may not see it. */
  private static Map<Method, MethodHandle> defaults(Collection<Method> methods) {
    Map<Method, MethodHandle> handles = new HashMap<>();
    for (Method method : methods) {
      if (method.isDefault()) {
        Class<?> type = method.getDeclaringClass();
        try {
          handles.put(
              method,
              MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                  .unreflectSpecial(method, type));
        } catch (IllegalAccessException closed) {
          // in a module that is closed to us: the proxy's handler is asked
        }
      }
    }
    return handles;
  }

  /** The failure is suppressed in what the fallback failed with, unless that says it already. */
  static void keep(Throwable own, Throwable failure) {
    for (Throwable cause = own; cause != null; cause = cause.getCause()) {
      if (cause == failure) {
        return;
      }
    }
    own.addSuppressed(failure);
  }
}
