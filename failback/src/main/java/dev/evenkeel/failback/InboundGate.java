package dev.evenkeel.failback;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Gate;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.Verdict;

/** Lets the share of the inbound calls through that a node which starts wants to take. */
final class InboundGate implements Gate {

  private static final long PERMIT = 0;

  private final StartQueue queue;

  InboundGate(StartQueue queue) {
    this.queue = queue;
  }

  @Override
  public long admit(CallView call, long nowNanos) {
    double share = queue.share();
    return share >= 1 || Units.unit(call.random()) < share
        ? PERMIT
        : Refusal.of(RefusalReason.OTHER, queue.readiness().left().toNanos());
  }

  @Override
  public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {}

  @Override
  public boolean readsResults() {
    return false;
  }

  @Override
  public String name() {
    return "rejoin";
  }
}
