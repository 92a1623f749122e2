package dev.evenkeel.retry;

import dev.evenkeel.core.Checks;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds retries and hedges to a share of the calls that succeed. Each success earns a part of a
 * token, each retry or hedge costs a whole one. While a dependency is down nothing succeeds, so
 * nothing is earned, and its return finds no stored-up retries waiting for it. A new budget starts
 * near empty for the same reason: a fleet that has just started must not bring full buckets.
 *
 * <p>As in gRPC's retry throttling (gRFC A6), which earns on success too. May be shared by
 * pipelines that use the same dependency. Thread-safe: a token is checked and taken in one atomic
 * step.
 */
public final class RetryBudget {

  private static final long TOKEN = 1_000_000;

  private final double ratio;
  private final long earned;
  private final long capacity;
  private final AtomicLong balance;

  private RetryBudget(double ratio, int capacity, int initial) {
    this.ratio = Checks.range("ratio", ratio, 0, 1);
    this.earned = Math.round(ratio * TOKEN);
    this.capacity = Checks.range("capacity", capacity, 1, 1_000_000) * TOKEN;
    this.balance = new AtomicLong(Checks.range("initial", initial, 0, capacity) * TOKEN);
  }

  /**
   * The default: a retry for each 10 calls that succeeded, at most 50 stored up, 5 to start with.
   *
   * @return a new budget
   */
  public static RetryBudget standard() {
    return new RetryBudget(0.1, 50, 5);
  }

  /**
   * A budget.
   *
   * @param ratio retries for each call that succeeds, 0 to 1
   * @param capacity the most retries stored up, 1 to 1,000,000
   * @param initial the retries to start with, 0 to the capacity; keep it small
   * @return a new budget
   */
  public static RetryBudget of(double ratio, int capacity, int initial) {
    return new RetryBudget(ratio, capacity, initial);
  }

  /**
   * The retries that could be made now.
   *
   * @return 0 to the capacity, with the part of a token that is earned
   */
  public double available() {
    return (double) balance.get() / TOKEN;
  }

  /** Takes a token if there is one. */
  boolean tryTake() {
    for (; ; ) {
      long current = balance.get();
      if (current < TOKEN) {
        return false;
      }
      if (balance.compareAndSet(current, current - TOKEN)) {
        return true;
      }
    }
  }

  /** Earns for a success; only reads when the bucket is full, as it is while all is well. */
  void onSuccess() {
    for (; ; ) {
      long current = balance.get();
      if (current >= capacity
          || balance.compareAndSet(current, Math.min(capacity, current + earned))) {
        return;
      }
    }
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "budget(%.2f, %d of %d)", ratio, balance.get() / TOKEN, capacity / TOKEN);
  }
}
