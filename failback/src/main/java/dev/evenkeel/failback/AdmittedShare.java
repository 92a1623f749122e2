package dev.evenkeel.failback;

/**
 * What an operator takes a ramp's share for: how many of the calls that are asked for get through.
 * Counted over about the last half second, for a call may be refused by chance or because as many
 * as allowed are in flight; where there are few calls, the probability stands for them. Not
 * thread-safe.
 */
final class AdmittedShare {

  private static final double SECONDS = 0.5;

  /** So many calls the probability stands for. */
  private static final double EXPECTED_CALLS = 3;

  private double asked;
  private double admitted;

  /** Takes what was asked for in a time, and how much of it was refused. */
  void count(long offered, long refused, double seconds) {
    double kept = StrictMath.exp(-seconds / SECONDS);
    asked = kept * asked + Math.max(offered, refused);
    admitted = kept * admitted + Math.max(0, offered - refused);
  }

  /**
   * The share of now.
   *
   * @param probability with which a call is admitted from now on, 0 to 1
   * @return 0 to 1
   */
  double share(double probability) {
    return (admitted + EXPECTED_CALLS * probability) / (asked + EXPECTED_CALLS);
  }
}
