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
 * decide that it is overloaded; and as it warms it gets more by itself. Latencies below 5 ms count
 * as 5 ms: a queue that is served within that is none to hold calls back for. With demand {@code D}
 * a call is admitted with probability {@code min(1, a * B / D)}: the cap is what worked, not what
 * is asked for, which pent-up demand inflates.
 *
 * <p>But slower need not be fuller: it may have come back in another region. So it has to end:
 *
 * <ul>
 *   <li><b>Grow</b>: {@code m} doubles with each step below 1, which the dependency has borne
 *       before, and above it as long as the latency is as in healthy times; else it is raised
 *       slowly to the ceiling.
 *   <li>After 15 s a {@link Trial} allows more beyond the ceiling, as long as that does not make
 *       the dependency slower.
 *   <li>At most 20 s of what is asked for, or a third of the wait that the breaker's configuration
 *       names, are refused without a sign that it is full; after that all is let through within
 *       seconds ({@link RefusedTraffic}).
 *   <li><b>Step back</b> when more fails than is borne, to 0.9 of the delivered goodput, which is
 *       the best estimate of the capacity; undone if less load does not help
 *       ({@link FailureWatch}).
 *   <li><b>Relapse</b> when mostly failures come back. <b>Exit</b> when the limit has not bound for
 *       some clean steps; leaving at {@code a = 1} would release the pent-up demand.
 * </ul>
 */
public final class RampController implements Steering {

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
  private static final double OPENS_PER_SECOND = 1; // doublings
  private static final double SILENT_DOUBLINGS = 4; // in what a call takes
  private static final double BURSTS = 2; // times as many at once as on average
  private static final double BURST_SIGMAS = 3; // of a number that is as large as the burst
  private static final int CLEAN_STEPS_TO_EXIT = 3;
  private static final int CLEAN_BURSTS_TO_EXIT = 2;
  private static final double EXIT_SECONDS = 5;
  private static final double SLOW_EXIT_SECONDS = 30;

  private final Failback settings;
  private final double healthyRate;
  private final double burst;
  private final boolean comesInBursts;
  private final LatencyTrack latency;
  private final FailureWatch failures;
  private final Trial trial;
  private final RefusedTraffic refused;
  private final double ceiling;

  private double lateSeconds;
  private double multiple; // m
  private double goodLevel;
  private double rateShare = UNLIMITED; // set by failures, whose latency says nothing
  private double demand;
  private long steppedNanos;
  private int cleanSteps;
  private double cleanSeconds;
  private boolean opening; // enough was refused: that it is slower takes nothing back
  private double seconds;
  private StepSums sums = StepSums.NOTHING;

  /**
   * Begins a ramp.
   *
   * @param settings the settings
   * @param tolerance what the closed breaker bears
   * @param memory what the dependency bore while healthy
   * @param probeLatencyNanos the latency of the probe that succeeded; 0 if it was none of the calls
   * @param lesson what the ramp before has learned
   * @param nowNanos the present time
   */
  public RampController(
      Failback settings,
      Tolerance tolerance,
      Memory memory,
      double probeLatencyNanos,
      Lesson lesson,
      long nowNanos) {
    this.settings = Checks.notNull("settings", settings);
    goodLevel = lesson.goodLevel();
    demand = memory.demand();
    healthyRate = memory.rate() > 0 ? memory.rate() : Math.max(1, demand);
    refused = new RefusedTraffic(tolerance.waitSeconds());
    trial = new Trial(lesson.trialWaitSeconds(), refused.mostSeconds(), nowNanos);
    burst = memory.burst();
    ceiling = settings.inFlightCeiling();
    latency = new LatencyTrack(memory.latencyNanos(), probeLatencyNanos);
    failures = new FailureWatch(
        tolerance.failureShare(), Math.max(memory.failureShare(), lesson.failureShare()));
    double inFlight = healthyRate * latency.healthyNanos() / 1e9;
    comesInBursts = burst > BURSTS * inFlight;
    // One call in flight is what the probe was; a small process is never used to more.
    double oneCall = 1 / inFlight;
    double most = Math.min(ceiling, MOST_AT_START);
    double start = Math.max(settings.startShare(), Math.min(most, oneCall));
    multiple = goodLevel < 1 ? Math.min(goodLevel, start) : start;
    steppedNanos = nowNanos;
  }

  /**
   * Begins at another share than the settings say, as one that was in force before.
   *
   * @param share of the healthy traffic; 0 to 1
   * @return this
   */
  public RampController beginAt(double share) {
    double inFlight = Checks.range("share", share, 0, 1) * latency.nanos() / latency.healthyNanos();
    multiple = Math.max(MIN_MULTIPLE, inFlight);
    return this;
  }

  /**
   * How many times the calls in flight of healthy times are allowed.
   *
   * @return more than 0
   */
  public double multiple() {
    return multiple;
  }

  /**
   * How long calls take now.
   *
   * @return nanoseconds, at least 5 ms
   */
  public double latencyNanos() {
    return latency.nanos();
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
    return multiple * latency.healthyNanos() / latency.nanos();
  }

  /** What is admitted after failures says nothing about more calls in flight than that. */
  private boolean rateBinds() {
    return rateShare < inFlightShare();
  }

  /**
   * Why it holds back what it does, for people.
   *
   * @return figures
   */
  @Override
  public String why() {
    StringBuilder text = new StringBuilder();
    if (rateBinds()) {
      text.append("failures: more than ")
          .append(Math.round(100 * failures.borne()))
          .append(" % of the calls, and fewer when less was sent");
    } else {
      text.append("latency: ")
          .append(Math.round(latency.nanos() / 1e5) / 10.0)
          .append(" ms where ")
          .append(Math.round(latency.healthyNanos() / 1e5) / 10.0)
          .append(" ms were healthy");
    }
    return text.append(trial.isFull() ? ", and more calls made it slower" : "")
        .append("; ")
        .append(Math.round(demand))
        .append(" calls/s are asked for, ")
        .append(Math.round(healthyRate))
        .append(" were healthy")
        .toString();
  }

  /**
   * What this ramp has learned for the next one.
   *
   * @return as of now
   */
  @Override
  public Lesson lesson() {
    return new Lesson(goodLevel, trial.waitSeconds(), failures.borne());
  }

  /**
   * With which probability a call is admitted. Where most calls come in bursts their rate says
   * nothing: as many may come at once as the dependency has borne at once.
   *
   * @return more than 0, at most 1
   */
  @Override
  public double admitProbability() {
    double allowed = (comesInBursts ? rateShare : share()) * healthyRate;
    return demand <= allowed ? 1 : allowed / demand;
  }

  /**
   * With which probability a call is admitted, if the share is another one than follows from the
   * latency: that of a fleet, which knows how many calls are in flight. What failures allow is the
   * most all the same.
   *
   * @param share of the healthy rate, 0 or more
   * @return more than 0, at most 1
   */
  public double admitProbability(double share) {
    if (comesInBursts) {
      return admitProbability();
    }
    double allowed = Math.max(MIN_MULTIPLE, Math.min(rateShare, share)) * healthyRate;
    return demand <= allowed ? 1 : allowed / demand;
  }

  /**
   * What a call takes, as far as it is known: in healthy times, as a probe, or of late.
   *
   * @return nanoseconds; the longest of them
   */
  @Override
  public double usualNanos() {
    return latency.usualNanos();
  }

  /**
   * From when on a call must have begun, so that its latency tells of what is tried now.
   *
   * @return a point of time
   */
  @Override
  public long judgedFromNanos() {
    return trial.judgedFromNanos();
  }

  /**
   * How many admitted calls may be in flight, so that a dependency that hangs again is not fed for
   * long.
   *
   * @return at least 2
   */
  @Override
  public int maxInFlight() {
    double steady = multiple * healthyRate * latency.healthyNanos() / 1e9;
    double atOnce = Math.min(1, multiple) * (burst + BURST_SIGMAS * Math.sqrt(burst));
    return (int) Math.min(Integer.MAX_VALUE, Math.ceil(steady + atOnce) + 2);
  }

  /**
   * Calls of an earlier ramp, which was given up because none came back, have come back since: they
   * were slow, and did not hang.
   *
   * @param nanos what they took; 0 if none did
   */
  @Override
  public void cameBackLate(double nanos) {
    lateSeconds = nanos / 1e9;
  }

  /**
   * Takes what has happened since the last step and decides.
   *
   * @param nowNanos the present time
   * @param since what has happened
   * @return what follows
   */
  @Override
  public Decision step(long nowNanos, StepSums since) {
    double elapsed = (nowNanos - steppedNanos) / 1e9;
    if (elapsed <= 0) {
      return Decision.CONTINUE;
    }
    steppedNanos = nowNanos;
    double weight = 1 - StrictMath.exp(-elapsed / Baseline.demandHorizonSeconds(healthyRate));
    demand += weight * (since.offered() / elapsed - demand);
    seconds += elapsed;
    sums = sums.plus(since);
    latency.steer(since.nanos(), (double) since.good(), elapsed);
    failures.began(since.offered() - since.refused(), elapsed, latency.usualNanos());
    long samples = sums.samples();
    if (since.samples() == 0) {
      growInSilence(elapsed);
    }
    open(since, elapsed);
    if (samples == 0 || (samples < MIN_SAMPLES && seconds < PATIENCE_SECONDS)) {
      return Decision.CONTINUE; // no sample, no growth
    }
    Decision decision = decide(nowNanos, Math.min(seconds, MAX_STEP_SECONDS));
    seconds = 0;
    sums = StepSums.NOTHING;
    return decision;
  }

  private Decision decide(long nowNanos, double time) {
    double slowness = latency.nanos() / 1e9;
    latency.judge(sums.nanos(), (double) sums.good(), seconds);
    trial.observe(multiple, sums, time);
    long patience = settings.stepNanos() + (long) latency.nanos();
    switch (failures.judge(sums, seconds, nowNanos, patience)) {
      case RELAPSE -> {
        if (!latency.isStill()) {
          goodLevel = Math.max(MIN_MULTIPLE, Math.min(goodLevel, multiple / 2));
          trial.tooMuch(nowNanos);
        }
        return Decision.RELAPSE;
      }
      case TOO_MANY -> {
        cleanSteps = 0;
        cleanSeconds = 0;
        stepBack();
        trial.tooMuch(nowNanos);
        return Decision.CONTINUE;
      }
      case NOT_LOAD -> {
        rateShare = UNLIMITED;
        trial.notTooMuch();
      }
      case BORNE -> {}
    }
    if (rateShare < UNLIMITED) {
      rateShare *= StrictMath.pow(settings.growthPerSecond(), time);
      if (rateShare * healthyRate > 2 * demand) {
        rateShare = UNLIMITED;
      }
    }
    if (sums.refused() > 0 || admitProbability() < 1) {
      cleanSteps = 0;
      cleanSeconds = 0;
      grow(time, slowness, nowNanos);
      return Decision.CONTINUE;
    }
    cleanSteps++;
    cleanSeconds += seconds;
    boolean isDone = cleanSeconds >= SLOW_EXIT_SECONDS
        ? cleanSteps >= CLEAN_BURSTS_TO_EXIT
        : cleanSeconds >= EXIT_SECONDS && cleanSteps >= CLEAN_STEPS_TO_EXIT && latency.isHealthy();
    return isDone ? Decision.EXIT : Decision.CONTINUE;
  }

  /**
   * What takes long tells nothing for long, and nothing is asked for between bursts. Nothing has
   * failed meanwhile, so what was borne before may be in flight again.
   */
  private void growInSilence(double elapsed) {
    double usual = latency.usualNanos() / 1e9;
    if (usual > 0 && multiple < goodLevel) {
      double doublings = SILENT_DOUBLINGS * elapsed / usual;
      multiple = Math.min(goodLevel, multiple * StrictMath.pow(2, Math.min(doublings, 10)));
    }
  }

  /** Enough has been refused: all is let through soon. */
  private void open(StepSums since, double elapsed) {
    double known = Math.max(lateSeconds, latency.usualNanos() / 1e9);
    boolean isFull = trial.isFull() || rateBinds();
    double time = refused.beyond(since, elapsed, isFull, known);
    opening = !isFull && (opening || time > 0);
    if (time > 0) {
      double doublings = OPENS_PER_SECOND * Math.min(time, MAX_STEP_SECONDS);
      multiple = Math.min(MAX_MULTIPLE, multiple * StrictMath.pow(2, doublings));
    }
  }

  private void stepBack() {
    double delivered = sums.good() / seconds / healthyRate;
    double target = Math.max(share() / 2, Math.min(STEP_BACK * share(), STEP_BACK * delivered));
    rateShare = Math.max(MIN_MULTIPLE, target);
    double inUse = sums.inFlight() / (healthyRate * latency.healthyNanos() / 1e9);
    multiple = Math.max(MIN_MULTIPLE, Math.min(multiple, Math.max(1, STEP_BACK * inUse)));
  }

  private void grow(double time, double slowness, long nowNanos) {
    boolean asHealthy = latency.isHealthy();
    double doublings = time / (settings.stepNanos() / 1e9);
    double evidence = latency.evidence(sums.good());
    if (multiple < goodLevel || (asHealthy && multiple < ceiling)) {
      double faster = multiple * StrictMath.pow(2, doublings);
      multiple = Math.min(asHealthy ? ceiling : goodLevel, faster);
    } else if (asHealthy && !rateBinds()) {
      // A few quick answers are chance: one process of many would take what all should share.
      double faster = multiple * StrictMath.pow(2, Math.min(doublings, evidence));
      multiple = Math.min(MAX_MULTIPLE, faster);
    } else if (multiple < ceiling) {
      multiple = Math.min(ceiling, multiple + settings.additionPerSecond() * time);
    } else if (trial.isDue() && !rateBinds()) {
      multiple = Math.min(MAX_MULTIPLE, trial.next(multiple, slowness, nowNanos));
    } else if (latency.isStill()) {
      double certain = Math.max(LEAST_BEYOND * time, Math.min(MOST_BEYOND * time, evidence));
      multiple += rateBinds() ? 0 : settings.additionPerSecond() * certain;
    } else if (!opening) {
      double least = ceiling;
      multiple = Math.max(least, multiple * (1 - FALL_BEYOND * time));
    }
    goodLevel = Math.min(1, Math.max(goodLevel, multiple));
  }
}
