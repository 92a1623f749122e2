package dev.evenkeel.failback;

/**
 * A process that takes part in a fleet, as what exchanges reports sees it: it is asked before each
 * exchange and told after it. Thread-safe. Never called on the way of a call.
 */
public interface FleetMember {

  /**
   * What the others may hear.
   *
   * @param nowNanos the present time
   * @return as of now
   */
  MemberReport report(long nowNanos);

  /**
   * Looks at {@link FleetMembership#view()} and acts on it.
   *
   * @param random a random number
   * @param nowNanos the present time
   */
  void heed(long random, long nowNanos);

  /**
   * A ramp with this member's settings, for the member that leads.
   *
   * @param memory what the dependency bore of all of them
   * @param probeLatencyNanos how long the probe took; 0 if that is not known
   * @param lesson what the ramp before has learned
   * @param nowNanos the present time
   * @return a controller of the sums of all members
   */
  RampController ramp(Memory memory, double probeLatencyNanos, Lesson lesson, long nowNanos);

  /**
   * How many probes a second all members make together.
   *
   * @param healthyRate successes a second of all of them while healthy; 0 if it is not known
   * @return more than 0
   */
  double probesPerSecond(double healthyRate);
}
