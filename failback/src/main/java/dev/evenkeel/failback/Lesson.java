package dev.evenkeel.failback;

/**
 * What a ramp that relapsed leaves to the next one.
 *
 * @param goodLevel the multiple of the calls in flight up to which to grow fast; more than 0, at
 *     most 1
 * @param trialWaitSeconds how long to wait before more is tried than was borne; 0 for the usual
 * @param failureShare the share of failures that less load did not lower; 0 to 1
 */
public record Lesson(double goodLevel, double trialWaitSeconds, double failureShare) {

  /** The first ramp of a way back. */
  public static final Lesson NONE = new Lesson(1, 0, 0);

  Lesson withGoodLevel(double level) {
    return new Lesson(level, trialWaitSeconds, failureShare);
  }
}
