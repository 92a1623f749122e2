package dev.evenkeel.fleet;

/**
 * Something happened to a member's place in its fleet.
 *
 * @param dependency the dependency's name
 * @param kind what happened
 * @param reason why, for people
 */
public record FleetChange(String dependency, Kind kind, String reason) {

  /** What may happen. */
  public enum Kind {
    /** Nothing is heard of the others: the member goes on alone. */
    DEGRADED,
    /** The others are heard of again. */
    RECOVERED,
    /**
     * The store has lost what it knew, or went back in time: what was known is kept for a lease.
     */
    FORGOTTEN
  }
}
