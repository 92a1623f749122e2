package dev.evenkeel.failback;

import dev.evenkeel.core.Checks;

/**
 * The ramp's algorithm: how large a share of its healthy traffic a returning dependency gets. Pure:
 * no clock, no threads, no chance; sums in, share out. Not thread-safe.
 *
 * <p>The share {@code a} is relative to the rate {@code B} of successes while healthy. With demand
 * {@code D} a call is admitted with probability {@code min(1, a * B / D)}: the cap is what worked,
 * not what is asked for, which pent-up demand inflates.
 *
 * <ul>
 *   <li><b>Grow</b> while nothing speaks against it: by a factor up to the last level known to be
 *       good, then by addition; only while the limit binds, and never without samples.
 *   <li><b>Step back</b> when the mean latency or the failures go beyond an allowance that narrows
 *       with {@code 1 / sqrt(samples)}: to 0.9 of the delivered goodput, which is the best estimate
 *       of the capacity; once for each event.
 *   <li><b>Relapse</b> when most calls fail. <b>Exit</b> when the limit has not bound for some
 *       clean steps; leaving at {@code a = 1} would release the pent-up demand.
 * </ul>
 *
 * <p>The latency is held against the ramp's own first steps, not only against the healthy past: a
 * cold dependency is slower without being overloaded.
 */
public final class RampController {

  /** What follows from a step. */
  public enum Decision {
    /** Stay on the ramp, with the new share. */
    CONTINUE,
    /** Mostly failures: open again. */
    RELAPSE,
    /** The limit no longer binds: close. */
    EXIT
  }

  private static final int MIN_SAMPLES = 3;
  private static final int MIN_RELAPSE_SAMPLES = 4;
  private static final double PATIENCE_SECONDS = 5;
  private static final double RELAPSE_SHARE = 0.5;
  private static final double FAILURE_ALLOWANCE = 0.05;
  private static final double LATENCY_ALLOWANCE = 1.3;
  private static final double LATENCY_SIGMAS = 2.5;
  private static final double STEP_BACK = 0.9;
  private static final double MIN_SHARE = 0.01;
  private static final double MAX_SHARE =
      1e9; // of a healthy rate that may be that of a quiet night
  private static final double DEMAND_SECONDS = 5;
  private static final int CLEAN_STEPS_TO_EXIT = 3;
  private static final int MIN_IN_FLIGHT = 4;
  private static final double IN_FLIGHT_SLACK = 4;

  private final Failback settings;
  private final double healthyRate;
  private final double healthyLatencyNanos;

  private double share;
  private double goodLevel;
  private double demand;
  private double latencyNanos;
  private long steppedNanos;
  private long patientUntilNanos;
  private int cleanSteps;

  private double seconds;
  private long succeeded;
  private long failed;
  private double latencySumNanos;

  /**
   * Begins a ramp.
   *
   * @param settings the settings
   * @param healthyRate successes a second while healthy; 0 if unknown, then the demand stands for
   *     it
   * @param healthyLatencyNanos their mean latency; 0 if unknown
   * @param demand calls a second asked for now
   * @param goodLevel the last share known to be good, 1 if none
   * @param nowNanos the present time
   */
  public RampController(
      Failback settings,
      double healthyRate,
      double healthyLatencyNanos,
      double demand,
      double goodLevel,
      long nowNanos) {
    this.settings = Checks.notNull("settings", settings);
    this.demand = Math.max(0, demand);
    this.healthyRate = healthyRate > 0 ? healthyRate : Math.max(1, demand);
    this.healthyLatencyNanos = Math.max(0, healthyLatencyNanos);
    // Without a memory there is no level to be careful about: grow by the factor until something
    // speaks against it.
    this.goodLevel = healthyRate > 0 ? goodLevel : MAX_SHARE;
    share = settings.startShare();
    steppedNanos = nowNanos;
    patientUntilNanos = nowNanos;
  }

  /**
   * The share of the healthy traffic that is admitted.
   *
   * @return more than 0; may go above 1 for pent-up demand
   */
  public double share() {
    return share;
  }

  /**
   * The last level known to be good, for the next ramp.
   *
   * @return a share
   */
  public double goodLevel() {
    return goodLevel;
  }

  /**
   * With which probability a call is admitted.
   *
   * @return more than 0, at most 1
   */
  public double admitProbability() {
    double allowed = share * healthyRate;
    return demand <= allowed ? 1 : allowed / demand;
  }

  /**
   * How many admitted calls may be in flight, so that a dependency that hangs again is not fed for
   * long.
   *
   * @return at least {@value #MIN_IN_FLIGHT}
   */
  public int maxInFlight() {
    double latency = Math.max(healthyLatencyNanos, latencyNanos) / 1e9;
    if (latency == 0) {
      latency = 1;
    }
    double expected = IN_FLIGHT_SLACK * share * healthyRate * latency;
    return (int) Math.min(Integer.MAX_VALUE, Math.max(MIN_IN_FLIGHT, Math.ceil(expected)));
  }

  /**
   * Takes the sums since the last step and decides.
   *
   * @param nowNanos the present time
   * @param offeredCalls calls asked for
   * @param goodCalls calls that succeeded
   * @param badCalls calls that failed or timed out
   * @param goodLatencyNanos the sum of the latencies of those that succeeded
   * @return what follows
   */
  public Decision step(
      long nowNanos, long offeredCalls, long goodCalls, long badCalls, double goodLatencyNanos) {
    double elapsed = (nowNanos - steppedNanos) / 1e9;
    if (elapsed <= 0) {
      return Decision.CONTINUE;
    }
    steppedNanos = nowNanos;
    demand += (1 - Math.exp(-elapsed / DEMAND_SECONDS)) * (offeredCalls / elapsed - demand);
    seconds += elapsed;
    succeeded += goodCalls;
    failed += badCalls;
    latencySumNanos += goodLatencyNanos;
    long samples = succeeded + failed;
    if (samples == 0 || (samples < MIN_SAMPLES && seconds < PATIENCE_SECONDS)) {
      return Decision.CONTINUE; // no sample, no growth
    }
    Decision decision = decide(nowNanos, samples);
    seconds = 0;
    succeeded = 0;
    failed = 0;
    latencySumNanos = 0;
    return decision;
  }

  private Decision decide(long nowNanos, long samples) {
    double failedShare = (double) failed / samples;
    if (samples >= MIN_RELAPSE_SAMPLES && failedShare >= RELAPSE_SHARE) {
      goodLevel = Math.max(MIN_SHARE, Math.min(goodLevel, share / 2));
      return Decision.RELAPSE;
    }
    double meanLatency = succeeded == 0 ? 0 : latencySumNanos / (double) succeeded;
    if (isBeyondAllowance(failedShare, meanLatency, samples)) {
      cleanSteps = 0;
      if (nowNanos - patientUntilNanos >= 0) {
        stepBack();
        patientUntilNanos = nowNanos + settings.stepNanos() + (long) meanLatency;
      }
      return Decision.CONTINUE;
    }
    learnLatency(meanLatency);
    if (admitProbability() < 1) {
      cleanSteps = 0;
      grow();
      return Decision.CONTINUE;
    }
    return ++cleanSteps >= CLEAN_STEPS_TO_EXIT ? Decision.EXIT : Decision.CONTINUE;
  }

  private boolean isBeyondAllowance(double failedShare, double meanLatency, long samples) {
    double root = Math.sqrt((double) samples);
    double failures =
        FAILURE_ALLOWANCE + 2 * Math.sqrt(FAILURE_ALLOWANCE * (1 - FAILURE_ALLOWANCE)) / root;
    if (failedShare > failures) {
      return true;
    }
    double reference = Math.max(healthyLatencyNanos, latencyNanos);
    return latencyNanos > 0
        && meanLatency > reference * (LATENCY_ALLOWANCE + LATENCY_SIGMAS / root);
  }

  /**
   * Follows the latency down as the dependency warms, and up only slowly, lest a growing queue pass
   * for normal.
   */
  private void learnLatency(double meanLatency) {
    if (meanLatency <= 0) {
      return;
    }
    if (latencyNanos == 0) {
      latencyNanos = meanLatency;
    } else {
      latencyNanos += (meanLatency < latencyNanos ? 0.3 : 0.02) * (meanLatency - latencyNanos);
    }
  }

  private void stepBack() {
    double delivered = STEP_BACK * ((double) succeeded / seconds) / healthyRate;
    share = Math.max(Math.max(MIN_SHARE, share / 2), Math.min(STEP_BACK * share, delivered));
    goodLevel = share;
  }

  private void grow() {
    double time = Math.min(seconds, 2 * settings.stepNanos() / 1e9);
    if (share < goodLevel) {
      share = Math.min(goodLevel, share * Math.pow(settings.growthPerSecond(), time));
    } else {
      // In proportion above 1, lest a memory of a quiet night hold back the day.
      double addition = settings.additionPerSecond() * Math.max(1, share);
      share = Math.min(MAX_SHARE, share + addition * time);
      goodLevel = share;
    }
  }
}
