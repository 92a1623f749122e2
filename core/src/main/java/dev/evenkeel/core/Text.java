package dev.evenkeel.core;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;

/** Texts for people. */
final class Text {

  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  private Text() {}

  /** A time that was set, of whatever length, with all its figures. */
  static String exact(Duration time) {
    if (time.compareTo(LONGEST) > 0 || time.compareTo(LONGEST.negated()) < 0) {
      return time.toSeconds() + " s";
    }
    long nanos = time.toNanos();
    long size = Math.abs(nanos);
    if (size % 1_000_000_000L == 0 || size >= 10_000_000_000L) {
      return decimal(nanos, 9) + " s";
    }
    if (size >= 1_000_000) {
      return decimal(nanos, 6) + " ms";
    }
    return size >= 1_000 ? decimal(nanos, 3) + " us" : nanos + " ns";
  }

  private static String decimal(long nanos, int figures) {
    return BigDecimal.valueOf(nanos, figures).stripTrailingZeros().toPlainString();
  }

  /** A time that was measured, rounded, with the unit it is best read in. */
  static String duration(long nanos) {
    if (nanos < 0) {
      return nanos == Long.MIN_VALUE ? "long ago" : "-" + duration(-nanos);
    }
    if (nanos % 1_000_000_000L == 0) {
      return nanos / 1_000_000_000L + " s";
    }
    if (nanos >= 10_000_000_000L) {
      return number(nanos / 1e9) + " s";
    }
    if (nanos >= 1_000_000) {
      return number(nanos / 1e6) + " ms";
    }
    return nanos >= 1_000 ? number(nanos / 1e3) + " us" : nanos + " ns";
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.1f", value);
  }
}
