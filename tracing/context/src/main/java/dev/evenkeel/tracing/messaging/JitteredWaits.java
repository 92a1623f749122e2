package dev.evenkeel.tracing.messaging;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Kernel;
import java.util.concurrent.TimeUnit;

/**
 * Waits that double from one to the next, each at random between half of it and all of it, so that
 * the consumers of a fleet do not come back together. Not thread-safe.
 */
public final class JitteredWaits {

  private static final int MOST_DOUBLINGS = 30;

  private final Kernel kernel;
  private final long firstNanos;
  private final long longestNanos;
  private int doublings;

  /**
   * Creates them.
   *
   * @param kernel whose chance to draw from
   * @param firstMillis the longest that the first wait can be, in milliseconds, more than zero
   * @param longestMillis the longest that any can be, in milliseconds
   */
  public JitteredWaits(Kernel kernel, long firstMillis, long longestMillis) {
    this.kernel = Checks.notNull("kernel", kernel);
    this.firstNanos = TimeUnit.MILLISECONDS.toNanos(firstMillis);
    this.longestNanos = TimeUnit.MILLISECONDS.toNanos(longestMillis);
  }

  /**
   * The next wait.
   *
   * @return nanoseconds
   */
  public long nextNanos() {
    long whole = firstNanos << Math.min(doublings, MOST_DOUBLINGS);
    if (whole <= 0 || whole >= longestNanos) {
      whole = longestNanos;
    } else {
      doublings++;
    }
    long half = whole / 2;
    return half + Long.remainderUnsigned(kernel.random(), whole - half + 1);
  }

  /** Begins anew with the first one. */
  public void reset() {
    doublings = 0;
  }
}
