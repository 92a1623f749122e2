package dev.evenkeel.failback;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Lets a growing share through and counts how that goes. */
final class RampStage extends Stage {

  private final RampController controller; // stepped under the lock of Comeback
  private final LongAdder offered = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder good = new LongAdder();
  private final LongAdder bad = new LongAdder();
  private final LongAdder latencyNanos = new LongAdder();
  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile double share;
  private volatile double admitProbability;
  private volatile int maxInFlight;
  private volatile long nextStepNanos;
  private volatile long settledNanos;

  RampStage(long epoch, RampController controller, long nextStepNanos, long nowNanos) {
    super(epoch);
    this.controller = controller;
    this.nextStepNanos = nextStepNanos;
    settledNanos = nowNanos;
    publish();
  }

  @Override
  GateState state() {
    return GateState.ramping(share);
  }

  double goodLevel() {
    return controller.goodLevel();
  }

  @Override
  long admit(CallView call, long nowNanos) {
    offered.increment();
    double probability = admitProbability;
    if (probability < 1 && Units.unit(call.random()) >= probability) {
      return refusal(nowNanos);
    }
    for (; ; ) {
      int current = inFlight.get();
      if (current >= maxInFlight) {
        return refusal(nowNanos);
      }
      if (inFlight.compareAndSet(current, current + 1)) {
        return epoch;
      }
    }
  }

  private long refusal(long nowNanos) {
    refused.increment();
    return Refusal.of(RefusalReason.CIRCUIT_RAMPING, nextStepNanos - nowNanos);
  }

  void settle(Comeback.Sample sample, long nanos, long nowNanos) {
    inFlight.decrementAndGet();
    settledNanos = nowNanos;
    switch (sample) {
      case GOOD -> {
        good.increment();
        latencyNanos.add(nanos);
      }
      case BAD -> bad.increment();
      case NONE -> {}
    }
  }

  /** As many calls as allowed are in flight and none came back for this long: they may never do. */
  boolean isStuck(long nowNanos, long leaseNanos) {
    return inFlight.get() >= maxInFlight && nowNanos - settledNanos >= leaseNanos;
  }

  boolean isStepDue(long nowNanos) {
    return nowNanos - nextStepNanos >= 0;
  }

  RampController.Decision step(long nowNanos, long nextNanos) {
    nextStepNanos = nextNanos;
    RampController.Decision decision = controller.step(
        nowNanos,
        offered.sumThenReset(),
        refused.sumThenReset(),
        good.sumThenReset(),
        bad.sumThenReset(),
        (double) latencyNanos.sumThenReset());
    publish();
    return decision;
  }

  private void publish() {
    share = controller.share();
    admitProbability = controller.admitProbability();
    maxInFlight = controller.maxInFlight();
  }
}
