package dev.evenkeel.limits;

/**
 * How many calls a dependency takes at once before they queue up in it: a state machine that is
 * told how each window of time went. Pure; not thread-safe.
 *
 * <p>In a steady window the limit moves towards {@code limit * tolerated latency / latency +
 * sqrt(limit)}. Under saturation latency is in proportion to the calls in flight, so this comes to
 * rest at the concurrency the dependency really serves, times the tolerance, plus the root: however
 * long the overload lasts, and however mild it is. It grows only while calls ask for more.
 *
 * <p>The latency without queueing is measured, not averaged: now and then the limit is halved for
 * two windows, one to drain and one to look. If latency is no longer what it was, the limit is
 * halved on until latency stops falling, for only where it no longer falls is nothing queued. So
 * the baseline cannot drift while the overload lasts, and a dependency that became slower in itself
 * is told from one that is overloaded.
 */
final class LatencyGradient {

  private static final int STEADY_SAMPLES = 30;
  private static final int LOOKING_SAMPLES = 80;

  /** Latency up to this multiple of the baseline is no sign of a queue. */
  private static final double TOLERANCE = 1.3;

  /** A latency within this of the baseline confirms it. */
  private static final double SAME = 1.2;

  /** One below this share of it says that it was too high. */
  private static final double LOWER = 0.9;

  /** Halving the limit leaves latency where it is, if it leaves this share of it. */
  private static final double FLAT = 0.85;

  private static final double MAX_DROPS = 0.05;
  private static final double SHRUNK = 0.7;
  private static final int SHRINKING_WINDOWS = 4;
  private static final long MIN_WINDOW_NANOS = 100_000_000L;
  private static final long PROBE_EVERY_NANOS = 30_000_000_000L;

  /** The first probes may have looked while a queue was still growing: the next come sooner. */
  private static final long FIRST_PROBE_NANOS = 2_000_000_000L;

  private static final int PROBE_EVERY_WINDOWS = 50;

  private enum Stage {
    STEADY,
    DRAINING,
    LOOKING
  }

  private int min;
  private int max;
  private double limit;
  private double probeLimit;
  private double baselineNanos; // 0 until measured
  private double lookedNanos; // what the last, higher step of this probe saw; 0 on the first
  private double lastNanos = 1;
  private Stage stage = Stage.STEADY;
  private boolean probeWanted = true;
  private long probedAtNanos;
  private long probeEveryNanos = FIRST_PROBE_NANOS;
  private int shrinking;
  private double shrinkingFrom;

  LatencyGradient(int initial, int min, int max, long nowNanos) {
    this.min = min;
    this.max = max;
    this.limit = Math.min(max, Math.max(min, initial));
    this.probedAtNanos = nowNanos;
  }

  void setBounds(int newMin, int newMax) {
    min = newMin;
    max = newMax;
    limit = clamped(limit);
  }

  int limit() {
    return (int) (stage == Stage.STEADY ? limit : Math.min(limit, probeLimit));
  }

  long baselineNanos() {
    return (long) baselineNanos;
  }

  /** How long a window lasts, at least. */
  long windowNanos() {
    return Math.max(MIN_WINDOW_NANOS, (long) (2 * lastNanos));
  }

  /** How many calls must have ended in a window; more where a baseline depends on it. */
  int windowSamples() {
    return switch (stage) {
      case STEADY -> (int) Math.max(10, Math.min(STEADY_SAMPLES, 3 * limit));
      case DRAINING -> 1;
      case LOOKING -> LOOKING_SAMPLES;
    };
  }

  /**
   * A window ended.
   *
   * @param samples successes
   * @param meanNanos their mean latency
   * @param drops calls that timed out, or that the dependency sent away
   * @param peak the most calls in flight
   * @param refused whether the limit refused calls
   */
  void onWindow(
      int samples, double meanNanos, int drops, int peak, boolean refused, long nowNanos) {
    if (min == max) {
      stage = Stage.STEADY; // nothing to find, and so nothing to measure
      return;
    }
    double mean = Math.max(1, meanNanos);
    if (drops > MAX_DROPS * (samples + drops)) {
      // What succeeded is what was quick: its latency says nothing now.
      limit = clamped(limit * Math.max(0.5, 1 - (double) drops / (samples + drops)));
      stage = Stage.STEADY;
      return;
    }
    if (samples == 0) {
      return;
    }
    lastNanos = mean;
    switch (stage) {
      case STEADY -> steady(mean, peak, refused, nowNanos);
      case DRAINING -> stage = Stage.LOOKING;
      case LOOKING -> look(mean, nowNanos);
    }
  }

  private void steady(double mean, int peak, boolean refused, long nowNanos) {
    if (baselineNanos == 0) {
      probe(limit / 2);
      lookedNanos = mean;
      return;
    }
    if (peak <= limit / 2) {
      if (mean <= SAME * baselineNanos) {
        confirm(mean, 0.1, nowNanos);
      }
      return; // the limit is not what bounds the calls: nothing to learn about it
    }
    double gradient = TOLERANCE * baselineNanos / mean;
    if (gradient < 1) {
      double target = limit * Math.max(0.5, gradient) + Math.sqrt(limit);
      watchShrinking(target);
      limit = clamped((limit + target) / 2);
    } else {
      shrinking = 0;
      if (refused || peak >= 0.9 * limit) {
        limit = clamped(limit + Math.sqrt(limit));
      }
    }
    long interval = probeEveryNanos < PROBE_EVERY_NANOS
        ? probeEveryNanos
        : Math.max(PROBE_EVERY_NANOS, PROBE_EVERY_WINDOWS * windowNanos());
    if (probeWanted || nowNanos - probedAtNanos >= interval) {
      probeEveryNanos = Math.min(PROBE_EVERY_NANOS, 2 * probeEveryNanos);
      probe(limit / 2);
      lookedNanos = 0;
    }
  }

  /** Fewer and fewer calls and latency as high as ever: perhaps it is not they that wait. */
  private void watchShrinking(double target) {
    if (shrinking++ == 0) {
      shrinkingFrom = limit;
    }
    if (shrinking >= SHRINKING_WINDOWS && target < SHRUNK * shrinkingFrom) {
      probeWanted = true;
    }
  }

  private void probe(double at) {
    probeLimit = Math.max(1, Math.floor(at));
    stage = Stage.DRAINING;
    probeWanted = false;
    shrinking = 0;
  }

  private void look(double mean, long nowNanos) {
    boolean first = lookedNanos == 0;
    if (first && mean <= SAME * baselineNanos && mean >= LOWER * baselineNanos) {
      confirm(mean, 0.3, nowNanos);
      stage = Stage.STEADY;
    } else if (probeLimit <= 1 || (!first && mean >= FLAT * lookedNanos)) {
      baselineNanos = mean;
      probedAtNanos = nowNanos;
      stage = Stage.STEADY;
    } else {
      lookedNanos = mean;
      probe(probeLimit / 2);
    }
  }

  private void confirm(double mean, double weight, long nowNanos) {
    baselineNanos += weight * (mean - baselineNanos);
    probedAtNanos = nowNanos;
  }

  private double clamped(double value) {
    return Math.max(min, Math.min(max, value));
  }
}
