package dev.evenkeel.core;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts how often its permits are settled. */
final class CountingGate implements Gate {

  final AtomicInteger settled = new AtomicInteger();

  @Override
  public long admit(CallView call, long nowNanos) {
    return 0;
  }

  @Override
  public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    settled.incrementAndGet();
  }

  @Override
  public String name() {
    return "counting";
  }
}
