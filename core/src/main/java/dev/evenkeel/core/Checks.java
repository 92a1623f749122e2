package dev.evenkeel.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The checks of builders and factories, with one form of message: {@code field: value (expected:
 * ...)}. Public because the policy modules share it; a user's own gate may use it too.
 */
public final class Checks {

  /**
   * The longest time that still fits the arithmetic on a monotonic clock with room to spare: 100
   * years.
   */
  public static final Duration MAX_DURATION = Duration.ofDays(36_500);

  private Checks() {}

  /**
   * Requires a value.
   *
   * @param <T> the type of the value
   * @param field what it is called
   * @param value what was given
   * @return the value
   * @throws NullPointerException if it is null
   */
  public static <T> T notNull(String field, @Nullable T value) {
    if (value == null) {
      throw new NullPointerException(field + ": null (expected: a value)");
    }
    return value;
  }

  /**
   * Requires a name to show in logs, metrics and errors.
   *
   * @param field what it is called
   * @param value what was given
   * @return the value
   * @throws NullPointerException if it is null
   * @throws IllegalArgumentException if it is blank or has a control character in it
   */
  public static String name(String field, @Nullable String value) {
    String name = notNull(field, value);
    if (name.isBlank() || name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          field + ": \"" + name + "\" (expected: a name, not blank, without control characters)");
    }
    return name;
  }

  /**
   * Requires a whole number within bounds.
   *
   * @param field what it is called
   * @param value what was given
   * @param min the least allowed
   * @param max the most allowed
   * @return the value
   * @throws IllegalArgumentException if it is out of bounds
   */
  public static int range(String field, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          field + ": " + value + " (expected: " + min + " to " + max + ")");
    }
    return value;
  }

  /**
   * Requires a finite number within bounds.
   *
   * @param field what it is called
   * @param value what was given
   * @param min the least allowed
   * @param max the most allowed
   * @return the value
   * @throws IllegalArgumentException if it is NaN or out of bounds
   */
  public static double range(String field, double value, double min, double max) {
    if (!(value >= min && value <= max)) {
      throw new IllegalArgumentException(
          field + ": " + value + " (expected: " + min + " to " + max + ")");
    }
    return value;
  }

  /**
   * Requires a time of at least a nanosecond and at most {@link #MAX_DURATION}.
   *
   * @param field what it is called
   * @param value what was given
   * @return the value in nanoseconds
   * @throws NullPointerException if it is null
   * @throws IllegalArgumentException if it is zero, negative or too long
   */
  public static long positiveNanos(String field, @Nullable Duration value) {
    Duration duration = notNull(field, value);
    if (duration.isZero() || duration.isNegative() || duration.compareTo(MAX_DURATION) > 0) {
      throw new IllegalArgumentException(
          field + ": " + text(duration) + " (expected: more than zero, at most 36500 days)");
    }
    return duration.toNanos();
  }

  /**
   * Requires a time of zero to {@link #MAX_DURATION}.
   *
   * @param field what it is called
   * @param value what was given
   * @return the value in nanoseconds
   * @throws NullPointerException if it is null
   * @throws IllegalArgumentException if it is negative or too long
   */
  public static long nonNegativeNanos(String field, @Nullable Duration value) {
    Duration duration = notNull(field, value);
    if (duration.isNegative() || duration.compareTo(MAX_DURATION) > 0) {
      throw new IllegalArgumentException(
          field + ": " + text(duration) + " (expected: zero to 36500 days)");
    }
    return duration.toNanos();
  }

  /**
   * A time that is a setting, as all messages print it, with the unit it is best read in:
   * {@code 1.5 us}, {@code 300 ms}, {@code 2 s}.
   *
   * @param time the time
   * @return the text
   */
  public static String text(Duration time) {
    return Text.exact(notNull("time", time));
  }
}
