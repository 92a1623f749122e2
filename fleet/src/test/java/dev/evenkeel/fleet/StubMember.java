package dev.evenkeel.fleet;

import dev.evenkeel.core.GateState;
import dev.evenkeel.failback.Failback;
import dev.evenkeel.failback.FleetMember;
import dev.evenkeel.failback.Lesson;
import dev.evenkeel.failback.MemberReport;
import dev.evenkeel.failback.Memory;
import dev.evenkeel.failback.RampController;
import dev.evenkeel.failback.StepSums;
import dev.evenkeel.failback.Tolerance;

/** A member that reports what the test says. */
final class StubMember implements FleetMember {

  volatile MemberReport report = Rows.report(GateState.Kind.CLOSED, 0, 0, 0, StepSums.NOTHING);
  volatile int heeded;

  @Override
  public MemberReport report(long nowNanos) {
    return report;
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // one exchange at a time
  public void heed(long random, long nowNanos) {
    heeded++;
  }

  @Override
  public RampController ramp(
      Memory memory, double probeLatencyNanos, Lesson lesson, long nowNanos) {
    return new RampController(
        Failback.standard(), Tolerance.STANDARD, memory, probeLatencyNanos, lesson, nowNanos);
  }

  @Override
  public double probesPerSecond(double healthyRate) {
    return Failback.standard().probesTogether(healthyRate);
  }
}
