package dev.evenkeel.simulator.world;

/**
 * What one run lost after the return.
 *
 * @param policy its name
 * @param asked calls that users asked for, for the first time
 * @param lost of them, those that were not answered well
 * @param relapses how often the fleet fell back
 * @param trips of the breaker that tripped most
 * @param lateShare share answered of the last fifth of the time watched
 * @param events of the simulation
 */
public record Loss(
    String policy,
    long asked,
    long lost,
    Relapses relapses,
    int trips,
    double lateShare,
    long events) {}
