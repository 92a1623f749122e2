package dev.evenkeel.failback;

/** Decides how much a ramp lets through. Asked under the lock of the way back. */
sealed interface Steering permits RampController, SharedRamp {

  RampController.Decision step(long nowNanos, StepSums since);

  double admitProbability();

  int maxInFlight();

  long judgedFromNanos();

  double usualNanos();

  Lesson lesson();

  String why();

  void cameBackLate(double nanos);

  /**
   * Whether a step is due before its time. Asked on the way of calls, without the lock.
   *
   * @return false where there is nobody to hear of
   */
  default boolean hasNews() {
    return false;
  }
}
