package dev.evenkeel.circuitbreaker;

/**
 * What the sliding window of a breaker holds.
 *
 * @param failureRate failures in percent; -1 while there are fewer calls than the configured
 *     minimum
 * @param slowCallRate slow calls in percent; -1 while there are fewer calls than the configured
 *     minimum
 * @param bufferedCalls calls in the window
 * @param failedCalls those that failed
 * @param slowCalls those that were slow
 */
public record WindowFigures(
    float failureRate, float slowCallRate, int bufferedCalls, int failedCalls, int slowCalls) {}
