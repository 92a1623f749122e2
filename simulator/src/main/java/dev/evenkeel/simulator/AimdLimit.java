package dev.evenkeel.simulator;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Verdict;

/**
 * A limit on calls in flight by additive increase and multiplicative decrease, with the figures of
 * Netflix's {@code AIMDLimit}: from 10; plus one for a success while at least half of it is used;
 * times 0.9 for a failure or timeout; never below 1.
 */
final class AimdLimit extends BaselineGate {

  private int limit = 10;
  private int inFlight;

  AimdLimit() {
    super("aimd");
  }

  @Override
  public long admit(CallView call, long nowNanos) {
    if (inFlight >= limit) {
      return REFUSED;
    }
    return inFlight++;
  }

  @Override
  public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    int before = inFlight--;
    if (verdict != Verdict.SUCCESS) {
      limit = Math.max(1, Math.min(limit - 1, (int) (limit * 0.9)));
    } else if (before * 2 >= limit) {
      limit++;
    }
  }
}
