package dev.evenkeel.core;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.security.PrivilegedAction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes threads that do not inherit the access control context of whoever happens to need them
 * first. Up to JDK 23 a thread keeps the protection domains, and so the class loaders, of all code
 * on the stack on which it was made: an application whose call started a shared thread could not be
 * unloaded as long as that lives. The JDK's way out is marked for removal together with what it is
 * a way out of, so it is looked up by name.
 */
final class NoInheritance {

  private static final @Nullable Method DO_PRIVILEGED = doPrivileged();

  private NoInheritance() {}

  private static @Nullable Method doPrivileged() {
    try {
      return Class.forName("java.security.AccessController")
          .getMethod("doPrivileged", PrivilegedAction.class);
    } catch (ReflectiveOperationException removed) {
      return null;
    }
  }

  static Thread whileMaking(Supplier<Thread> thread) {
    if (DO_PRIVILEGED != null) {
      try {
        PrivilegedAction<Thread> make = thread::get;
        return (Thread) DO_PRIVILEGED.invoke(null, make);
      } catch (InvocationTargetException thrown) {
        if (thrown.getCause() instanceof Error error) {
          throw error;
        }
      } catch (IllegalAccessException | RuntimeException removed) {
        // A thread that inherits is better than none.
      }
    }
    return thread.get();
  }
}
