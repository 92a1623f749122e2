package dev.evenkeel.simulator;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Verdict;

/**
 * Envoy's admission control filter with its defaults: over 30 s, reject with probability {@code (n
 * - successes / 0.95) / (n + 1)}, at most 0.8; rejected requests are not counted.
 */
final class EnvoyAdmission extends BaselineGate {

  private static final double THRESHOLD = 0.95;
  private static final double MAX_REJECTED = 0.8;

  private final SlidingCounts counts = new SlidingCounts(30);

  EnvoyAdmission() {
    super("envoy");
  }

  @Override
  public long admit(CallView call, long nowNanos) {
    counts.advance(nowNanos);
    double reject =
        Math.min(MAX_REJECTED, (counts.all() - counts.good() / THRESHOLD) / (counts.all() + 1.0));
    return reject > 0 && (call.random() >>> 11) * 0x1.0p-53 < reject ? REFUSED : 0;
  }

  @Override
  public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    counts.advance(nowNanos);
    counts.add(1, verdict == Verdict.SUCCESS ? 1 : 0);
  }
}
