package dev.evenkeel.tracing.server;

import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.PipelineException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a server answers instead of doing the work: the time was over, there is too much to do, or a
 * breaker of something that it needs is open.
 *
 * @param status 504, 503 or 429
 * @param title for people, without details of the server
 * @param retryAfter when there is room again; null where to come back makes no sense
 */
public record Refused(int status, String title, @Nullable Duration retryAfter) {

  /** The time was over before the work began, or while it was done. */
  static Refused deadline() {
    return new Refused(504, "The deadline has passed", null);
  }

  static Refused of(PipelineException failure, ServiceTime serviceTime) {
    if (!(failure instanceof CallRefusedException refused)) {
      return deadline();
    }
    Duration known = refused.retryAfter();
    Duration wait = known.isZero() ? serviceTime.untilThereIsRoom() : known;
    return switch (refused.reason()) {
      case RATE_LIMIT -> new Refused(429, "Too many requests", wait);
      case CIRCUIT_OPEN, CIRCUIT_PROBING, CIRCUIT_RAMPING, CIRCUIT_FORCED_OPEN ->
        new Refused(503, "Something that is needed for this is not available", wait);
      default -> new Refused(503, "Too much to do", wait);
    };
  }

  /**
   * The body to send.
   *
   * @return {@code application/problem+json}
   */
  public String problem() {
    return String.format(
        Locale.ROOT, "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d}", title, status);
  }

  /**
   * The value of {@code Retry-After}.
   *
   * @return whole seconds, rounded up; null if there is none
   */
  public @Nullable String retryAfterSeconds() {
    return retryAfter == null
        ? null
        : Long.toString(Math.max(1, TimeUnit.MILLISECONDS.toSeconds(millis(retryAfter) + 999)));
  }

  /**
   * The value of {@code retry-after-millis}, which can say what seconds cannot.
   *
   * @return whole milliseconds, at least 1; null if there is none
   */
  public @Nullable String retryAfterMillis() {
    return retryAfter == null ? null : Long.toString(millis(retryAfter));
  }

  private static long millis(Duration time) {
    return Math.max(1, time.toMillis());
  }
}
