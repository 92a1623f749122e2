package dev.evenkeel.failback;

import dev.evenkeel.core.GateState;
import org.jspecify.annotations.Nullable;

/**
 * What a way back knows of the other members of its fleet, and tells them; nothing where it is
 * alone. Guarded by the lock of the way back.
 */
final class Others {

  private final @Nullable FleetMembership fleet;
  private long ignoredRound; // in which this member has a trouble of its own
  private long pacedRound; // by whose pace it probes; 0 for its own
  private long turnRound; // in which it has a turn to begin
  private long turnNanos; // when

  Others(@Nullable FleetMembership fleet) {
    this.fleet = fleet;
  }

  @Nullable FleetMembership fleet() {
    return fleet;
  }

  FleetView view(long nowNanos) {
    return fleet == null ? FleetView.ALONE : fleet.view().at(nowNanos);
  }

  void tell() {
    if (fleet != null) {
      fleet.changed();
    }
  }

  /** Who trips while the others are well has a trouble of its own, until they have it too. */
  void tripped(long nowNanos) {
    FleetView view = view(nowNanos);
    ignoredRound = view.kind() == FleetView.Kind.OPEN ? view.round() - 1 : view.round();
  }

  /** It is on its way because of them. */
  void follow(long nowNanos) {
    ignoredRound = Math.max(0, view(nowNanos).round() - 1);
  }

  /** Its ramp has failed; if theirs goes on, that is its own trouble. */
  void relapsed(long nowNanos) {
    FleetView view = view(nowNanos);
    if (view.kind() == FleetView.Kind.RAMPING) {
      ignoredRound = view.round();
    }
  }

  /**
   * Whether they have found the dependency back, this member is one of them, and it is its turn:
   * where each ramps by itself they begin one after the other.
   */
  boolean haveFoundIt(long random, long nowNanos) {
    FleetView view = view(nowNanos);
    if (view.kind() != FleetView.Kind.RAMPING || view.round() <= ignoredRound) {
      return false;
    }
    if (!view.isEachAlone()) {
      return true;
    }
    if (turnRound != view.round()) {
      turnRound = view.round();
      turnNanos = nowNanos + (long) (view.waitNanos() * Units.unit(random));
    }
    return nowNanos - turnNanos >= 0;
  }

  private long roundToPace(FleetView view) {
    return view.kind() == FleetView.Kind.OPEN && view.round() > ignoredRound ? view.round() : 0;
  }

  /** Whether another pace than before is to be probed by. */
  boolean havePaceChanged(long nowNanos) {
    return roundToPace(view(nowNanos)) != pacedRound;
  }

  /** How long until the next probe; -1 if this member goes by its own pace. */
  long probeWaitNanos(long random, long nowNanos) {
    FleetView view = view(nowNanos);
    long round = roundToPace(view);
    boolean first = round != pacedRound;
    pacedRound = round;
    return round == 0 ? -1 : ProbePace.shared(view.waitNanos(), first, random);
  }

  /** What they may hear. */
  MemberReport report(@Nullable Stage stage, Baseline baseline, Memory memory) {
    long good = baseline.succeededCalls();
    long bad = baseline.failedCalls();
    if (stage instanceof RampStage ramp && ramp.steering() instanceof SharedRamp shared) {
      return new MemberReport(
          GateState.Kind.RAMPING,
          shared.round(),
          memory,
          good,
          bad,
          ramp.admitProbability(),
          shared.probeNanos(),
          shared.trial(),
          shared.sums());
    }
    return new MemberReport(
        stage == null ? GateState.Kind.CLOSED : GateState.Kind.OPEN,
        ignoredRound,
        memory,
        good,
        bad,
        stage == null ? 1 : 0,
        0,
        0,
        StepSums.NOTHING);
  }
}
