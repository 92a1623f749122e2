package dev.evenkeel.simulator;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Verdict;

/**
 * Adaptive throttling as in Google's SRE book, chapter 21: over two minutes, reject with
 * probability {@code max(0, (requests - K * accepts) / (requests + 1))}, K = 2; rejected requests
 * are counted.
 */
final class SreThrottle extends BaselineGate {

  private static final double K = 2;

  private final SlidingCounts counts = new SlidingCounts(120);

  SreThrottle() {
    super("sre-throttle");
  }

  @Override
  public long admit(CallView call, long nowNanos) {
    counts.advance(nowNanos);
    double reject = (counts.all() - K * counts.good()) / (counts.all() + 1.0);
    counts.add(1, 0);
    return reject > 0 && (call.random() >>> 11) * 0x1.0p-53 < reject ? REFUSED : 0;
  }

  @Override
  public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    if (verdict == Verdict.SUCCESS) {
      counts.advance(nowNanos);
      counts.add(0, 1);
    }
  }
}
