package dev.evenkeel.failback;

import dev.evenkeel.core.Checks;

/**
 * The ramp's algorithm: how much a returning dependency gets. Pure: no clock, no threads, no
 * chance; sums in, share out. Not thread-safe.
 *
 * <p>It steers by <b>calls in flight</b>, not by rate. While healthy, {@code B} calls a second took
 * {@code L0} each, so by Little's law {@code B * L0} were in flight, and the dependency bore them.
 * The ramp allows {@code m} times as many. With {@code L} the latency of now that is a share
 * {@code a = m * L0 / L} of the healthy rate: a dependency that is three times as slow, because it
 * is cold or because a queue has built up, gets a third, at once and without anybody having to
 * decide that it is overloaded; and as it warms it gets more by itself. However cold it is, what
 * waits in its queue stays below {@code m} times what it was used to. Latencies below 1 ms, which
 * are as much the caller's own as the dependency's, count as 1 ms. With demand {@code D} a call is
 * admitted with probability {@code min(1, a * B / D)}: the cap is what worked, not what is asked
 * for, which pent-up demand inflates.
 *
 * <ul>
 *   <li><b>Grow</b>: {@code m} doubles with each step below 1, which the dependency has borne
 *       before, and above it as long as the latency is as in healthy times; else it is raised
 *       slowly to the ceiling, and beyond that only while the latency does not answer. Beyond the
 *       ceiling no faster than the samples can prove, or chance alone would make some processes of
 *       a fleet grow at the cost of the others. Never without samples, above 1 only while the limit
 *       binds.
 *   <li><b>Step back</b> when failures go beyond an allowance that narrows with {@code 1 /
 *       sqrt(samples)}: to 0.9 of the delivered goodput, which is the best estimate of the
 *       capacity; once for each event.
 *   <li><b>Relapse</b> when most of the latest calls failed. <b>Exit</b> when the limit has not
 *       bound for some clean steps; leaving at {@code a = 1} would release the pent-up demand.
 * </ul>
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
  private static final double PATIENCE_SECONDS = 5;
  private static final double MAX_STEP_SECONDS = 10;
  private static final int RELAPSE_FAILURES = 5;
  private static final int RELAPSE_IN_A_ROW = 5;
  private static final double RELAPSE_MEMORY = 16; // calls
  private static final double FAILURE_ALLOWANCE = 0.05;
  private static final double STEP_BACK = 0.9;
  private static final double MIN_MULTIPLE = 0.01;
  private static final double MAX_MULTIPLE = 1e6; // of a memory that may be that of a quiet night
  private static final double UNLIMITED = 1e9;
  // Of a small process, whose one call may be several times what it has in flight in healthy times:
  // a fleet of them would send more than a cold dependency can serve while its queue fills.
  private static final double MOST_AT_START = 1.5;
  // Beyond the ceiling: of the addition, for a process with few samples and for one with many.
  private static final double LEAST_BEYOND = 0.25;
  private static final double MOST_BEYOND = 2.0 / 3;
  private static final double FALL_BEYOND = 0.1; // a second
  private static final int CLEAN_STEPS_TO_EXIT = 3;
  private static final double EXIT_SECONDS = 5;
  private static final double SLOW_EXIT_SECONDS = 30;

  private final Failback settings;
  private final double healthyRate;
  private final double healthyLatencyNanos;
  private final LatencyTrack latency;
  private final double ceiling;

  private double multiple; // m
  private double goodLevel;
  private double rateShare = UNLIMITED; // set by failures, whose latency says nothing
  private double demand;
  private long steppedNanos;
  private long patientUntilNanos;
  private int cleanSteps;
  private double cleanSeconds;
  private double recentGood;
  private double recentBad;
  private long failedInARow;

  private double seconds;
  private long refused;
  private long succeeded;
  private long failed;
  private double latencySumNanos;

  /**
   * Begins a ramp.
   *
   * @param settings the settings
   * @param healthyRate successes a second while healthy; 0 if unknown, then the demand stands for
   *     it
   * @param healthyLatencyNanos their mean latency; 0 if unknown, then the probe's stands for it
   * @param probeLatencyNanos the latency of the probe that succeeded
   * @param demand calls a second that are asked for
   * @param goodLevel the multiple up to which to grow fast: 1, or less after a relapse
   * @param nowNanos the present time
   */
  public RampController(
      Failback settings,
      double healthyRate,
      double healthyLatencyNanos,
      double probeLatencyNanos,
      double demand,
      double goodLevel,
      long nowNanos) {
    this.settings = Checks.notNull("settings", settings);
    this.demand = Math.max(0, demand);
    this.healthyRate = healthyRate > 0 ? healthyRate : Math.max(1, demand);
    this.healthyLatencyNanos = Math.max(
        LatencyTrack.LEAST_NANOS,
        healthyLatencyNanos > 0 ? healthyLatencyNanos : probeLatencyNanos);
    this.goodLevel = goodLevel;
    ceiling = settings.inFlightCeiling();
    latency = new LatencyTrack(this.healthyLatencyNanos, probeLatencyNanos);
    // One call in flight is what the probe was; a small process is never used to more.
    double oneCall = 1 / (this.healthyRate * this.healthyLatencyNanos / 1e9);
    double most = Math.min(ceiling, MOST_AT_START);
    double start = Math.max(settings.startShare(), Math.min(most, oneCall));
    multiple = goodLevel < 1 ? Math.min(goodLevel, start) : start;
    steppedNanos = nowNanos;
    patientUntilNanos = nowNanos;
  }

  /**
   * The share of the healthy traffic that is admitted.
   *
   * @return more than 0; may go above 1 for pent-up demand
   */
  public double share() {
    return Math.min(rateShare, inFlightShare());
  }

  private double inFlightShare() {
    return multiple * healthyLatencyNanos / latency.nanos();
  }

  /** What is admitted after failures says nothing about more calls in flight than that. */
  private boolean rateBinds() {
    return rateShare < inFlightShare();
  }

  /**
   * The level up to which the next ramp may grow fast.
   *
   * @return a multiple of the calls in flight in healthy times
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
    double allowed = share() * healthyRate;
    return demand <= allowed ? 1 : allowed / demand;
  }

  /**
   * How many admitted calls may be in flight, so that a dependency that hangs again is not fed for
   * long.
   *
   * @return at least 2
   */
  public int maxInFlight() {
    double target = multiple * healthyRate * healthyLatencyNanos / 1e9;
    return (int) Math.min(Integer.MAX_VALUE, Math.ceil(target) + 2);
  }

  /**
   * Takes the sums since the last step and decides.
   *
   * @param nowNanos the present time
   * @param offeredCalls calls asked for
   * @param refusedCalls how many of them were refused
   * @param goodCalls calls that succeeded
   * @param badCalls calls that failed or timed out
   * @param goodLatencyNanos the sum of the latencies of those that succeeded
   * @return what follows
   */
  public Decision step(
      long nowNanos,
      long offeredCalls,
      long refusedCalls,
      long goodCalls,
      long badCalls,
      double goodLatencyNanos) {
    double elapsed = (nowNanos - steppedNanos) / 1e9;
    if (elapsed <= 0) {
      return Decision.CONTINUE;
    }
    steppedNanos = nowNanos;
    double weight = 1 - StrictMath.exp(-elapsed / Baseline.demandHorizonSeconds(healthyRate));
    demand += weight * (offeredCalls / elapsed - demand);
    seconds += elapsed;
    refused += refusedCalls;
    succeeded += goodCalls;
    failed += badCalls;
    latencySumNanos += goodLatencyNanos;
    latency.steer(goodLatencyNanos, (double) goodCalls, elapsed);
    long samples = succeeded + failed;
    if (samples == 0 || (samples < MIN_SAMPLES && seconds < PATIENCE_SECONDS)) {
      return Decision.CONTINUE; // no sample, no growth
    }
    Decision decision = decide(nowNanos, samples);
    seconds = 0;
    refused = 0;
    succeeded = 0;
    failed = 0;
    latencySumNanos = 0;
    return decision;
  }

  private Decision decide(long nowNanos, long samples) {
    latency.judge(latencySumNanos, (double) succeeded, seconds);
    double keep = Math.max(0, 1 - (double) samples / RELAPSE_MEMORY);
    recentGood = recentGood * keep + succeeded;
    recentBad = recentBad * keep + failed;
    failedInARow = succeeded == 0 ? failedInARow + failed : 0;
    boolean mostlyFailed = recentBad >= RELAPSE_FAILURES && recentBad >= recentGood;
    if (mostlyFailed || failedInARow >= RELAPSE_IN_A_ROW) {
      if (!latency.isStill()) {
        goodLevel = Math.max(MIN_MULTIPLE, Math.min(goodLevel, multiple / 2));
      }
      return Decision.RELAPSE;
    }
    if (failuresBeyondAllowance(samples)) {
      cleanSteps = 0;
      cleanSeconds = 0;
      if (nowNanos - patientUntilNanos >= 0) {
        stepBack();
        patientUntilNanos = nowNanos + settings.stepNanos() + (long) latency.nanos();
      }
      return Decision.CONTINUE;
    }
    double time = Math.min(seconds, MAX_STEP_SECONDS);
    if (rateShare < UNLIMITED) {
      rateShare *= StrictMath.pow(settings.growthPerSecond(), time);
      if (rateShare * healthyRate > 2 * demand) {
        rateShare = UNLIMITED;
      }
    }
    boolean binds = refused > 0 || admitProbability() < 1;
    if (binds) {
      cleanSteps = 0;
      cleanSeconds = 0;
      grow(time);
      return Decision.CONTINUE;
    }
    cleanSteps++;
    cleanSeconds += seconds;
    boolean asHealthy = latency.isHealthy();
    return cleanSteps >= CLEAN_STEPS_TO_EXIT
            && cleanSeconds >= (asHealthy ? EXIT_SECONDS : SLOW_EXIT_SECONDS)
        ? Decision.EXIT
        : Decision.CONTINUE;
  }

  private boolean failuresBeyondAllowance(long samples) {
    double deviation = Math.sqrt(FAILURE_ALLOWANCE * (1 - FAILURE_ALLOWANCE) / samples);
    return (double) failed / samples > FAILURE_ALLOWANCE + 2 * deviation && failed >= MIN_SAMPLES;
  }

  private void stepBack() {
    double delivered = succeeded / seconds / healthyRate;
    double target = Math.max(share() / 2, Math.min(STEP_BACK * share(), STEP_BACK * delivered));
    rateShare = Math.max(MIN_MULTIPLE, target);
    multiple = Math.max(MIN_MULTIPLE, Math.min(multiple, 1));
  }

  private void grow(double time) {
    boolean asHealthy = latency.isHealthy();
    double doublings = time / (settings.stepNanos() / 1e9);
    double evidence = latency.evidence(succeeded);
    if (multiple < goodLevel || (asHealthy && multiple < ceiling)) {
      double faster = multiple * StrictMath.pow(2, doublings);
      multiple = Math.min(asHealthy ? ceiling : goodLevel, faster);
    } else if (asHealthy && !rateBinds()) {
      // A few quick answers are chance: one process of many would take what all should share.
      double faster = multiple * StrictMath.pow(2, Math.min(doublings, evidence));
      multiple = Math.min(MAX_MULTIPLE, faster);
    } else if (multiple < ceiling) {
      multiple = Math.min(ceiling, multiple + settings.additionPerSecond() * time);
    } else if (latency.isStill()) {
      double certain = Math.max(LEAST_BEYOND * time, Math.min(MOST_BEYOND * time, evidence));
      multiple += rateBinds() ? 0 : settings.additionPerSecond() * certain;
    } else {
      multiple = Math.max(ceiling, multiple * (1 - FALL_BEYOND * time));
    }
    goodLevel = Math.min(1, Math.max(goodLevel, multiple));
  }
}
