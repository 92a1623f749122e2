package dev.evenkeel.failback;

/** Ramps of the standard settings. */
final class Ramps {

  private Ramps() {}

  /**
   * Of a process that was used to so many calls a second, is asked for so many, and knows no more.
   */
  static RampController ramp(
      Failback settings,
      double rate,
      double healthyNanos,
      double probeNanos,
      double demand,
      double goodLevel,
      long nowNanos) {
    return new RampController(
        settings,
        Tolerance.STANDARD,
        new Memory(rate, healthyNanos, 0, 0, demand),
        probeNanos,
        Lesson.NONE.withGoodLevel(goodLevel),
        nowNanos);
  }
}
