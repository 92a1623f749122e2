package dev.evenkeel.settings;

import dev.evenkeel.settings.Values.Unfit;
import java.util.ArrayList;
import java.util.List;

/** Classes of exceptions that settings name. */
final class ExceptionTypes {

  private static final int MOST = 1_000;

  private ExceptionTypes() {}

  /** The classes; none of their code is run. */
  static List<Class<? extends Throwable>> parse(String text, ClassLoader loader) throws Unfit {
    List<Class<? extends Throwable>> types = new ArrayList<>();
    for (String part : text.split(",", MOST + 1)) {
      String name = part.strip();
      if (types.size() == MOST) {
        throw new Unfit("at most " + MOST + " classes");
      }
      if (!name.isEmpty()) {
        types.add(type(name, loader));
      } else if (!text.isEmpty()) {
        throw new Unfit("names of classes with one comma between them");
      }
    }
    return List.copyOf(types);
  }

  private static Class<? extends Throwable> type(String name, ClassLoader loader) throws Unfit {
    try {
      Class<?> found = Class.forName(name, false, loader);
      if (!Throwable.class.isAssignableFrom(found)) {
        throw new Unfit("a class that extends Throwable, which " + name + " does not");
      }
      return found.asSubclass(Throwable.class);
    } catch (ClassNotFoundException | LinkageError | RuntimeException notThere) {
      throw new Unfit("a class on the class path, with its package and $ before a nested one; "
          + name + " was not found");
    }
  }

  /** Whether a failure is one of them. */
  static boolean contain(List<Class<? extends Throwable>> types, Throwable failure) {
    for (Class<? extends Throwable> type : types) {
      if (type.isInstance(failure)) {
        return true;
      }
    }
    return false;
  }
}
