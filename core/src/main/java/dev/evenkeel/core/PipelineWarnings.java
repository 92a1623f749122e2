package dev.evenkeel.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Looks for policies, and combinations of them, that may not be meant: all that works, but not as
 * whoever wrote it may think.
 */
final class PipelineWarnings {

  private static final int NOWHERE = -1;

  private final String pipeline;
  private final List<Policy> policies;
  private final List<String> warnings = new ArrayList<>();
  private int retryAt = NOWHERE;
  private int hedgeAt = NOWHERE;
  private @Nullable Timeout attempt;
  private @Nullable Timeout total;

  private PipelineWarnings(String pipeline, List<Policy> policies) {
    this.pipeline = pipeline;
    this.policies = policies;
    for (int at = 0; at < policies.size(); at++) {
      Policy policy = policies.get(at);
      if (policy instanceof RetryDriver) {
        retryAt = at;
      } else if (policy instanceof HedgeDriver) {
        hedgeAt = at;
      } else if (policy instanceof Timeout timeout && timeout.isTotal()) {
        total = timeout;
      } else if (policy instanceof Timeout timeout) {
        attempt = timeout;
      }
    }
  }

  /**
   * The warnings for policies that do not contradict each other.
   *
   * @param policies outermost first
   */
  static List<String> of(String pipeline, List<Policy> policies) {
    PipelineWarnings all = new PipelineWarnings(pipeline, policies);
    if (all.retryAt != NOWHERE) {
      all.lookAtRetry((RetryDriver) policies.get(all.retryAt));
    }
    all.lookAtOrder();
    all.lookAtBreakers();
    all.lookAtFallbacks();
    for (Policy policy : policies) {
      for (String doubt : policy.warnings()) {
        all.warn(policy.name() + ": " + doubt);
      }
    }
    return all.warnings;
  }

  private void warn(String text) {
    warnings.add(pipeline + ": " + text);
  }

  private void lookAtRetry(RetryDriver retry) {
    int attempts = retry.maxAttempts();
    if (attempts == 1 && hedgeAt == NOWHERE) {
      warn(retry.name() + ": 1 attempt, which is never retried (expected: at least 2, or no "
          + retry.name() + ")");
      return;
    }
    boolean split = retry.splitsDeadline();
    if (attempt == null && !(split && total != null)) {
      warn(retry.name() + " without a timeout: an attempt that hangs is never retried"
          + " (expected: a Timeout for each attempt)");
    } else if (attempt != null
        && total != null
        && !split
        && attempts > total.nanos() / attempt.nanos()) {
      warn("maxAttempts x timeout: " + attempts + " x " + Text.duration(attempt.nanos())
          + " (expected: at most the total timeout, " + Text.duration(total.nanos())
          + "); later attempts may be cut short");
    }
    long waits = retry.usualWaitsNanos();
    if (total != null && waits >= total.nanos()) {
      warn("backoff: " + Text.duration(waits) + " in all for " + attempts
          + " attempts (expected: less than the total timeout, " + Text.duration(total.nanos())
          + "); later attempts are never made");
    }
    if (attempt != null && total == null && attempts > 1 && retry.longestWaitNanos() > 0) {
      warn(withoutTotal(retry, attempt));
    }
  }

  private static String withoutTotal(RetryDriver retry, Timeout each) {
    int attempts = retry.maxAttempts();
    double seconds =
        (attempts * (double) each.nanos() + (attempts - 1) * (double) retry.longestWaitNanos())
            / 1e9;
    return retry.name() + " without a total timeout: a call may take "
        + String.format(Locale.ROOT, "%.1f", seconds) + " s, " + attempts + " x "
        + Text.duration(each.nanos()) + " and waits of up to "
        + Text.duration(retry.longestWaitNanos())
        + " (expected: Timeout.total, unless every caller brings a deadline)";
  }

  /** What {@link Pipeline#inOrder} lets one write. */
  private void lookAtOrder() {
    int attemptsAt = retryAt != NOWHERE ? retryAt : hedgeAt;
    if (attemptsAt == NOWHERE) {
      return;
    }
    String attempts = policies.get(attemptsAt).name();
    for (Policy outside : policies.subList(0, attemptsAt)) {
      if (isBreaker(outside)) {
        warn("circuit breaker outside of " + attempts
            + ": it sees one outcome for all attempts (expected: the breaker inside, as Pipeline.of"
            + " does)");
        break;
      }
    }
    if (attempt != null && policies.indexOf(attempt) < attemptsAt) {
      warn("timeout outside of " + attempts + ": it bounds all attempts together (expected: inside,"
          + " as Pipeline.of does; or Timeout.total)");
    }
    if (total != null && policies.indexOf(total) > attemptsAt) {
      warn("total timeout inside of " + attempts + ": it bounds each attempt, not the call"
          + " (expected: outside, as Pipeline.of does; or Timeout.of)");
    }
  }

  private void lookAtBreakers() {
    long single = policies.stream()
        .filter(policy -> isBreaker(policy) && !(policy instanceof PerKey<?>))
        .count();
    long perKey = policies.stream()
        .filter(policy -> isBreaker(policy) && policy instanceof PerKey<?>)
        .count();
    if (single > 1 || perKey > 1) {
      warn("circuit-breaker: " + Math.max(single, perKey) + " of them, which count the same calls"
          + " (expected: one; or one and one in PerKey)");
    }
  }

  /** A fallback that answers everything hides what it stands for from all that is outside of it. */
  private void lookAtFallbacks() {
    for (int at = 1; at < policies.size(); at++) {
      if (!(policies.get(at) instanceof Fallback fallback) || !fallback.isForAll()) {
        continue;
      }
      for (Policy outside : policies.subList(0, at)) {
        if (outside instanceof Fallback) {
          warn("fallback: two, and the inner one answers every failure, so the outer one is never"
              + " asked (expected: the one for every failure first)");
        } else if (isBreaker(outside)
            || outside instanceof RetryDriver
            || outside instanceof HedgeDriver) {
          warn("fallback inside of " + outside.name() + ", which takes its answer for the"
              + " dependency's (expected: outside, as Pipeline.of does)");
        }
      }
    }
  }

  private static boolean isBreaker(Policy policy) {
    return policy.position() == Policy.Position.CIRCUIT_BREAKER;
  }
}
