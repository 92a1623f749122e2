package dev.evenkeel.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks for combinations of policies that cannot be meant, or may not be. */
final class PipelineChecks {

  private PipelineChecks() {}

  /**
   * Checks the policies.
   *
   * @return warnings
   * @throws IllegalArgumentException if they contradict each other
   */
  static List<String> check(String pipeline, List<Policy> policies) {
    Driver retry = null;
    int retryAt = -1;
    int breakerAt = -1;
    Timeout attempt = null;
    Timeout total = null;
    for (int i = 0; i < policies.size(); i++) {
      Policy policy = policies.get(i);
      for (int j = 0; j < i; j++) {
        if (policies.get(j) == policy) {
          throw contradiction(pipeline, policy.name(), "the same policy twice", "each policy once");
        }
      }
      if (policy instanceof Driver driver) {
        if (retry != null) {
          throw contradiction(
              pipeline,
              driver.name(),
              "two, nested: " + retry.maxAttempts() + " x " + driver.maxAttempts() + " attempts",
              "one");
        }
        retry = driver;
        retryAt = i;
      } else if (policy instanceof Timeout timeout) {
        if ((timeout.isTotal() ? total : attempt) != null) {
          throw contradiction(pipeline, timeout.name(), "two of them", "one");
        }
        if (timeout.isTotal()) {
          total = timeout;
        } else {
          attempt = timeout;
        }
      } else if (policy.position() == Policy.Position.CIRCUIT_BREAKER) {
        breakerAt = i;
      }
    }
    if (attempt != null && total != null && attempt.nanos() > total.nanos()) {
      throw contradiction(
          pipeline,
          "timeout",
          attempt.duration().toString(),
          "at most the total timeout, " + total.duration());
    }
    return warnings(
        pipeline, retry, attempt, total, retryAt >= 0 && breakerAt >= 0 && breakerAt < retryAt);
  }

  private static List<String> warnings(
      String pipeline,
      @Nullable Driver retry,
      @Nullable Timeout attempt,
      @Nullable Timeout total,
      boolean breakerOutsideRetry) {
    List<String> warnings = new ArrayList<>();
    if (retry == null) {
      return warnings;
    }
    if (attempt == null) {
      warnings.add(pipeline + ": " + retry.name()
          + " without a timeout: an attempt that hangs is never retried"
          + " (expected: a Timeout for each attempt)");
    } else if (total != null && retry.maxAttempts() > total.nanos() / attempt.nanos()) {
      warnings.add(pipeline + ": maxAttempts x timeout: " + retry.maxAttempts() + " x "
          + Text.duration(attempt.nanos())
          + " (expected: at most the total timeout, " + Text.duration(total.nanos())
          + "); later attempts may be cut short");
    }
    if (breakerOutsideRetry) {
      warnings.add(
          pipeline + ": circuit breaker outside of " + retry.name()
              + ": it sees one outcome for all attempts (expected: the breaker inside, as Pipeline.of does)");
    }
    return warnings;
  }

  private static IllegalArgumentException contradiction(
      String pipeline, String field, String value, String expected) {
    return new IllegalArgumentException(
        pipeline + ": " + field + ": " + value + " (expected: " + expected + ")");
  }
}
