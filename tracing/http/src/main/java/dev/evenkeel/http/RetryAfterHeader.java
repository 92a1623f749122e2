package dev.evenkeel.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * When a server says to come back: {@code retry-after-millis}, or {@code Retry-After} as seconds or
 * as a date. A date is read against the answer's own {@code Date}, so that clocks need not agree.
 */
final class RetryAfterHeader {

  private static final int MAX_DIGITS = 10;

  private RetryAfterHeader() {}

  /** The time asked for; null if there is none, or none that can be read. */
  static @Nullable Duration read(Function<String, @Nullable String> header) {
    Long millis = number(header.apply("retry-after-millis"));
    if (millis != null) {
      return Duration.ofMillis(millis);
    }
    String value = header.apply("Retry-After");
    Long seconds = number(value);
    if (seconds != null) {
      return Duration.ofSeconds(seconds);
    }
    Instant until = date(value);
    Instant sent = date(header.apply("Date"));
    if (until == null || sent == null) {
      return null;
    }
    return until.isBefore(sent) ? Duration.ZERO : Duration.between(sent, until);
  }

  private static @Nullable Long number(@Nullable String value) {
    if (value == null
        || value.isEmpty()
        || value.length() > MAX_DIGITS
        || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return null;
    }
    return Long.valueOf(value);
  }

  private static @Nullable Instant date(@Nullable String value) {
    if (value == null) {
      return null;
    }
    try {
      return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(value));
    } catch (DateTimeException noDate) {
      return null;
    }
  }
}
