package dev.evenkeel.fleet;

import dev.evenkeel.failback.FleetView;

/**
 * How a breaker of this process stands with its fleet, as of when it was asked for.
 *
 * @param dependency its name; with the key, if the breaker is one of several
 * @param kind what the fleet does: {@code ALONE} while nothing is heard of the others
 * @param share with which probability the fleet lets a call through: 0 while open, 1 while closed
 *     or alone
 * @param members how many breakers share the dependency, this one included, as they were counted
 *     last; 1 before
 * @param isLeading whether this one decides for the others
 * @param hasStore whether the store answered the last time: false from
 *     {@link FleetChange.Kind#DEGRADED} to {@link FleetChange.Kind#RECOVERED}
 */
public record FleetStatus(
    String dependency,
    FleetView.Kind kind,
    double share,
    long members,
    boolean isLeading,
    boolean hasStore) {}
