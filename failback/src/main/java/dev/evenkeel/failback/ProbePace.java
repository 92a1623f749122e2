package dev.evenkeel.failback;

/**
 * How long to wait before the next probe, so that probes stay a small share of the traffic that the
 * dependency was used to, whatever the size of the fleet: {@code 1 / (probeShare * B)}, within the
 * bounds that are set; where more than twice as much is asked for now, of half of that. Each wait
 * is 30 % longer or shorter at random, and the first one is anything up to the whole, so that
 * processes which failed together do not probe together. After a relapse the first few come sooner:
 * the dependency was there a moment ago, and one that flaps is gone again before a process that
 * waits as after a long outage knows of it. If a probe said yes where calls say no (a ping, or the
 * one quick call of many slow ones), each relapse doubles the wait. Not thread-safe.
 */
final class ProbePace {

  private static final int SOON_PROBES = 6;
  private static final double SOON = 0.4; // of the usual wait
  private static final double TOGETHER = 0.5; // of the usual share: whoever finds it back tells all
  private static final double RETURNING = 2; // times as much is asked for by users who come back
  private static final double MOST_FACTOR = 1024; // the longest cool-down is the bound

  private final Failback settings;
  private boolean first = true;
  private int soon;
  private double factor = 1;
  private double lastNanos;

  ProbePace(Failback settings) {
    this.settings = settings;
  }

  /** The dependency has failed. */
  void begin() {
    first = true;
    soon = 0;
    factor = 1;
  }

  /**
   * The dependency has failed again.
   *
   * @param wasBack whether it had returned; else a probe succeeded, and the calls did not
   */
  void beginAgain(boolean wasBack) {
    first = wasBack;
    soon = wasBack ? SOON_PROBES : 0;
    factor = wasBack ? 1 : Math.min(MOST_FACTOR, 2 * factor);
  }

  /**
   * The next wait.
   *
   * @param memory what was borne and what is asked for
   */
  long next(Memory memory, long random) {
    double unit = Units.unit(random);
    double rate = Math.max(memory.rate(), memory.demand() / RETURNING);
    double wait = rate > 0
        ? (first ? unit : 0.7 + 0.6 * unit) * within(pace() / (settings.probeShare() * rate))
        : blind(unit);
    soon = Math.max(0, soon - 1);
    first = false;
    lastNanos = within(wait);
    return (long) lastNanos;
  }

  /**
   * The next wait of one of many, who share their probes.
   *
   * @param nanos the mean of it
   * @param isFirst whether it is anything up to the whole
   */
  static long shared(long nanos, boolean isFirst, long random) {
    double unit = Units.unit(random);
    return (long) (nanos * (isFirst ? unit : 0.7 + 0.6 * unit));
  }

  /** As many a second as all members of a fleet make together. */
  static double together(Failback settings, double healthyRate) {
    double share = TOGETHER * settings.probeShare() * healthyRate;
    return Math.max(
        1e9 / settings.maxCooldownNanos(), Math.min(1e9 / settings.minCooldownNanos(), share));
  }

  private double pace() {
    return soon > 0 ? 1e9 * SOON : 1e9 * factor;
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
