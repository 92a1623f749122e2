package dev.evenkeel.failback;

import dev.evenkeel.core.Checks;

/**
 * What a member knows of its fleet. Immutable.
 *
 * @param kind what the fleet does
 * @param round counts outages of the fleet; a relapse begins the next one
 * @param probability with which a call is admitted on the ramp, 0 to 1
 * @param multiple of the calls in flight in healthy times; 0 on a ramp that each member goes by
 *     itself, as there is too little to steer together
 * @param trial counts what the ramp tries: a latency is judged by calls that began in the present
 *     one
 * @param latencyNanos of healthy times; 0 if it is not known
 * @param waitNanos the mean time between two probes of one member while open; on a ramp that each
 *     goes by itself, the time within which they begin, at random; 0 or more
 * @param version never the same for two that differ
 * @param untilNanos when it runs out, on the member's own clock
 */
public record FleetView(
    Kind kind,
    long round,
    double probability,
    double multiple,
    long trial,
    double latencyNanos,
    long waitNanos,
    long version,
    long untilNanos) {

  /** What a fleet does. */
  public enum Kind {
    /** Nothing is known of the others: the member goes on alone. */
    ALONE,
    /** Calls pass. */
    CLOSED,
    /** Most members cannot reach the dependency. */
    OPEN,
    /** All come back together. */
    RAMPING
  }

  /** Nothing is known. */
  public static final FleetView ALONE = new FleetView(Kind.ALONE, 0, 0, 0, 0, 0, 0, 0, 0);

  /**
   * Checks the values.
   *
   * @param kind what the fleet does
   * @param round counts outages
   * @param probability with which a call is admitted
   * @param multiple of the calls in flight
   * @param trial counts what the ramp tries
   * @param latencyNanos of healthy times
   * @param waitNanos between two probes of one member, or until it begins
   * @param version never the same for two that differ
   * @param untilNanos when it runs out
   */
  public FleetView {
    Checks.notNull("kind", kind);
    Checks.range("probability", probability, 0, 1);
    Checks.range("multiple", multiple, 0, Double.MAX_VALUE);
    Checks.range("latencyNanos", latencyNanos, 0, Double.MAX_VALUE);
  }

  /**
   * Whether the dependency is back and each member ramps by itself.
   *
   * @return false also if there is no ramp
   */
  public boolean isEachAlone() {
    return kind == Kind.RAMPING && multiple == 0;
  }

  /**
   * What is left of it.
   *
   * @param nowNanos the present time
   * @return this, or {@link #ALONE} if it has run out
   */
  public FleetView at(long nowNanos) {
    return kind == Kind.ALONE || nowNanos - untilNanos >= 0 ? ALONE : this;
  }
}
