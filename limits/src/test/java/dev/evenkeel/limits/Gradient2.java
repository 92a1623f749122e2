package dev.evenkeel.limits;

import dev.evenkeel.core.Verdict;
import dev.evenkeel.testkit.ScriptedCall;

/**
 * The published formula of Netflix's {@code Gradient2Limit} with its defaults, fed by windows of a
 * second with at least 10 samples as its {@code WindowedLimit} does, for comparison: the long-term
 * latency is an average of the latencies under whatever load there is.
 */
final class Gradient2 implements Workshop.Limiter {

  private static final double SMOOTHING = 0.2;
  private static final double QUEUE_SIZE = 4;
  private static final int LONG_WINDOW = 600;
  private static final int WARM_UP = 10;

  private final double min;
  private final double max;
  private double limit = 20;
  private double longTerm;
  private int windows;
  private int inFlight;
  private int peak;
  private int samples;
  private double latencySum;
  private long windowEnd = 1_000_000_000L;

  Gradient2(double min, double max) {
    this.min = min;
    this.max = max;
  }

  @Override
  public long admit(ScriptedCall call, long nowNanos) {
    if (inFlight >= (int) limit) {
      return -1;
    }
    return ++inFlight;
  }

  @Override
  public void settle(ScriptedCall call, long permit, Verdict verdict, long nowNanos) {
    peak = Math.max(peak, inFlight);
    inFlight--;
    samples++;
    latencySum += nowNanos - call.startedNanos();
    if (nowNanos - windowEnd > 0) {
      windowEnd = nowNanos + 1_000_000_000L;
      if (samples >= 10) {
        update(latencySum / samples);
      }
      samples = 0;
      latencySum = 0;
      peak = 0;
    }
  }

  private void update(double shortTerm) {
    windows++;
    double weight = windows <= WARM_UP ? 1.0 / windows : 2.0 / (LONG_WINDOW + 1);
    longTerm += weight * (shortTerm - longTerm);
    double reference = longTerm;
    if (longTerm / shortTerm > 2) {
      longTerm *= 0.9;
    }
    if (peak < limit / 2) {
      return;
    }
    double gradient = Math.max(0.5, Math.min(1, reference / shortTerm));
    double target = limit * gradient + QUEUE_SIZE;
    limit = Math.max(min, Math.min(max, limit * (1 - SMOOTHING) + target * SMOOTHING));
  }

  double longTermMillis() {
    return longTerm / 1e6;
  }

  @Override
  public double limit() {
    return limit;
  }
}
