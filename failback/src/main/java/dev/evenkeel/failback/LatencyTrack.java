package dev.evenkeel.failback;

/**
 * The latency of a returning dependency, as one process sees it: a quick average to steer by, and a
 * slow one to judge by. Each is over so many samples or, where there are more, over so many
 * seconds; a plain mean while it is young. Starts from half of what is remembered and half of the
 * probe's, as one sample says little. Not thread-safe.
 */
final class LatencyTrack {

  /**
   * Below that latencies tell of the caller's own scheduler and caches more than of the dependency,
   * and a queue that is served within it is none to hold calls back for.
   */
  static final double LEAST_NANOS = 5_000_000;

  private static final double LEARN_SAMPLES = 30;
  private static final double QUICK_SAMPLES = 10;
  private static final double QUICK_SECONDS = 0.5;
  private static final double SLOW_SAMPLES = 24;
  private static final double SLOW_SECONDS = 1;
  private static final double LONGEST_SECONDS = 10; // for whom samples are rare
  private static final double SILENT_SECONDS = 2;
  private static final double FORGET_SECONDS = 3;
  private static final double HEALTHY = 1.25;
  private static final double STILL = 1.1;

  private double healthyNanos;
  private double quickNanos;
  private double slowNanos;
  private double referenceNanos; // follows the slow one down at once and up in no hurry
  private double silentSeconds;
  private final double learnUntil; // samples
  private final double probeNanos;
  private double learned;
  private double learnedNanos;
  private double quickSeen;
  private double slowSeen;
  private double slowWithin = SLOW_SAMPLES; // fewer where they are rare
  private double slowMemory = SLOW_SAMPLES;

  /**
   * Begins.
   *
   * @param rememberedNanos the healthy latency; 0 if it is not known: then the mean of the first
   *     answers stands for it
   * @param probeNanos the probe's latency; 0 if it says nothing
   */
  LatencyTrack(double rememberedNanos, double probeNanos) {
    learnUntil = rememberedNanos > 0 ? 0 : LEARN_SAMPLES;
    learned = probeNanos > 0 ? 1 : 0;
    learnedNanos = probeNanos;
    this.probeNanos = probeNanos;
    double known = rememberedNanos > 0 ? rememberedNanos : probeNanos;
    healthyNanos = Math.max(LEAST_NANOS, known);
    quickNanos = Math.max(healthyNanos, (healthyNanos + probeNanos) / 2);
    slowNanos = quickNanos;
    referenceNanos = quickNanos;
    quickSeen = known > 0 ? 2 : 0;
    slowSeen = quickSeen;
  }

  /** The latency of healthy times, at least {@link #LEAST_NANOS}. */
  double healthyNanos() {
    return healthyNanos;
  }

  /** The longest of what is remembered, the probe's, and that of now. */
  double usualNanos() {
    return Math.max(Math.max(healthyNanos, probeNanos), Math.max(quickNanos, slowNanos));
  }

  private void learn(double sumNanos, double samples) {
    if (learned < learnUntil) {
      learned += samples;
      learnedNanos += sumNanos;
      healthyNanos = Math.max(LEAST_NANOS, learnedNanos / learned);
    }
  }

  /**
   * Moves the average to steer by, with whatever came back: waiting for more would add delay. With
   * nothing for a while, and for longer than a call takes, an old sample is forgotten: it tells
   * less of the present than that a dependency warms up, and one slow answer would hold back whose
   * calls are rare for long.
   */
  void steer(double sumNanos, double samples, double seconds) {
    if (samples == 0) {
      silentSeconds += seconds;
      double call = usualNanos() / 1e9; // for so long silence tells nothing
      if (silentSeconds > Math.max(SILENT_SECONDS, call) && quickNanos > healthyNanos) {
        double forgotten = 1 - StrictMath.exp(-seconds / Math.max(FORGET_SECONDS, call));
        quickNanos += forgotten * (healthyNanos - quickNanos);
      }
      return;
    }
    learn(sumNanos, samples);
    silentSeconds = 0;
    quickSeen += samples;
    double memory = Math.max(QUICK_SAMPLES, QUICK_SECONDS * samples / seconds);
    quickNanos +=
        weight(samples, memory, quickSeen, seconds) * (mean(sumNanos, samples) - quickNanos);
  }

  /** Moves the average to judge by. */
  void judge(double sumNanos, double samples, double seconds) {
    if (samples == 0) {
      return;
    }
    slowSeen += samples;
    double rate = samples / seconds;
    slowWithin = Math.max(1, Math.min(SLOW_SAMPLES, LONGEST_SECONDS * rate));
    slowMemory = Math.max(slowWithin, SLOW_SECONDS * rate);
    slowNanos +=
        weight(samples, slowMemory, slowSeen, seconds) * (mean(sumNanos, samples) - slowNanos);
    double pull = slowNanos < referenceNanos ? 0.3 : 0.02;
    referenceNanos += pull * (slowNanos - referenceNanos);
  }

  private static double mean(double sumNanos, double samples) {
    return Math.max(1, sumNanos / samples);
  }

  private static double weight(double samples, double memory, double seen, double seconds) {
    double bySamples = Math.max(1 - StrictMath.exp(-samples / memory), samples / seen);
    return Math.max(bySamples, 1 - StrictMath.exp(-seconds / LONGEST_SECONDS));
  }

  /** To steer by. */
  double nanos() {
    return Math.max(LEAST_NANOS, quickNanos);
  }

  /**
   * How often these samples could have replaced those that judge: what they can prove. Where they
   * are rare they count for more, or a process with a call in some seconds would never get on; it
   * is one of many, and what chance makes of each evens out.
   */
  double evidence(long samples) {
    return samples / slowWithin * (SLOW_SAMPLES / slowWithin);
  }

  /** No slower than in healthy times, but for what chance may do to so many samples. */
  boolean isHealthy() {
    return slowNanos <= (HEALTHY + 1 / Math.sqrt(slowMemory)) * healthyNanos;
  }

  /** Does not rise: no queue is building up. */
  boolean isStill() {
    return slowNanos <= STILL * Math.max(LEAST_NANOS, referenceNanos);
  }
}
