package dev.evenkeel.failback;

/**
 * How long to wait before the next probe, so that probes stay a small share of the traffic that the
 * dependency was used to, whatever the size of the fleet: {@code 1 / (probeShare * B)}, within the
 * bounds that are set. Each wait is 30 % longer or shorter at random, and the first one is anything
 * up to the whole, so that processes which failed together do not probe together. Not thread-safe.
 */
final class ProbePace {

  private final Failback settings;
  private boolean first = true;
  private double lastNanos;

  ProbePace(Failback settings) {
    this.settings = settings;
  }

  /** The dependency has failed anew. */
  void begin() {
    first = true;
  }

  /**
   * The next wait.
   *
   * @param healthyRate successes a second while healthy; 0 if there is no memory
   */
  long next(double healthyRate, long random) {
    double unit = Units.unit(random);
    double wait = healthyRate > 0
        ? (first ? unit : 0.7 + 0.6 * unit) * within(1e9 / (settings.probeShare() * healthyRate))
        : blind(unit);
    first = false;
    lastNanos = within(wait);
    return (long) lastNanos;
  }

  /** Decorrelated jitter (M. Brooker, AWS Architecture Blog, 2015): all that is left to go by. */
  private double blind(double unit) {
    double from = first ? settings.minCooldownNanos() : lastNanos;
    double least = settings.minCooldownNanos();
    return least + unit * (within(3 * from) - least);
  }

  private double within(double nanos) {
    return Math.max(settings.minCooldownNanos(), Math.min(settings.maxCooldownNanos(), nanos));
  }
}
