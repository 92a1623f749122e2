package dev.evenkeel.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks for combinations of policies that cannot be meant. */
final class PipelineChecks {

  private final String pipeline;
  private @Nullable RetryDriver retry;
  private @Nullable HedgeDriver hedge;
  private @Nullable Timeout attempt;
  private @Nullable Timeout total;

  private PipelineChecks(String pipeline) {
    this.pipeline = pipeline;
  }

  /**
   * Checks the policies.
   *
   * @return warnings
   * @throws IllegalArgumentException if they contradict each other
   */
  static List<String> check(String pipeline, List<Policy> policies) {
    PipelineChecks checks = new PipelineChecks(pipeline);
    for (int i = 0; i < policies.size(); i++) {
      Policy policy = policies.get(i);
      for (int j = 0; j < i; j++) {
        if (policies.get(j) == policy) {
          throw checks.contradiction(policy.name(), "the same policy twice", "each policy once");
        }
      }
      checks.take(policy);
    }
    checks.checkTimes();
    return PipelineWarnings.of(pipeline, policies);
  }

  private void take(Policy policy) {
    if (policy instanceof RetryDriver driver) {
      take(driver);
    } else if (policy instanceof HedgeDriver driver) {
      if (hedge != null) {
        throw contradiction(
            driver.name(),
            "two, nested: " + hedge.maxHedges() + " and " + driver.maxHedges() + " hedges",
            "one");
      }
      hedge = driver;
    } else if (policy instanceof Timeout timeout) {
      if ((timeout.isTotal() ? total : attempt) != null) {
        throw contradiction(timeout.name(), "two of them", "one");
      }
      if (timeout.isTotal()) {
        total = timeout;
      } else {
        attempt = timeout;
      }
    }
  }

  private void take(RetryDriver driver) {
    if (retry != null) {
      throw contradiction(
          driver.name(),
          "two, nested: " + retry.maxAttempts() + " x " + driver.maxAttempts() + " attempts",
          "one");
    }
    if (hedge != null) {
      throw contradiction(
          driver.name(),
          "inside of " + hedge.name(),
          "outside of it, as Pipeline.of does: each attempt is hedged");
    }
    retry = driver;
  }

  private void checkTimes() {
    if (attempt != null && total != null && attempt.nanos() > total.nanos()) {
      throw contradiction(
          "timeout",
          Text.duration(attempt.nanos()),
          "at most the total timeout, " + Text.duration(total.nanos()));
    }
    if (hedge == null) {
      return;
    }
    if (attempt != null && attempt.mode() == Timeout.Mode.COOPERATIVE) {
      throw contradiction(
          hedge.name(),
          "with a cooperative timeout, under which nothing may stop the attempt that lost",
          "Timeout.of or Timeout.detached");
    }
    Timeout bound = attempt != null ? attempt : total;
    if (bound != null && hedge.leastDelayNanos() >= bound.nanos()) {
      throw contradiction(
          hedge.name(),
          "after " + Text.duration(hedge.leastDelayNanos()),
          "less than the " + bound.name() + ", " + Text.duration(bound.nanos())
              + ", or it never starts");
    }
  }

  private IllegalArgumentException contradiction(String field, String value, String expected) {
    return new IllegalArgumentException(
        pipeline + ": " + field + ": " + value + " (expected: " + expected + ")");
  }
}
