package dev.evenkeel.tracing.server;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long calls take here, to tell a refused one when there is room again: when those that are
 * worked on now have ended, on average. A moving mean of the last hundred calls or so.
 */
final class ServiceTime {

  private static final int WEIGHT = 64;
  private static final long LEAST_NANOS = 1_000_000;
  private static final long MOST_NANOS = 30_000_000_000L;

  private final AtomicLong meanNanos = new AtomicLong();

  void ended(long nanos) {
    long bounded = Math.max(0, Math.min(nanos, MOST_NANOS));
    meanNanos.accumulateAndGet(
        bounded, (mean, latest) -> mean == 0 ? latest : mean + (latest - mean) / WEIGHT);
  }

  /** At least 1 ms, at most 30 s. */
  Duration untilThereIsRoom() {
    return Duration.ofNanos(Math.max(LEAST_NANOS, meanNanos.get()));
  }
}
