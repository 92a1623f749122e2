package dev.evenkeel.http;

import dev.evenkeel.core.RetryAfter;
import java.time.Duration;

/**
 * An answer with a status that counts as a failure. {@link EvenkeelHttpClient} shows it to the
 * pipeline only; its caller gets the answer itself. It has no stack trace: nothing failed here.
 */
public final class HttpStatusException extends RuntimeException implements RetryAfter {

  private static final long serialVersionUID = 1;

  /** The status of the answer. */
  private final int status;

  /** When to try again; zero if unknown. */
  private final Duration retryAfter;

  HttpStatusException(int status, Duration retryAfter) {
    super("HTTP status " + status, null, true, false);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /**
   * The status of the answer.
   *
   * @return three digits
   */
  public int status() {
    return status;
  }

  @Override
  public Duration retryAfter() {
    return retryAfter;
  }
}
