package dev.evenkeel.failback;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import java.util.concurrent.atomic.AtomicLong;

/** Lets one probe through for each lease. */
final class ProbeStage extends Stage {

  private final long leaseNanos;
  private final AtomicLong nextProbeNanos;

  ProbeStage(long epoch, long leaseNanos, long nowNanos) {
    super(epoch);
    this.leaseNanos = leaseNanos;
    nextProbeNanos = new AtomicLong(nowNanos);
  }

  @Override
  GateState state() {
    return GateState.PROBING;
  }

  @Override
  long admit(CallView call, long nowNanos) {
    long next = nextProbeNanos.get();
    if (nowNanos - next >= 0 && nextProbeNanos.compareAndSet(next, nowNanos + leaseNanos)) {
      return epoch;
    }
    return Refusal.of(RefusalReason.CIRCUIT_PROBING, nextProbeNanos.get() - nowNanos);
  }

  /** The probe never reached the dependency: the next call may try. */
  void giveBack(long nowNanos) {
    nextProbeNanos.set(nowNanos);
  }
}
