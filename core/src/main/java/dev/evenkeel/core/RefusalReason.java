package dev.evenkeel.core;

/** Why a gate did not let a call through. */
public enum RefusalReason {
  /** The breaker is open: the dependency is taken to be down. */
  CIRCUIT_OPEN(false),
  /** The breaker waits for the outcome of a probe. */
  CIRCUIT_PROBING(false),
  /** The breaker ramps up and this call was not in the admitted share. */
  CIRCUIT_RAMPING(false),
  /** Somebody opened the breaker by hand. */
  CIRCUIT_FORCED_OPEN(false),
  /** As many calls as allowed are in flight. */
  CONCURRENCY_LIMIT(true),
  /** As many calls as allowed were made in this period. */
  RATE_LIMIT(false),
  /** A less critical call gave way to more critical ones. */
  LOAD_SHED(true),
  /** The executor a detached call was to run on did not take it. */
  EXECUTOR_REJECTED(true),
  /** A gate of a user's own. */
  OTHER(true),
  /**
   * The deadline had passed before the attempt began. The caller gets a
   * {@link DeadlineExceededException}, or a {@link CallTimeoutException} if it was a timeout's.
   */
  DEADLINE(false);

  private final boolean retryable;

  RefusalReason(boolean retryable) {
    this.retryable = retryable;
  }

  /**
   * Whether another attempt against the same dependency can make sense. A breaker's refusal never
   * is retried: the breaker speaks for the dependency as a whole. Nor is a rate limit's: how long a
   * call may wait for a permit is the limit's own setting, and a retry would wait beyond it.
   *
   * @return false for the breaker's reasons and {@link #RATE_LIMIT}
   */
  public boolean isRetryable() {
    return retryable;
  }
}
