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
 * is told from one that is overloaded. A latency that jumps is looked into in the same way at once,
 * before the limit is lowered: a flushed cache is no overload.
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

  /** A latency beyond the tolerance, and beyond what it was lately, by this factor jumps. */
  private static final double JUMP = 2;

  private static final double USUAL_WEIGHT = 0.2;

  /**
   * With half the calls in flight fewer are answered in a second, unless they were waiting: so much
   * fewer says that nothing queued, even where the queue was still growing when latency jumped.
   */
  private static final double FEWER = 0.75;

  private static final int JUMP_SAMPLES = 30;

  /** So long after one jump the next is not looked into: heavy tails jump again and again. */
  private static final long JUMP_EVERY_NANOS = 5_000_000_000L;

  /** A cut because of timeouts leaves this share of the limit at which latency was good last. */
  private static final double FLOOR = 0.1;

  /** That limit is forgotten by so much with each good window: within about a minute. */
  private static final double GOOD_KEPT = 0.99;

  private static final double SHRUNK = 0.7;
  private static final int SHRINKING_WINDOWS = 4;
  static final long MIN_WINDOW_NANOS = 100_000_000L;

  /** Whatever calls take: a limit that decides nothing for a minute protects nobody. */
  private static final long MAX_WINDOW_NANOS = 60_000_000_000L;

  private static final long PROBE_EVERY_NANOS = 30_000_000_000L;

  /** The first probes may have looked while a queue was still growing: the next come sooner. */
  private static final long FIRST_PROBE_NANOS = 2_000_000_000L;

  private static final int PROBE_EVERY_WINDOWS = 50;

  private enum Stage {
    STEADY,
    /** Latency seems to jump: one more window, with more calls. */
    DOUBTING,
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
  private double usualNanos; // the latency of the last windows
  private double jumpNanos; // the latency that jumped, while that is looked into; else 0
  private double jumpRate; // and how many were answered in a nanosecond then
  private long jumpedAtNanos;
  private boolean jumpedBefore;
  private double goodLimit; // 0 until latency was good
  private final DropTrial trial = new DropTrial();

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
    boolean probing = stage == Stage.DRAINING || stage == Stage.LOOKING;
    return (int) (probing ? Math.min(limit, probeLimit) : limit);
  }

  long baselineNanos() {
    return (long) baselineNanos;
  }

  /** How long a window lasts, at least. */
  long windowNanos() {
    if (trial.isDraining()) {
      return Math.max(MIN_WINDOW_NANOS, trial.drainNanos());
    }
    double latencies = jumpNanos > 0 ? 1.2 : 2; // in haste: half the calls are held back
    return (long) Math.max(MIN_WINDOW_NANOS, Math.min(MAX_WINDOW_NANOS, latencies * lastNanos));
  }

  /**
   * Whether a window that was laid out for slow calls may end as soon as enough calls that began in
   * it have ended quickly: after a hiccup, or when the queue is gone.
   */
  boolean mayEndEarly() {
    return stage != Stage.LOOKING && !trial.isDraining();
  }

  /** How many of those are enough. */
  int youngSamples() {
    return STEADY_SAMPLES;
  }

  /** How many calls must have ended in a window; more where a baseline or a share depends on it. */
  int windowSamples() {
    if (trial.samples() > 0) {
      return trial.samples();
    }
    return switch (stage) {
      case STEADY ->
        trial.isDraining() ? 1 : (int) Math.max(10, Math.min(STEADY_SAMPLES, 3 * limit));
      case DRAINING -> 1;
      case DOUBTING -> JUMP_SAMPLES;
      case LOOKING -> jumpNanos > 0 ? JUMP_SAMPLES : LOOKING_SAMPLES;
    };
  }

  /**
   * How a window went.
   *
   * @param samples successes
   * @param meanNanos their mean latency
   * @param drops calls that timed out, or that the dependency sent away
   * @param dropNanos how long those took, on average
   * @param peak the most calls in flight
   * @param refused whether the limit refused calls
   * @param nanos how long the window was
   */
  record Window(
      int samples,
      double meanNanos,
      int drops,
      double dropNanos,
      int peak,
      boolean refused,
      long nanos) {

    double rate() {
      return samples / (double) Math.max(1, nanos);
    }
  }

  /** A window ended. */
  void onWindow(Window window, long nowNanos) {
    if (min == max) {
      stage = Stage.STEADY; // nothing to find, and so nothing to measure
      return;
    }
    double byDrops = trial.onWindow(
        limit,
        Math.max(min, FLOOR * goodLimit),
        window.samples() + window.drops(),
        window.drops(),
        window.dropNanos(),
        window.peak(),
        nowNanos);
    if (byDrops >= 0) {
      limit = clamped(byDrops);
      stage = Stage.STEADY; // what succeeds meanwhile is what was quick
      jumpNanos = 0;
      return;
    }
    if (window.samples() == 0) {
      return;
    }
    double mean = Math.max(1, window.meanNanos());
    lastNanos = mean;
    switch (stage) {
      case STEADY, DOUBTING -> {
        adapt(mean, window, nowNanos);
        if (stage == Stage.STEADY) {
          usualNanos += USUAL_WEIGHT * (mean - usualNanos);
        }
      }
      case DRAINING -> stage = Stage.LOOKING;
      case LOOKING -> look(mean, window.rate(), nowNanos);
    }
  }

  private void adapt(double mean, Window window, long nowNanos) {
    if (baselineNanos == 0) {
      probe(limit / 2);
      lookedNanos = mean;
      return;
    }
    if (window.peak() <= limit / 2) {
      if (mean <= SAME * baselineNanos) {
        confirm(mean, 0.1, nowNanos);
      }
      stage = Stage.STEADY;
      return; // the limit is not what bounds the calls: nothing to learn about it
    }
    double gradient = TOLERANCE * baselineNanos / mean;
    if (gradient < 1) {
      if (jumps(mean, gradient, nowNanos)) {
        lookIntoJump(mean, window.rate(), nowNanos);
        return;
      }
      stage = Stage.STEADY;
      double target = target(mean);
      watchShrinking(target);
      limit = clamped((limit + target) / 2);
    } else {
      stage = Stage.STEADY;
      shrinking = 0;
      goodLimit = Math.max(limit, GOOD_KEPT * goodLimit);
      if (window.refused() || window.peak() >= 0.9 * limit) {
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

  private double target(double mean) {
    return limit * Math.max(0.5, TOLERANCE * baselineNanos / mean) + Math.sqrt(limit);
  }

  private boolean jumps(double mean, double gradient, long nowNanos) {
    return gradient * JUMP < 1
        && mean > JUMP * usualNanos
        && (!jumpedBefore || nowNanos - jumpedAtNanos >= JUMP_EVERY_NANOS);
  }

  private void lookIntoJump(double mean, double rate, long nowNanos) {
    if (stage == Stage.STEADY) {
      stage = Stage.DOUBTING; // few calls are a noisy mean
      return;
    }
    jumpedBefore = true;
    jumpedAtNanos = nowNanos;
    jumpNanos = mean;
    jumpRate = rate;
    probe(limit / 2);
    lookedNanos = mean;
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

  private void look(double mean, double rate, long nowNanos) {
    boolean ofJump = jumpNanos > 0 && lookedNanos == jumpNanos;
    boolean first = lookedNanos == 0 || ofJump;
    boolean same = mean <= SAME * baselineNanos && mean >= LOWER * baselineNanos;
    if (first && same) {
      confirm(mean, 0.3, nowNanos);
      endLook();
    } else if (probeLimit <= 1
        || (lookedNanos != 0
            && mean >= FLAT * lookedNanos
            && (!ofJump || rate <= FEWER * jumpRate))) {
      baselineNanos = mean;
      probedAtNanos = nowNanos;
      endLook();
    } else {
      lookedNanos = mean;
      probe(probeLimit / 2);
    }
  }

  /** If it was because of a jump, and with fewer calls latency was lower, then it was the load. */
  private void endLook() {
    stage = Stage.STEADY;
    if (jumpNanos > TOLERANCE * baselineNanos) {
      limit = clamped(target(jumpNanos));
    }
    jumpNanos = 0;
  }

  private void confirm(double mean, double weight, long nowNanos) {
    baselineNanos += weight * (mean - baselineNanos);
    probedAtNanos = nowNanos;
  }

  private double clamped(double value) {
    return Math.max(min, Math.min(max, value));
  }
}
