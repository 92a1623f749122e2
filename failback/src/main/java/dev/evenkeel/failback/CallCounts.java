package dev.evenkeel.failback;

/**
 * What happened in some seconds.
 *
 * @param inFlight the most at the ends of them
 */
record CallCounts(double seconds, long asked, long good, long bad, long nanos, long inFlight) {

  private static final double USUAL_LATENCY = 1.25; // times
  private static final double USUAL_FAILURES = 0.05; // of the calls

  static final CallCounts NOTHING = new CallCounts(0, 0, 0, 0, 0, 0);

  CallCounts plus(CallCounts later) {
    return new CallCounts(
        seconds + later.seconds,
        asked + later.asked,
        good + later.good,
        bad + later.bad,
        nanos + later.nanos,
        Math.max(inFlight, later.inFlight));
  }

  boolean cameBack() {
    return good + bad >= asked / 2;
  }

  /**
   * Whether calls took no longer and failed no more often than usual, but for what chance may do to
   * so many of them.
   */
  boolean isUsual(double usualNanos, double usualFailureShare) {
    double most = USUAL_LATENCY + 1 / Math.sqrt((double) good);
    return nanos <= most * Math.max(LatencyTrack.LEAST_NANOS, usualNanos) * good
        && bad <= Math.max(USUAL_FAILURES, usualFailureShare) * (good + bad);
  }
}
