package dev.evenkeel.simulator.backlog;

/**
 * How B fared after A's return.
 *
 * @param othersMinute the share of the others' requests that B answered in the first minute, 0 to 1
 * @param others the same for all the time watched
 * @param goodput answers in time a second, of the others and of A, in the first minute
 * @param drainSeconds when A had caught up, from its return on; infinite if it had not
 * @param relapses how often B's goodput for the others fell below half of what they asked
 */
public record BacklogResult(
    double othersMinute, double others, double goodput, double drainSeconds, int relapses) {}
