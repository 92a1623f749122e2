package dev.evenkeel.spring;

import dev.evenkeel.core.Checks;
import java.time.Duration;
import org.springframework.boot.convert.DurationStyle;

/** Times in annotations and at the actuator. */
final class Times {

  private Times() {}

  /** Takes {@code 500ms}, {@code 2s}, {@code PT2S}; never a number without a unit. */
  static Duration parse(String text) {
    String time = text.strip();
    if (time.isEmpty() || time.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException(text);
    }
    try {
      Duration duration = DurationStyle.detectAndParse(time);
      Checks.positiveNanos("time", duration);
      return duration;
    } catch (IllegalArgumentException | ArithmeticException wrong) {
      throw new IllegalArgumentException(text, wrong);
    }
  }
}
