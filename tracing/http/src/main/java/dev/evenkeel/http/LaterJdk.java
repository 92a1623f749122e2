package dev.evenkeel.http;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.http.HttpClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What {@link HttpClient} can do from JDK 21 on, for code that is compiled for 17. */
final class LaterJdk {

  private static final @Nullable MethodHandle SHUTDOWN = find("shutdown", void.class);
  private static final @Nullable MethodHandle SHUTDOWN_NOW = find("shutdownNow", void.class);
  private static final @Nullable MethodHandle IS_TERMINATED = find("isTerminated", boolean.class);
  private static final @Nullable MethodHandle AWAIT =
      find("awaitTermination", boolean.class, Duration.class);

  private LaterJdk() {}

  private static @Nullable MethodHandle find(String name, Class<?> result, Class<?>... parameters) {
    try {
      return MethodHandles.publicLookup()
          .findVirtual(HttpClient.class, name, MethodType.methodType(result, parameters));
    } catch (ReflectiveOperationException beforeJava21) {
      return null;
    }
  }

  static void shutdown(HttpClient client) {
    invoke(SHUTDOWN, client);
  }

  static void shutdownNow(HttpClient client) {
    invoke(SHUTDOWN_NOW, client);
  }

  static boolean isTerminated(HttpClient client) {
    return Boolean.TRUE.equals(invoke(IS_TERMINATED, client));
  }

  static boolean awaitTermination(HttpClient client, Duration time) {
    return Boolean.TRUE.equals(invoke(AWAIT, client, time));
  }

  private static @Nullable Object invoke(@Nullable MethodHandle method, Object... arguments) {
    if (method == null) {
      return null; // a client of these JDKs is never shut down
    }
    try {
      return method.invokeWithArguments(arguments);
    } catch (Throwable failure) {
      throw Sneaky.asIs(failure);
    }
  }
}
