package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * Tells the listeners of an observe-only pipeline what its policies would have done. To the
 * policies, which decide on a frame of their own, it is the only listener there is.
 */
final class ObservedDecisions implements PipelineListener {

  private final Hearer hearer;

  ObservedDecisions(Hearer hearer) {
    this.hearer = hearer;
  }

  @Override
  public boolean wantsDurations() {
    return false;
  }

  @Override
  public boolean wantsResults() {
    return false;
  }

  @Override
  public void onRefused(CallView call, String policy, RefusalReason reason) {
    tell(call, policy, WouldHave.REFUSED, reason);
  }

  @Override
  public void onWait(CallView call, String policy, long waitedNanos) {
    tell(call, policy, WouldHave.WAITED, null);
  }

  @Override
  public void onRetry(CallView call, long waitNanos) {
    tell(call, "retry", WouldHave.RETRIED, null);
  }

  @Override
  public void onHedge(CallView call, long delayNanos) {
    tell(call, "hedge", WouldHave.HEDGED, null);
  }

  void timedOut(CallView call, String policy) {
    tell(call, policy, WouldHave.TIMED_OUT, null);
  }

  private void tell(
      CallView call, String policy, WouldHave decision, @Nullable RefusalReason reason) {
    hearer.wouldHave(call, policy, decision, reason);
  }
}
