package dev.evenkeel.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.sql.Wrapper;
import org.jspecify.annotations.Nullable;

/**
 * What the proxies of connections and statements have in common. They are proxies of the JDK's, not
 * classes with each method of {@code java.sql}: a newer JDK, or driver, brings methods of its own.
 */
final class Delegation {

  private Delegation() {}

  @SuppressWarnings("unchecked") // a proxy for the type
  static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return (T) Proxy.newProxyInstance(
        EvenkeelDataSource.class.getClassLoader(), new Class<?>[] {type}, handler);
  }

  /** Calls the driver; what it throws is thrown as it is. */
  static @Nullable Object call(Object target, Method method, @Nullable Object @Nullable [] args)
      throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException thrown) {
      throw thrown.getTargetException();
    }
  }

  /** {@code equals}, {@code hashCode}, {@code toString}, {@code unwrap}, {@code isWrapperFor}. */
  static @Nullable Object common(
      Object proxy, Wrapper target, Method method, @Nullable Object @Nullable [] args)
      throws Throwable {
    Object argument = args == null || args.length == 0 ? null : args[0];
    return switch (method.getName()) {
      case "equals" -> proxy == argument;
      case "hashCode" -> System.identityHashCode(proxy);
      case "toString" -> "Evenkeel(" + target + ")";
      case "unwrap" -> argument instanceof Class<?> type ? unwrap(proxy, target, type) : null;
      case "isWrapperFor" ->
        argument instanceof Class<?> type
            && (type.isInstance(proxy) || type.isInstance(target) || target.isWrapperFor(type));
      default -> call(target, method, args);
    };
  }

  private static Object unwrap(Object proxy, Wrapper target, Class<?> type) throws SQLException {
    return type.isInstance(proxy) ? proxy : type.isInstance(target) ? target : target.unwrap(type);
  }

  /** The statement's text, if it is the first argument. */
  static @Nullable String sql(@Nullable Object @Nullable [] args) {
    return args != null && args.length > 0 && args[0] instanceof String sql ? sql : null;
  }
}
