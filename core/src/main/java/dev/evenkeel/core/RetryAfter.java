package dev.evenkeel.core;

import java.time.Duration;

/**
 * A failure that says when another try can make sense, as an HTTP {@code Retry-After} does. Retries
 * wait at least that long. A user's own exception may implement it.
 */
public interface RetryAfter {

  /**
   * When to try again.
   *
   * @return from the failure on; zero if unknown
   */
  Duration retryAfter();
}
