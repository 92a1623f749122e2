package dev.evenkeel.core;

/**
 * Bounds the calls in flight (Resilience4j: {@code Bulkhead}). A call above the limit is refused at
 * once with {@link RefusalReason#CONCURRENCY_LIMIT}; nothing queues. The limit is never exceeded; a
 * call that comes in the very moment in which the last permit but none comes back may be refused.
 * Thread-safe; may be shared by pipelines that use the same dependency.
 */
public final class ConcurrencyLimit implements TimelessGate {

  private static final int MOST = 1_000_000;

  private final StripedPermits permits;
  private volatile int limit;

  private ConcurrencyLimit(int limit) {
    this.limit = limit;
    permits = new StripedPermits(limit);
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
  public synchronized void setMaxConcurrentCalls(int maxConcurrentCalls) {
    int before = limit;
    limit = Checks.range("maxConcurrentCalls", maxConcurrentCalls, 1, MOST);
    permits.change(maxConcurrentCalls - before);
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
    return permits.taken(limit);
  }

  @Override
  public long admit(CallView call, long nowNanos) {
    return admitTimeless(call);
  }

  @Override
  public long admitTimeless(CallView call) {
    return permits.tryTake() ? 0 : Refusal.of(RefusalReason.CONCURRENCY_LIMIT);
  }

  @Override
  public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    permits.giveBack();
  }

  @Override
  public boolean settleTimeless(CallView call, long permit) {
    permits.giveBack();
    return true;
  }

  @Override
  public boolean permitsFollowWork() {
    return true;
  }

  @Override
  public boolean isIdle(long nowNanos) {
    return inFlight() == 0;
  }

  @Override
  public boolean readsResults() {
    return false;
  }

  /**
   * Takes over the number of another limit; the calls in flight stay, see
   * {@link #setMaxConcurrentCalls}.
   *
   * @param next a {@code ConcurrencyLimit}
   * @return this
   */
  @Override
  public Policy changedTo(Policy next) {
    setMaxConcurrentCalls(((ConcurrencyLimit) next).maxConcurrentCalls());
    return this;
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
