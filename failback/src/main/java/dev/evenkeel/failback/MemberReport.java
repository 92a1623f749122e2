package dev.evenkeel.failback;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.GateState;

/**
 * What a member tells the others. Sums are of all of its time on the fleet's ramp, so that one that
 * is lost on the way costs nothing.
 *
 * @param kind its own state
 * @param round the fleet's ramp it follows or, while it is open, the one on which it failed alone;
 *     0 for none
 * @param memory what the dependency bore of it, and what is asked for
 * @param good successes, ever
 * @param bad failures, ever
 * @param probability with which it admits a call now, 0 to 1
 * @param probeLatencyNanos how long its probe took; 0 if none has succeeded
 * @param trial that of the judged ones in the sums
 * @param sums what happened on the ramp it follows
 */
public record MemberReport(
    GateState.Kind kind,
    long round,
    Memory memory,
    long good,
    long bad,
    double probability,
    double probeLatencyNanos,
    long trial,
    StepSums sums) {

  /**
   * Checks the values.
   *
   * @param kind its own state
   * @param round the fleet's ramp
   * @param memory what the dependency bore
   * @param good successes
   * @param bad failures
   * @param probability with which it admits a call
   * @param probeLatencyNanos how long its probe took
   * @param trial that of the judged ones
   * @param sums what happened
   */
  public MemberReport {
    Checks.notNull("kind", kind);
    Checks.notNull("memory", memory);
    Checks.notNull("sums", sums);
    Checks.range("probability", probability, 0, 1);
    Checks.range("probeLatencyNanos", probeLatencyNanos, 0, Double.MAX_VALUE);
  }
}
