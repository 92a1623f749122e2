package dev.evenkeel.retry;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Says how long to wait before the next attempt, see {@link Backoff#of(DelayFunction, Duration)}.
 * Called once for each attempt that is to be followed by another one, on the thread of the call;
 * must be quick and thread-safe, and must not block.
 */
@FunctionalInterface
public interface DelayFunction {

  /**
   * The wait after an attempt.
   *
   * @param attempt the number of the attempt that has ended, 1 for the first
   * @param failure what it failed with, or the cause where a {@code CompletionException} or
   *     {@code ExecutionException} has wrapped it; null if it gave a result
   * @param result its result, if that is to be retried; null if it failed
   * @return zero or more; what is longer than the cap is cut to it
   */
  Duration delay(int attempt, @Nullable Throwable failure, @Nullable Object result);
}
