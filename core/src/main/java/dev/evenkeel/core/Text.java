package dev.evenkeel.core;

import java.util.Locale;

/** Texts for people. */
final class Text {

  private Text() {}

  /** A time with the unit it is best read in. */
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
    return number(nanos / 1e3) + " us";
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.1f", value);
  }
}
