package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.Attachment;
import dev.evenkeel.core.GateState;
import dev.evenkeel.failback.Baseline;
import dev.evenkeel.failback.Failback;
import dev.evenkeel.failback.FleetDependency;
import dev.evenkeel.failback.FleetMember;
import dev.evenkeel.failback.FleetMembership;
import dev.evenkeel.failback.FleetView;
import dev.evenkeel.failback.Lesson;
import dev.evenkeel.failback.MemberReport;
import dev.evenkeel.failback.Memory;
import dev.evenkeel.failback.RampController;
import dev.evenkeel.failback.StepSums;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A breaker's seat in its fleet. Its methods run on the threads of the fleet; what they change,
 * they change under the machine's lock.
 */
final class FleetSeat implements FleetMember {

  /** Who has seen a success since then believes itself and not the others. */
  private static final long BELIEVES_ITSELF_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final StateMachine machine;
  private final FleetDependency dependency;
  private volatile @Nullable FleetMembership membership;

  // Of the last report; guarded by this.
  private long good;
  private long bad;
  private boolean failsLately;
  private boolean everGood;
  private long goodNanos;

  FleetSeat(StateMachine machine, FleetDependency dependency) {
    this.machine = machine;
    this.dependency = dependency;
  }

  /** Where the breaker is in several pipelines, the first one counts. */
  synchronized void join(Attachment attachment) {
    if (membership == null) {
      membership = dependency.join(this, attachment);
    }
  }

  void leave() {
    FleetMembership left;
    synchronized (this) {
      left = membership;
      membership = null;
    }
    if (left != null) {
      left.leave();
    }
  }

  /** What the others do; null while it is in no pipeline. */
  @Nullable FleetMembership membership() {
    return membership;
  }

  @Override
  public MemberReport report(long nowNanos) {
    MemberReport report = machine.report(nowNanos);
    look(report, nowNanos);
    return report;
  }

  private synchronized void look(MemberReport report, long nowNanos) {
    long newGood = report.good() - good;
    long newBad = report.bad() - bad;
    good = report.good();
    bad = report.bad();
    failsLately = newBad > newGood;
    if (newGood > 0 && !failsLately) {
      everGood = true;
      goodNanos = nowNanos;
    }
  }

  private synchronized boolean isWell(long nowNanos) {
    return !failsLately && everGood && nowNanos - goodNanos < BELIEVES_ITSELF_NANOS;
  }

  @Override
  public void heed(long random, long nowNanos) {
    FleetMembership others = membership;
    FleetView view = others == null ? FleetView.ALONE : others.view().at(nowNanos);
    boolean away = view.kind() == FleetView.Kind.OPEN
        || (view.kind() == FleetView.Kind.RAMPING && !view.isEachAlone());
    machine.heed(away && !isWell(nowNanos), random, nowNanos);
  }

  @Override
  public RampController ramp(
      Memory memory, double probeLatencyNanos, Lesson lesson, long nowNanos) {
    BreakerSettings settings = machine.settings();
    Failback failback = settings.failback();
    return new RampController(
        failback == null ? Failback.standard() : failback,
        settings.tolerance(),
        memory,
        probeLatencyNanos,
        lesson,
        nowNanos);
  }

  @Override
  public double probesPerSecond(double healthyRate) {
    Failback failback = machine.settings().failback();
    return (failback == null ? Failback.standard() : failback).probesTogether(healthyRate);
  }

  /** Of a breaker that is not on its way back. */
  static MemberReport report(GateState.Kind kind, Baseline memory) {
    return new MemberReport(
        kind,
        0,
        memory.memory(),
        memory.succeededCalls(),
        memory.failedCalls(),
        kind == GateState.Kind.FORCED_OPEN ? 0 : 1,
        0,
        0,
        StepSums.NOTHING);
  }
}
