package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.failback.Baseline;

/** Everything passes, and a window of its own watches how that goes. */
final class ClosedPhase extends Phase {

  private final StateMachine machine;
  private final Classifier classifier;
  private final Baseline memory;
  private final Trip trip;
  private final RecentFailures failures = new RecentFailures();

  ClosedPhase(StateMachine machine, Baseline memory, Trip trip) {
    this.machine = machine;
    classifier = machine.classifier();
    this.memory = memory;
    this.trip = trip;
  }

  @Override
  GateState state() {
    return GateState.CLOSED;
  }

  @Override
  long admit(CallView call, long nowNanos) {
    boolean sample = call.weight() > 1 && needsNoTime();
    memory.onOffered(sample ? call.weight() : 1);
    return sample ? trip.epoch | Permit.SAMPLE : trip.epoch;
  }

  @Override
  long admitTimeless(CallView call) {
    return needsNoTime() ? trip.epoch | Permit.TIMELESS : super.admitTimeless(call);
  }

  private boolean needsNoTime() {
    return !trip.countsSlowCalls() && memory.isBusy();
  }

  @Override
  boolean settleTimeless(CallView call, long permit) {
    return permit == (trip.epoch | Permit.TIMELESS)
        && trip.ignoresSuccess()
        && (!classifier.readsResults()
            || classifier.evidence(call, Verdict.SUCCESS) == Evidence.GOOD);
  }

  @Override
  void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    Evidence evidence = classifier.evidence(call, verdict);
    if (Permit.epoch(permit) != trip.epoch) {
      machine.onStaleVerdict();
      return;
    }
    boolean timeless = Permit.isTimeless(permit); // it is not known when it began
    long duration = timeless ? 0 : nowNanos - call.startedNanos();
    switch (evidence) {
      case GOOD -> {
        if (trip.isSlow(duration) && trip.countsSlowCalls()) {
          memory.onUnjudged(); // what is slow is no healthy latency
        } else if (!timeless) {
          memory.onSuccess(duration, Permit.isSample(permit) ? call.weight() : 1);
        }
        trip.succeeded(duration, nowNanos);
      }
      case BAD -> {
        memory.onFailure();
        failures.add(Classifier.kindOf(call));
        trip.failed(duration, nowNanos);
      }
      case IGNORED, NONE -> {
        memory.onUnjudged();
        trip.tell(nowNanos);
        return;
      }
    }
    memory.sample(nowNanos);
    if (trip.isDue()) {
      machine.trip(this, call, nowNanos);
    }
  }

  Trip window() {
    return trip;
  }

  /** What has failed lately. */
  String failures() {
    return failures.describe(trip.failedLately());
  }

  @Override
  void tell(long nowNanos) {
    trip.tell(nowNanos);
  }

  @Override
  WindowFigures figures() {
    return trip.figures();
  }
}
