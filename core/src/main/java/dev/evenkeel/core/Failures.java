package dev.evenkeel.core;

/** Puts failures into one another. */
final class Failures {

  /**
   * So that an exception object which a user's code throws again and again does not grow for ever.
   */
  private static final int MAX_SUPPRESSED = 8;

  private Failures() {}

  /**
   * Adds a failure to the one the caller gets, unless it is there already or there are too many.
   */
  static void suppress(Throwable failure, Throwable earlier) {
    if (failure == earlier || failure.getCause() == earlier) {
      return;
    }
    Throwable[] present = failure.getSuppressed();
    if (present.length >= MAX_SUPPRESSED) {
      return;
    }
    for (Throwable other : present) {
      if (other == earlier) {
        return;
      }
    }
    failure.addSuppressed(earlier);
  }
}
