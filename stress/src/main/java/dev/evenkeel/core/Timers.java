package dev.evenkeel.core;

/** Opens the count of armed timers, which is for tests, to the soak. */
public final class Timers {

  private Timers() {}

  /** How many timers of a kernel are armed. */
  public static int armed(SystemKernel kernel) {
    return kernel.armedTimers();
  }
}
