package dev.evenkeel.failback;

/**
 * What happened in some seconds.
 *
 * @param inFlight the most at the ends of them
 */
record CallCounts(double seconds, long asked, long good, long bad, long nanos, long inFlight) {

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
}
