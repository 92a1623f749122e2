package dev.evenkeel.healthcheck;

/** When the next run is due. Pure: chance is an argument. */
final class Pace {

  /** How soon a result that contradicts the state is looked at again. */
  private static final long CONFIRM_NANOS = 1_000_000_000L;

  /** Each gap is 10 % shorter or longer, so that a fleet does not ask in step. */
  private static final double JITTER = 0.1;

  private static final int MOST_DOUBLINGS = 30;

  private Pace() {}

  /**
   * The gap to the next run.
   *
   * @param random 64 random bits
   * @return nanoseconds, more than 0
   */
  static long gapNanos(Assessment assessment, CheckTiming timing, long random) {
    long interval = timing.interval().toNanos();
    long gap = interval;
    if (assessment.contrary() > 0) {
      gap = Math.min(interval, CONFIRM_NANOS);
    } else if (assessment.settled() == Status.DOWN) {
      int doublings = Math.min(Math.max(0, assessment.failures() - timing.fall()), MOST_DOUBLINGS);
      long longest = timing.maxInterval().toNanos();
      gap = interval > longest >> doublings ? longest : interval << doublings;
    }
    double unit = (random >>> 11) * 0x1.0p-53; // 0 to 1
    return Math.max(1, Math.round(gap * (1 + JITTER * (2 * unit - 1))));
  }
}
