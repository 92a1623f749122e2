package dev.evenkeel.simulator;

import java.util.List;
import java.util.Locale;

/** What a field of a scenario may hold. */
record Range(Unit unit, double min, double max, List<String> choices) {

  /**
   * Checks a value and reads it as a number: seconds, per second, or as it stands.
   *
   * @throws IllegalArgumentException if it cannot be read or is out of its range
   */
  double parse(String key, String value) {
    return switch (unit) {
      case TEXT -> 0;
      case CHOICE -> {
        int choice = choices.indexOf(value);
        if (choice < 0) {
          throw bad(key, value);
        }
        yield choice;
      }
      case COUNTS -> {
        double last = 0;
        for (String part : value.split(",", -1)) {
          last = checked(key, part.trim(), value);
        }
        yield last;
      }
      default -> checked(key, value, value);
    };
  }

  private double checked(String key, String text, String value) {
    double number = switch (unit) {
      case DURATION -> seconds(text);
      case PER_SECOND -> number(text.endsWith("/s") ? text.substring(0, text.length() - 2) : text);
      default -> number(text);
    };
    boolean counts = unit == Unit.COUNT || unit == Unit.COUNTS;
    boolean whole = number == Math.rint(number);
    if (!(number >= min && number <= max) || (counts && !whole)) {
      throw bad(key, value);
    }
    return number;
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text.trim());
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** A number with ms, s, min or h. */
  private static double seconds(String text) {
    String[] units = {"ms", "min", "s", "h"};
    double[] factors = {1e-3, 60, 1, 3600};
    for (int i = 0; i < units.length; i++) {
      if (text.endsWith(units[i])) {
        return number(text.substring(0, text.length() - units[i].length())) * factors[i];
      }
    }
    return Double.NaN;
  }

  private IllegalArgumentException bad(String key, String value) {
    return new IllegalArgumentException(key + ": " + value + " (expected: " + expected() + ")");
  }

  /** What may be written, for people. */
  String expected() {
    return switch (unit) {
      case TEXT -> "any text";
      case CHOICE -> String.join(", ", choices);
      case COUNT -> "a whole number from " + shown(min) + " to " + shown(max);
      case COUNTS ->
        "whole numbers from " + shown(min) + " to " + shown(max) + ", separated by commas";
      case NUMBER, SHARE -> "a number from " + shown(min) + " to " + shown(max);
      case DURATION ->
        "a time from " + shown(min) + "s to " + shown(max) + "s, written with ms, s, min or h";
      case PER_SECOND -> "a rate from " + shown(min) + "/s to " + shown(max) + "/s";
    };
  }

  private static String shown(double number) {
    return number == Math.rint(number)
        ? String.format(Locale.ROOT, "%.0f", number)
        : String.valueOf(number);
  }
}
