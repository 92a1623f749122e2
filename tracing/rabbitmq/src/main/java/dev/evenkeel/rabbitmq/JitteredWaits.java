package dev.evenkeel.rabbitmq;

import dev.evenkeel.core.Kernel;
import java.util.concurrent.TimeUnit;

/**
 * Waits that double from one to the next, each at random between half of it and all of it, so that
 * the consumers of a fleet do not come back together. Not thread-safe.
 */
final class JitteredWaits {

  private static final int MOST_DOUBLINGS = 30;

  private final Kernel kernel;
  private final long firstNanos;
  private final long longestNanos;
  private int doublings;

  JitteredWaits(Kernel kernel, long firstMillis, long longestMillis) {
    this.kernel = kernel;
    this.firstNanos = TimeUnit.MILLISECONDS.toNanos(firstMillis);
    this.longestNanos = TimeUnit.MILLISECONDS.toNanos(longestMillis);
  }

  /** The next wait. */
  long nextNanos() {
    long whole = firstNanos << Math.min(doublings, MOST_DOUBLINGS);
    if (whole <= 0 || whole >= longestNanos) {
      whole = longestNanos;
    } else {
      doublings++;
    }
    long half = whole / 2;
    return half + Long.remainderUnsigned(kernel.random(), whole - half + 1);
  }

  void reset() {
    doublings = 0;
  }
}
