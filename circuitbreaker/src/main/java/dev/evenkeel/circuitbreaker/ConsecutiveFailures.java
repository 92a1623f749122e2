package dev.evenkeel.circuitbreaker;

/**
 * Notices that nothing has succeeded for a while, for those whose calls are too rare to fill a
 * window: so many failures in a row, the last so long after the first. Thread-safe; a success only
 * reads while there are none.
 */
final class ConsecutiveFailures {

  /** When to trip. */
  record Rule(int failures, long nanos) {}

  private final Rule rule;
  private volatile int failures;
  private long firstNanos;
  private volatile long spanNanos;

  ConsecutiveFailures(Rule rule) {
    this.rule = rule;
  }

  void onSuccess() {
    if (failures != 0) {
      failures = 0;
    }
  }

  synchronized void onFailure(long nowNanos) {
    int before = failures;
    if (before == 0) {
      firstNanos = nowNanos;
    }
    spanNanos = nowNanos - firstNanos;
    failures = before == Integer.MAX_VALUE ? before : before + 1;
  }

  boolean hasTripped() {
    return failures >= rule.failures && spanNanos >= rule.nanos;
  }

  int failures() {
    return failures;
  }

  /** Whether a success would change nothing. */
  boolean isAtRest() {
    return failures == 0;
  }

  @Override
  public String toString() {
    return failures + " calls in a row failed, over " + Math.round(spanNanos / 1e8) / 10.0 + " s";
  }
}
