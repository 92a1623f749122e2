package dev.evenkeel.failback;

import dev.evenkeel.core.Checks;

/**
 * What a dependency bore while it was healthy, and what is asked for now.
 *
 * @param rate successes a second; 0 if it is not known
 * @param latencyNanos their mean latency; 0 if it is not known
 * @param failureShare the share of calls that failed all the same, 0 to 1
 * @param burst how many calls were in flight at once beyond what a steady load explains; 0 or more
 * @param demand calls a second that are asked for; 0 or more
 */
public record Memory(
    double rate, double latencyNanos, double failureShare, double burst, double demand) {

  /** A process that has just started. */
  public static final Memory NONE = new Memory(0, 0, 0, 0, 0);

  /**
   * Checks the values.
   *
   * @param rate successes a second
   * @param latencyNanos their mean latency
   * @param failureShare the share of calls that failed
   * @param burst calls in flight at once beyond a steady load
   * @param demand calls a second that are asked for
   */
  public Memory {
    Checks.range("rate", rate, 0, Double.MAX_VALUE);
    Checks.range("latencyNanos", latencyNanos, 0, Double.MAX_VALUE);
    Checks.range("failureShare", failureShare, 0, 1);
    Checks.range("burst", burst, 0, Double.MAX_VALUE);
    Checks.range("demand", demand, 0, Double.MAX_VALUE);
  }
}
