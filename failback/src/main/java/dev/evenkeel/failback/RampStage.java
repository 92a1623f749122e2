package dev.evenkeel.failback;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** Lets a growing share through and counts how that goes. */
final class RampStage extends Stage {

  private static final double HANGS = 3; // times what calls take

  private final Steering controller; // stepped under the lock of Comeback
  private final LongAdder offered = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder good = new LongAdder();
  private final LongAdder bad = new LongAdder();
  private final DoubleAdder nanos = new DoubleAdder();
  private final DoubleAdder badNanos = new DoubleAdder();
  private final LongAdder judged = new LongAdder();
  private final DoubleAdder logs = new DoubleAdder();
  private final DoubleAdder squares = new DoubleAdder();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AdmittedShare admitted = new AdmittedShare(); // under the lock, as the controller
  private long asked; // and not refused, until the last step
  private long steppedNanos;
  private volatile double share;
  private volatile double admitProbability;
  private volatile int maxInFlight;
  private volatile long judgedFromNanos;
  private volatile long nextStepNanos;
  private volatile long movedNanos; // the last call came back, or the ramp became full

  RampStage(long epoch, Steering controller, long nextStepNanos, long nowNanos) {
    super(epoch);
    this.controller = controller;
    this.nextStepNanos = nextStepNanos;
    movedNanos = nowNanos;
    steppedNanos = nowNanos;
    publish();
  }

  @Override
  GateState state() {
    return GateState.ramping(share);
  }

  /** Under the lock. */
  String why() {
    return controller.why();
  }

  String whyRelapsed() {
    return controller instanceof SharedRamp shared && shared.round() > 0
        ? "most calls of the fleet failed on the ramp"
        : "most calls failed on the ramp";
  }

  /** Under the lock. */
  Steering steering() {
    return controller;
  }

  double admitProbability() {
    return admitProbability;
  }

  Lesson lesson() {
    return controller.lesson();
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
        if (current + 1 == maxInFlight) {
          movedNanos = nowNanos;
        }
        return epoch;
      }
    }
  }

  private long refusal(long nowNanos) {
    refused.increment();
    return Refusal.of(RefusalReason.CIRCUIT_RAMPING, nextStepNanos - nowNanos);
  }

  /** How many calls have begun, less a share of those under way. Under the lock. */
  double begun(double leftOut) {
    return (double) (asked + offered.sum() - refused.sum()) - leftOut * inFlight.get();
  }

  double usualNanos() {
    return controller.usualNanos();
  }

  void settle(Comeback.Sample sample, long latencyNanos, long nowNanos) {
    inFlight.decrementAndGet();
    movedNanos = nowNanos;
    switch (sample) {
      case GOOD -> {
        good.increment();
        nanos.add((double) latencyNanos);
        if (nowNanos - latencyNanos - judgedFromNanos >= 0) {
          double log = StrictMath.log((double) Math.max(1, latencyNanos));
          judged.increment();
          logs.add(log);
          squares.add(log * log);
        }
      }
      case BAD -> {
        bad.increment();
        badNanos.add((double) latencyNanos);
      }
      case NONE -> {}
    }
  }

  /**
   * As many calls as allowed are in flight, and none came back for long: they may never do. For
   * long is the lease, or several times what calls take, if that is more.
   *
   * @param returnedNanos what calls took that came back all the same; 0 if none did
   */
  boolean isStuck(long nowNanos, long leaseNanos, double returnedNanos) {
    double callNanos = Math.max(controller.usualNanos(), returnedNanos);
    return inFlight.get() >= maxInFlight
        && (double) (nowNanos - movedNanos) >= Math.max((double) leaseNanos, HANGS * callNanos);
  }

  boolean isStepDue(long nowNanos) {
    return nowNanos - nextStepNanos >= 0 || controller.hasNews();
  }

  RampController.Decision step(long nowNanos, long nextNanos, double returnedNanos) {
    nextStepNanos = nextNanos;
    StepSums sums = new StepSums(
        offered.sumThenReset(),
        refused.sumThenReset(),
        good.sumThenReset(),
        bad.sumThenReset(),
        nanos.sumThenReset(),
        badNanos.sumThenReset(),
        judged.sumThenReset(),
        logs.sumThenReset(),
        squares.sumThenReset(),
        inFlight.get());
    controller.cameBackLate(returnedNanos);
    RampController.Decision decision = controller.step(nowNanos, sums);
    admitted.count(sums.offered(), sums.refused(), (nowNanos - steppedNanos) / 1e9);
    asked += sums.offered() - sums.refused();
    steppedNanos = nowNanos;
    publish();
    return decision;
  }

  private void publish() {
    admitProbability = controller.admitProbability();
    share = admitted.share(admitProbability);
    maxInFlight = controller.maxInFlight();
    judgedFromNanos = controller.judgedFromNanos();
  }
}
