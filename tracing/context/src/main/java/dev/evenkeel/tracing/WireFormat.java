package dev.evenkeel.tracing;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Criticality;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The values of the headers, read strictly: ASCII digits, no sign, no space, no more digits than
 * the format allows. What does not fit is {@link #INVALID}, not an exception: it comes from
 * outside.
 */
final class WireFormat {

  static final long INVALID = -1;

  /** A deadline further away than this is none; also keeps the arithmetic on nanoseconds safe. */
  static final long MAX_NANOS = Checks.MAX_DURATION.toNanos();

  static final long MAX_MILLIS = Checks.MAX_DURATION.toMillis();

  private static final int MAX_EPOCH_DIGITS = 15;
  private static final int MAX_MILLIS_DIGITS = 10;
  private static final int MAX_GRPC_DIGITS = 8;
  private static final int MAX_ATTEMPT_DIGITS = 9;

  private WireFormat() {}

  /** Whole milliseconds, 1 to 10 digits; in nanoseconds. */
  static long millis(String value) {
    long millis = digits(value, value.length(), MAX_MILLIS_DIGITS);
    return millis == INVALID ? INVALID : nanos(millis, TimeUnit.MILLISECONDS);
  }

  /** A point in time: whole milliseconds since 1970, 1 to 15 digits. */
  static long epochMillis(String value) {
    return digits(value, value.length(), MAX_EPOCH_DIGITS);
  }

  /** As in gRPC: 1 to 8 digits and a unit; in nanoseconds. */
  static long grpc(String value) {
    int last = value.length() - 1;
    if (last < 1) {
      return INVALID;
    }
    TimeUnit unit = switch (value.charAt(last)) {
      case 'H' -> TimeUnit.HOURS;
      case 'M' -> TimeUnit.MINUTES;
      case 'S' -> TimeUnit.SECONDS;
      case 'm' -> TimeUnit.MILLISECONDS;
      case 'u' -> TimeUnit.MICROSECONDS;
      case 'n' -> TimeUnit.NANOSECONDS;
      default -> null;
    };
    long amount = unit == null ? INVALID : digits(value, last, MAX_GRPC_DIGITS);
    return unit == null || amount == INVALID ? INVALID : nanos(amount, unit);
  }

  /** The number of an attempt, from 1 on. */
  static int attempt(String value) {
    long attempt = digits(value, value.length(), MAX_ATTEMPT_DIGITS);
    return attempt < 1 ? (int) INVALID : (int) attempt;
  }

  static @Nullable Criticality criticality(String value) {
    return switch (value) {
      case "critical-plus" -> Criticality.CRITICAL_PLUS;
      case "critical" -> Criticality.CRITICAL;
      case "sheddable-plus" -> Criticality.SHEDDABLE_PLUS;
      case "sheddable" -> Criticality.SHEDDABLE;
      default -> null;
    };
  }

  static String text(Criticality criticality) {
    return switch (criticality) {
      case CRITICAL_PLUS -> "critical-plus";
      case CRITICAL -> "critical";
      case SHEDDABLE_PLUS -> "sheddable-plus";
      case SHEDDABLE -> "sheddable";
    };
  }

  /** Clamped before it is converted, so that no amount of hours can overflow. */
  private static long nanos(long amount, TimeUnit unit) {
    return amount >= unit.convert(MAX_NANOS, TimeUnit.NANOSECONDS)
        ? MAX_NANOS
        : unit.toNanos(amount);
  }

  private static long digits(String value, int length, int most) {
    if (length < 1 || length > most) {
      return INVALID;
    }
    long number = 0;
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      if (c < '0' || c > '9') {
        return INVALID;
      }
      number = number * 10 + (c - '0');
    }
    return number;
  }
}
