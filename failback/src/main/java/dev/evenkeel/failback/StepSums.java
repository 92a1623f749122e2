package dev.evenkeel.failback;

/**
 * What happened between two steps of a ramp.
 *
 * @param offered calls asked for
 * @param refused how many of them were refused
 * @param good calls that succeeded
 * @param bad calls that failed or timed out
 * @param nanos the sum of the latencies of those that succeeded
 * @param badNanos the sum of the latencies of those that failed
 * @param judged how many of them began late enough to tell of the present multiple
 * @param logs the sum of the natural logarithms of the latencies of the judged ones
 * @param squares the sum of the squares of these logarithms
 * @param inFlight calls that are under way at the end
 */
public record StepSums(
    long offered,
    long refused,
    long good,
    long bad,
    double nanos,
    double badNanos,
    long judged,
    double logs,
    double squares,
    int inFlight) {

  /** Nothing happened. */
  public static final StepSums NOTHING = new StepSums(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Without the judged ones. */
  StepSums unjudged() {
    return new StepSums(offered, refused, good, bad, nanos, badNanos, 0, 0, 0, inFlight);
  }

  StepSums plus(StepSums more) {
    return new StepSums(
        offered + more.offered,
        refused + more.refused,
        good + more.good,
        bad + more.bad,
        nanos + more.nanos,
        badNanos + more.badNanos,
        judged + more.judged,
        logs + more.logs,
        squares + more.squares,
        more.inFlight);
  }

  long samples() {
    return good + bad;
  }
}
