package dev.evenkeel.examples.comeback;

import java.io.Console;

/** Whether somebody is looking. */
final class Terminal {

  private Terminal() {}

  /**
   * From Java 22 on there can be a console without a terminal, and a method to ask; before, no
   * method and no such case.
   */
  @SuppressWarnings("SystemConsoleNull") // Both answers are handled.
  static boolean isThere() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
