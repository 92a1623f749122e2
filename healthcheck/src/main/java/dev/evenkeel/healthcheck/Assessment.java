package dev.evenkeel.healthcheck;

import org.jspecify.annotations.Nullable;

/**
 * What is made of a check's results: its state, with hysteresis and age. Pure and immutable: time
 * is an argument, monotonic nanoseconds compared by subtraction.
 *
 * @param settled the state; UNKNOWN before the first good one, or enough bad ones
 * @param sinceNanos when it became that
 * @param observedNanos when the last evidence came
 * @param contrary how many results in a row contradict the state
 * @param failures how many results in a row were bad
 * @param lastSuccess when the last good result came; null if none has
 * @param failure the last bad result; null if none was
 * @param result the last result; null before it
 */
record Assessment(
    Status settled,
    long sinceNanos,
    long observedNanos,
    int contrary,
    int failures,
    @Nullable Long lastSuccess,
    @Nullable Failure failure,
    @Nullable CheckResult result) {

  /** A bad result. */
  record Failure(Cause cause, long atNanos) {}

  static Assessment begin(long nowNanos) {
    return new Assessment(Status.UNKNOWN, nowNanos, nowNanos, 0, 0, null, null, null);
  }

  /**
   * Takes a result.
   *
   * @param outcome the result; one that is UNKNOWN is no evidence
   * @param cause why it is DOWN
   * @param stale whether what was known is too old: it then has no say any more
   */
  Assessment observe(
      CheckResult outcome,
      @Nullable Cause cause,
      boolean stale,
      int rise,
      int fall,
      long nowNanos) {
    Status status = outcome.status();
    if (status == Status.UNKNOWN) {
      return new Assessment(
          settled, sinceNanos, observedNanos, contrary, failures, lastSuccess, failure, outcome);
    }
    Status base = stale ? Status.UNKNOWN : settled;
    boolean good = status.isServing();
    // A good result ends ignorance at once; a bad one does not: a process that has just started, or
    // has just been thawed, is slow at everything.
    boolean contradicts = good ? base == Status.DOWN : base != Status.DOWN;
    int against = contradicts ? (stale ? 0 : contrary) + 1 : 0;
    boolean waits = contradicts && against < (good ? rise : fall);
    Status next = waits ? base : status;
    return new Assessment(
        next,
        next == settled ? sinceNanos : nowNanos,
        nowNanos,
        waits ? against : 0,
        good ? 0 : failures == Integer.MAX_VALUE ? failures : failures + 1,
        good ? Long.valueOf(nowNanos) : lastSuccess,
        cause != null ? new Failure(cause, nowNanos) : failure,
        outcome);
  }

  /** Whether results have settled on a state. */
  boolean isKnown() {
    return settled != Status.UNKNOWN;
  }

  boolean isStale(long staleNanos, long nowNanos) {
    return nowNanos - observedNanos > staleNanos;
  }

  /** The state as it may be told: what is too old is UNKNOWN. */
  Status reported(long staleNanos, long nowNanos) {
    return isStale(staleNanos, nowNanos) ? Status.UNKNOWN : settled;
  }
}
