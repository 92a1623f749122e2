package dev.evenkeel.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Looks for combinations of policies that cannot be meant, or may not be. */
final class PipelineChecks {

  private final String pipeline;
  private @Nullable Driver retry;
  private @Nullable HedgeDriver hedge;
  private @Nullable Timeout attempt;
  private @Nullable Timeout total;
  private boolean breaker;
  private boolean breakerOutsideRetry;
  private boolean breakerOutsideHedge;

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
    return checks.warnings();
  }

  private void take(Policy policy) {
    if (policy instanceof Driver driver) {
      take(driver);
    } else if (policy instanceof HedgeDriver driver) {
      if (hedge != null) {
        throw contradiction(
            driver.name(),
            "two, nested: " + hedge.maxHedges() + " and " + driver.maxHedges() + " hedges",
            "one");
      }
      hedge = driver;
      breakerOutsideHedge = breaker;
    } else if (policy instanceof Timeout timeout) {
      if ((timeout.isTotal() ? total : attempt) != null) {
        throw contradiction(timeout.name(), "two of them", "one");
      }
      if (timeout.isTotal()) {
        total = timeout;
      } else {
        attempt = timeout;
      }
    } else if (policy.position() == Policy.Position.CIRCUIT_BREAKER) {
      breaker = true;
    }
  }

  private void take(Driver driver) {
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
    breakerOutsideRetry = breaker;
  }

  private void checkTimes() {
    if (attempt != null && total != null && attempt.nanos() > total.nanos()) {
      throw contradiction(
          "timeout",
          attempt.duration().toString(),
          "at most the total timeout, " + total.duration());
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

  private List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (retry != null) {
      warnAboutRetry(retry, warnings);
    }
    if (breakerOutsideRetry && retry != null) {
      warnings.add(breakerOutside(retry));
    } else if (breakerOutsideHedge && hedge != null) {
      warnings.add(breakerOutside(hedge));
    }
    return warnings;
  }

  private void warnAboutRetry(Driver driver, List<String> warnings) {
    boolean split = driver.splitsDeadline();
    if (attempt == null && !(split && total != null)) {
      warnings.add(pipeline + ": " + driver.name()
          + " without a timeout: an attempt that hangs is never retried"
          + " (expected: a Timeout for each attempt)");
    } else if (attempt != null
        && total != null
        && !split
        && driver.maxAttempts() > total.nanos() / attempt.nanos()) {
      warnings.add(pipeline + ": maxAttempts x timeout: " + driver.maxAttempts() + " x "
          + Text.duration(attempt.nanos())
          + " (expected: at most the total timeout, " + Text.duration(total.nanos())
          + "); later attempts may be cut short");
    }
    if (attempt != null
        && total == null
        && driver.maxAttempts() > 1
        && driver.longestWaitNanos() > 0) {
      warnings.add(withoutTotal(driver, attempt));
    }
  }

  private String withoutTotal(Driver driver, Timeout each) {
    int attempts = driver.maxAttempts();
    double seconds =
        (attempts * (double) each.nanos() + (attempts - 1) * (double) driver.longestWaitNanos())
            / 1e9;
    return pipeline + ": " + driver.name() + " without a total timeout: a call may take "
        + String.format(Locale.ROOT, "%.1f", seconds) + " s, " + attempts + " x "
        + Text.duration(each.nanos()) + " and waits of up to "
        + Text.duration(driver.longestWaitNanos())
        + " (expected: Timeout.total, unless every caller brings a deadline)";
  }

  private String breakerOutside(Policy attempts) {
    return pipeline + ": circuit breaker outside of " + attempts.name()
        + ": it sees one outcome for all attempts (expected: the breaker inside, as Pipeline.of does)";
  }

  private IllegalArgumentException contradiction(String field, String value, String expected) {
    return new IllegalArgumentException(
        pipeline + ": " + field + ": " + value + " (expected: " + expected + ")");
  }
}
