package dev.evenkeel.failback;

import java.util.function.LongFunction;

/**
 * A member's ramp: as much as the fleet's, while the fleet is heard of and steers; else its own.
 * Guarded by the lock of the way back, but for {@link #hasNews}.
 */
final class SharedRamp implements Steering {

  /** Where a member that lost the others begins: what they do meanwhile, it does not know. */
  private static final double MOST_ALONE = 0.5;

  private static final double SIGMAS = 3; // of the calls in flight of a small member

  private final FleetMembership fleet;
  private final Baseline baseline;
  private final LongFunction<RampController> start;
  private final double probeNanos;
  private RampController own;
  private boolean alone;
  private long round; // of the fleet's ramp that is followed; 0 if none was yet
  private FleetView view = FleetView.ALONE;
  private long trial;
  private long judgedFromNanos;
  private StepSums sums = StepSums.NOTHING;
  private volatile long seen;

  /**
   * Begins.
   *
   * @param fleet what the others do
   * @param baseline what the member remembers
   * @param start begins a ramp of its own, for as long as nothing is heard of the others
   * @param probeNanos how long the member's own probe took; 0 if it has made none
   * @param nowNanos the present time
   */
  SharedRamp(
      FleetMembership fleet,
      Baseline baseline,
      LongFunction<RampController> start,
      double probeNanos,
      long nowNanos) {
    this.fleet = fleet;
    this.baseline = baseline;
    this.start = start;
    this.probeNanos = probeNanos;
    own = start.apply(nowNanos);
    alone = true;
    follow(fleet.view().at(nowNanos), nowNanos);
  }

  @Override
  public RampController.Decision step(long nowNanos, StepSums since) {
    FleetView now = fleet.view().at(nowNanos);
    seen = now.version();
    boolean following = round > 0 && now.round() >= round;
    if (!alone) {
      sums = sums.plus(since);
    }
    switch (now.kind()) {
      case RAMPING -> {
        follow(now, nowNanos);
        if (!now.isEachAlone()) {
          return RampController.Decision.CONTINUE;
        }
      }
      case CLOSED -> {
        if (following && !alone) {
          return RampController.Decision.EXIT;
        }
      }
      case OPEN -> {
        if (following && now.round() > round) {
          return RampController.Decision.RELAPSE;
        }
      }
      case ALONE -> {}
    }
    if (!alone) {
      alone = true;
      own = start.apply(nowNanos).beginAt(Math.min(MOST_ALONE, view.probability()));
      return RampController.Decision.CONTINUE;
    }
    return own.step(nowNanos, since);
  }

  private void follow(FleetView now, long nowNanos) {
    if (now.kind() != FleetView.Kind.RAMPING) {
      return;
    }
    if (now.isEachAlone()) {
      round = now.round();
      return;
    }
    if (round != now.round()) {
      round = now.round();
      sums = StepSums.NOTHING;
      judgedFromNanos = nowNanos;
      trial = now.trial();
    } else if (trial != now.trial()) {
      trial = now.trial();
      judgedFromNanos = nowNanos;
      sums = sums.unjudged();
    }
    alone = false;
    view = now;
  }

  /** The fleet's ramp that is followed; 0 for none. */
  long round() {
    return round;
  }

  boolean isFollowing() {
    return !alone;
  }

  StepSums sums() {
    return sums;
  }

  long trial() {
    return trial;
  }

  /** How long the member's own probe took; 0 if it has made none. */
  double probeNanos() {
    return probeNanos;
  }

  @Override
  public boolean hasNews() {
    return fleet.view().version() != seen;
  }

  @Override
  public double admitProbability() {
    return alone ? own.admitProbability() : view.probability();
  }

  /** A guard against what hangs; how much is let through is the fleet's matter. */
  @Override
  public int maxInFlight() {
    if (alone) {
      return own.maxInFlight();
    }
    Memory memory = baseline.memory();
    double rate = Math.max(memory.rate(), memory.demand());
    double latency = memory.latencyNanos() > 0 ? memory.latencyNanos() : view.latencyNanos();
    double inFlight =
        view.multiple() * Math.max(1, rate) * Math.max(LatencyTrack.LEAST_NANOS, latency) / 1e9;
    double burst = Math.min(1, view.multiple()) * memory.burst();
    double most = inFlight + SIGMAS * Math.sqrt(inFlight) + burst + SIGMAS * Math.sqrt(burst);
    return (int) Math.min(Integer.MAX_VALUE, Math.ceil(most) + 2);
  }

  @Override
  public long judgedFromNanos() {
    return alone ? own.judgedFromNanos() : judgedFromNanos;
  }

  @Override
  public double usualNanos() {
    return Math.max(own.usualNanos(), view.latencyNanos());
  }

  @Override
  public Lesson lesson() {
    return own.lesson();
  }

  @Override
  public String why() {
    return alone ? own.why() : "as the whole fleet";
  }

  @Override
  public void cameBackLate(double nanos) {
    own.cameBackLate(nanos);
  }
}
