package dev.evenkeel.core;

/**
 * A time in which this process stood still: it was stopped, swapped out or throttled, the collector
 * held all threads, or the machine slept. What a call did meanwhile says nothing about its
 * dependency: a timeout that passed then is no evidence, and the time is no part of a latency.
 *
 * @param fromNanos the last sign of life before it, on the kernel's monotonic clock
 * @param untilNanos the first one after it
 */
public record Standstill(long fromNanos, long untilNanos) {

  /**
   * How much of a time it took.
   *
   * @param sinceNanos when that time began, on the same clock
   * @param nowNanos when it ended
   * @return nanoseconds, zero or more
   */
  public long nanosWithin(long sinceNanos, long nowNanos) {
    long from = fromNanos - sinceNanos > 0 ? fromNanos : sinceNanos;
    long until = untilNanos - nowNanos < 0 ? untilNanos : nowNanos;
    return Math.max(0, until - from);
  }
}
