package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * A gate went from one state to another. Told once, in order, after the fact and outside of every
 * lock: each change begins with the state in which the one before ended, and the gate itself may be
 * further on. A breaker that probes goes to and fro between OPEN and PROBING; that is told as one
 * change to PROBING, until something comes of it.
 *
 * @param pipeline the pipeline's name
 * @param policy the gate's name
 * @param key the endpoint, shard or zone the gate stands for; null if it stands for the whole
 *     dependency
 * @param from the state before
 * @param to the state after
 * @param reason why, with the figures that led to it, for people
 * @param atNanos when, on the pipeline's monotonic clock
 */
public record StateChange(
    String pipeline,
    String policy,
    @Nullable String key,
    GateState from,
    GateState to,
    String reason,
    long atNanos) {}
