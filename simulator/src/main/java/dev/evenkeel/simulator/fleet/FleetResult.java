package dev.evenkeel.simulator.fleet;

/**
 * How the users of a fleet fared.
 *
 * @param servedMeanwhile the share of the requests answered while the trouble lasted, 0 to 1
 * @param servedAfter the same for the minute after it
 * @param leastInService the fewest nodes in service meanwhile
 * @param secondsNotAllIn for how many seconds, of the trouble and the minute after it, one was out
 */
public record FleetResult(
    double servedMeanwhile, double servedAfter, int leastInService, int secondsNotAllIn) {}
