package dev.evenkeel.core;

import java.util.concurrent.atomic.AtomicLong;

/** Hedges after a fixed time, and counts what it is asked. */
class StubHedge implements HedgeDriver {

  final AtomicLong tokens = new AtomicLong(Long.MAX_VALUE);
  final AtomicLong successes = new AtomicLong();
  private final long delayNanos;
  private final int maxHedges;
  volatile boolean faulty;

  StubHedge(long delayNanos, int maxHedges) {
    this.delayNanos = delayNanos;
    this.maxHedges = maxHedges;
  }

  @Override
  public int maxHedges() {
    return maxHedges;
  }

  @Override
  public long leastDelayNanos() {
    return delayNanos;
  }

  @Override
  public long delayNanos(CallView call, long nowNanos) {
    if (faulty) {
      throw new AssertionError("a faulty driver");
    }
    return delayNanos;
  }

  @Override
  public boolean tryStart(CallView call, RetryDriver retry, long nowNanos) {
    return tokens.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
  }

  @Override
  public void onSuccess(long nanos, RetryDriver retry, long nowNanos) {
    successes.incrementAndGet();
  }

  @Override
  public String name() {
    return "stub-hedge";
  }
}
