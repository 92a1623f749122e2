package dev.evenkeel.healthcheck;

import dev.evenkeel.core.Checks;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a check saw. Immutable.
 *
 * @param status how it is; {@link Status#UNKNOWN} is no evidence and changes nothing until the last
 *     evidence is too old
 * @param message why, for people; null if there is nothing to say; cut after 300 characters
 * @param data figures to show: strings (cut after 300 characters), numbers and booleans, in the
 *     order they were given
 */
public record CheckResult(Status status, @Nullable String message, Map<String, Object> data) {

  private static final CheckResult UP = new CheckResult(Status.UP, null, Map.of());

  /**
   * Checks, shortens and copies.
   *
   * @param status how it is
   * @param message why, for people
   * @param data figures to show
   * @throws IllegalArgumentException if a value is neither a string, a number nor a boolean
   */
  public CheckResult {
    Checks.notNull("status", status);
    Map<String, Object> copy = new LinkedHashMap<>();
    Checks.notNull("data", data).forEach((key, value) -> {
      if (!(value instanceof String || value instanceof Number || value instanceof Boolean)) {
        throw new IllegalArgumentException(
            "data." + key + ": " + value + " (expected: a string, a number or a boolean)");
      }
      copy.put(
          Checks.name("data key", key),
          value instanceof String text ? Cause.shortened(text) : value);
    });
    data = Collections.unmodifiableMap(copy);
    message = message == null ? null : Cause.shortened(message);
  }

  /**
   * All is well.
   *
   * @return the result
   */
  public static CheckResult up() {
    return UP;
  }

  /**
   * It works, but worse than usual.
   *
   * @param message why, for people
   * @return the result
   */
  public static CheckResult degraded(String message) {
    return new CheckResult(Status.DEGRADED, Checks.notNull("message", message), Map.of());
  }

  /**
   * It does not work.
   *
   * @param message why, for people
   * @return the result
   */
  public static CheckResult down(String message) {
    return new CheckResult(Status.DOWN, Checks.notNull("message", message), Map.of());
  }

  /**
   * It could not be told.
   *
   * @param message why, for people
   * @return the result
   */
  public static CheckResult unknown(String message) {
    return new CheckResult(Status.UNKNOWN, Checks.notNull("message", message), Map.of());
  }

  /**
   * The same with one more figure.
   *
   * @param key its name
   * @param value a string, a number or a boolean
   * @return a new result
   * @throws IllegalArgumentException if the value is anything else
   */
  public CheckResult with(String key, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(data);
    more.put(key, value);
    return new CheckResult(status, message, more);
  }
}
