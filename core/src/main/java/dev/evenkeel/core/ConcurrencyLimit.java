package dev.evenkeel.core;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds the calls in flight (Resilience4j: {@code Bulkhead}). A call above the limit is refused at
 * once with {@link RefusalReason#CONCURRENCY_LIMIT}; nothing queues. Thread-safe; may be shared by
 * pipelines that use the same dependency.
 */
public final class ConcurrencyLimit implements Gate {

  private static final int MOST = 1_000_000;

  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile int limit;

  private ConcurrencyLimit(int limit) {
    this.limit = limit;
  }

  /**
   * Creates a limit.
   *
   * @param maxConcurrentCalls 1 to 1,000,000
   * @return the gate
   */
  public static ConcurrencyLimit of(int maxConcurrentCalls) {
    return new ConcurrencyLimit(Checks.range("maxConcurrentCalls", maxConcurrentCalls, 1, MOST));
  }

  /**
   * Changes the limit while calls run. Calls that are in flight stay; with a lower limit new ones
   * wait for them to end.
   *
   * @param maxConcurrentCalls 1 to 1,000,000
   */
  public void setMaxConcurrentCalls(int maxConcurrentCalls) {
    limit = Checks.range("maxConcurrentCalls", maxConcurrentCalls, 1, MOST);
  }

  /**
   * The limit.
   *
   * @return the most calls in flight
   */
  public int maxConcurrentCalls() {
    return limit;
  }

  /**
   * The calls in flight now.
   *
   * @return 0 or more
   */
  public int inFlight() {
    return inFlight.get();
  }

  @Override
  public long admit(CallView call, long nowNanos) {
    for (; ; ) {
      int current = inFlight.get();
      if (current >= limit) {
        return Refusal.of(RefusalReason.CONCURRENCY_LIMIT);
      }
      if (inFlight.compareAndSet(current, current + 1)) {
        return 0;
      }
    }
  }

  @Override
  public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    inFlight.decrementAndGet();
  }

  @Override
  public String name() {
    return "concurrency-limit";
  }

  @Override
  public String toString() {
    return name() + "(" + limit + ")";
  }
}
