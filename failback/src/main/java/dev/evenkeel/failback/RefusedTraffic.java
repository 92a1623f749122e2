package dev.evenkeel.failback;

/**
 * How much a ramp has refused without a sign that the dependency is full, in seconds of what is
 * asked for. As much as a breaker that just waits would have refused is enough; then all is let
 * through soon, as long as answers come. What hangs gets nothing by waiting. Not thread-safe.
 */
final class RefusedTraffic {

  private static final double MOST_SECONDS = 20;

  /** In less, a fleet does not find out whether the dependency is full. */
  private static final double LEAST_SECONDS = 3;

  /** Times what calls are known to take: then silence says that they hang. */
  private static final double SILENCE = 2;

  /** A wait of 60 s, which is Resilience4j's default, costs half of it on average. */
  private static final double PART_OF_WAIT = 1.0 / 3;

  private final double mostSeconds;
  private double age;
  private double asked;
  private double notAdmitted;
  private double toldSeconds;
  private double silentSeconds;

  /**
   * Begins with nothing.
   *
   * @param waitSeconds how long a breaker that just waits would have waited
   */
  RefusedTraffic(double waitSeconds) {
    mostSeconds = Math.max(LEAST_SECONDS, Math.min(MOST_SECONDS, PART_OF_WAIT * waitSeconds));
  }

  /** How much may be refused. */
  double mostSeconds() {
    return mostSeconds;
  }

  /**
   * Takes a step in.
   *
   * @param since what happened in it
   * @param elapsed its length, in seconds
   * @param isFull whether there is a sign that the dependency is full: then it counts as nothing
   * @param knownSeconds what a call is known to take; for twice as long no answer says nothing
   * @return seconds of traffic that were refused beyond what is allowed, and not told before; 0 if
   *     none
   */
  double beyond(StepSums since, double elapsed, boolean isFull, double knownSeconds) {
    silentSeconds = since.good() == 0 ? silentSeconds + elapsed : 0;
    if (isFull) {
      return 0;
    }
    // The share of all, so that a burst stands for the time until the next.
    age += elapsed;
    asked += since.offered();
    notAdmitted += since.refused();
    boolean isSilent = silentSeconds > SILENCE * knownSeconds;
    if (isSilent || asked == 0) {
      return 0;
    }
    double seconds = age * notAdmitted / Math.max(asked, notAdmitted);
    double more = seconds - toldSeconds;
    toldSeconds = seconds;
    return seconds > mostSeconds ? Math.max(0, more) : 0;
  }
}
