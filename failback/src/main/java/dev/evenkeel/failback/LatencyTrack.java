package dev.evenkeel.failback;

/**
 * The latency of a returning dependency, as one process sees it: a quick average to steer by, and a
 * slow one to judge by. Each is over so many samples or, where there are more, over so many
 * seconds; a plain mean while it is young. Starts from half of what is remembered and half of the
 * probe's, as one sample says little. Not thread-safe.
 */
final class LatencyTrack {

  private static final double QUICK_SAMPLES = 14;
  private static final double QUICK_SECONDS = 0.5;
  private static final double SLOW_SAMPLES = 24;
  private static final double SLOW_SECONDS = 1;
  private static final double LONGEST_SECONDS = 10; // for whom samples are rare
  private static final double HEALTHY = 1.25;
  private static final double STILL = 1.1;

  private final double healthyNanos;
  private double quickNanos;
  private double slowNanos;
  private double referenceNanos; // follows the slow one down at once and up in no hurry
  private double seen = 2;
  private double slowMemory = SLOW_SAMPLES;

  LatencyTrack(double healthyNanos, double probeNanos) {
    this.healthyNanos = healthyNanos;
    quickNanos = Math.max(healthyNanos, (healthyNanos + probeNanos) / 2);
    slowNanos = quickNanos;
    referenceNanos = quickNanos;
  }

  void learn(double sumNanos, double samples, double seconds) {
    if (samples == 0) {
      return;
    }
    double mean = Math.max(1, sumNanos / samples);
    double rate = samples / seconds;
    seen += samples;
    double within = Math.max(1, Math.min(SLOW_SAMPLES, LONGEST_SECONDS * rate));
    slowMemory = Math.max(within, SLOW_SECONDS * rate);
    double quickMemory = Math.max(QUICK_SAMPLES, QUICK_SECONDS * rate);
    quickNanos += weight(samples, quickMemory, seconds) * (mean - quickNanos);
    slowNanos += weight(samples, slowMemory, seconds) * (mean - slowNanos);
    double pull = slowNanos < referenceNanos ? 0.3 : 0.02;
    referenceNanos += pull * (slowNanos - referenceNanos);
  }

  private double weight(double samples, double memory, double seconds) {
    double bySamples = Math.max(1 - StrictMath.exp(-samples / memory), samples / seen);
    return Math.max(bySamples, 1 - StrictMath.exp(-seconds / LONGEST_SECONDS));
  }

  /** To steer by. */
  double nanos() {
    return quickNanos;
  }

  /** No slower than in healthy times, but for what chance may do to so many samples. */
  boolean isHealthy() {
    return slowNanos <= (HEALTHY + 1 / Math.sqrt(slowMemory)) * healthyNanos;
  }

  /** Does not rise: no queue is building up. */
  boolean isStill() {
    return slowNanos <= STILL * referenceNanos;
  }
}
