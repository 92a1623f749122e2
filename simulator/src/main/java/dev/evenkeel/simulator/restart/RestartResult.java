package dev.evenkeel.simulator.restart;

/**
 * How a fleet started.
 *
 * @param ready how many nodes became ready within three times the shortest time
 * @param allReady when the last one was, over the shortest time in which all can; infinite if not
 *     all were
 * @param halfReady when half of them were, over the same
 * @param peak the most start-up calls of any second, over the headroom
 * @param othersLost the share of the other calls that failed until all were ready
 * @param storeCallsPerSecond the most of any second
 */
public record RestartResult(
    int ready,
    double allReady,
    double halfReady,
    double peak,
    double othersLost,
    double storeCallsPerSecond) {}
