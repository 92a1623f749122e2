package dev.evenkeel.retry;

import dev.evenkeel.core.Checks;
import java.time.Duration;
import java.util.Locale;

/**
 * How long to wait before the next attempt. With every kind of jitter the wait stays random when it
 * has reached its cap, so that clients which failed together do not come back together.
 *
 * <p>Formulas: full, equal and decorrelated jitter as in M. Brooker, <i>Exponential Backoff And
 * Jitter</i>, AWS Architecture Blog, 2015. Immutable and thread-safe.
 */
public final class Backoff {

  private enum Kind {
    FIXED,
    FULL,
    EQUAL,
    DECORRELATED
  }

  private final Kind kind;
  private final long baseNanos;
  private final long capNanos;

  private Backoff(Kind kind, Duration base, Duration cap) {
    this.kind = kind;
    baseNanos = Checks.positiveNanos("base", base);
    capNanos = Checks.positiveNanos("cap", cap);
    if (capNanos < baseNanos) {
      throw new IllegalArgumentException(
          "cap: " + cap + " (expected: at least the base, " + base + ")");
    }
  }

  /**
   * Always the same wait. Clients that fail together come back together: for tests and single
   * clients.
   *
   * @param wait more than zero
   * @return the backoff
   */
  public static Backoff fixed(Duration wait) {
    return new Backoff(Kind.FIXED, wait, wait);
  }

  /**
   * Uniform between 0 and {@code min(cap, base * 2^(attempt - 1))}. The default: it spreads the
   * most.
   *
   * @param base the bound of the first wait, more than zero
   * @param cap the bound of all waits, at least the base
   * @return the backoff
   */
  public static Backoff fullJitter(Duration base, Duration cap) {
    return new Backoff(Kind.FULL, base, cap);
  }

  /**
   * Uniform between the half and the whole of {@code min(cap, base * 2^(attempt - 1))}: never very
   * short.
   *
   * @param base the bound of the first wait, more than zero
   * @param cap the bound of all waits, at least the base
   * @return the backoff
   */
  public static Backoff equalJitter(Duration base, Duration cap) {
    return new Backoff(Kind.EQUAL, base, cap);
  }

  /**
   * Uniform between {@code base} and {@code min(cap, 3 * previous wait)}: grows by chance, not in
   * step.
   *
   * @param base the shortest wait, more than zero
   * @param cap the bound of all waits, at least the base
   * @return the backoff
   */
  public static Backoff decorrelatedJitter(Duration base, Duration cap) {
    return new Backoff(Kind.DECORRELATED, base, cap);
  }

  /** The longest wait. */
  long capNanos() {
    return capNanos;
  }

  /** The wait after the attempt with this number. */
  long waitNanos(int attempt, long previousWaitNanos, long random) {
    return switch (kind) {
      case FIXED -> baseNanos;
      case FULL -> between(0, ceiling(attempt), random);
      case EQUAL -> between(ceiling(attempt) / 2, ceiling(attempt), random);
      case DECORRELATED -> {
        long previous = Math.max(baseNanos, previousWaitNanos);
        long top = previous > capNanos / 3 ? capNanos : Math.min(capNanos, 3 * previous);
        yield between(baseNanos, top, random);
      }
    };
  }

  private long ceiling(int attempt) {
    int doublings = attempt - 1;
    boolean beyond = doublings >= Long.numberOfLeadingZeros(baseNanos) - 1;
    return beyond ? capNanos : Math.min(capNanos, baseNanos << doublings);
  }

  private static long between(long low, long high, long random) {
    double unit = (random >>> 11) * 0x1.0p-53;
    return low + (long) (unit * (high - low));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s %.0f..%.0f ms",
        kind.name().toLowerCase(Locale.ROOT),
        baseNanos / 1e6,
        capNanos / 1e6);
  }
}
