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
  private final OwnStart start;
  private final ClosedWindow trip;
  private final RecentFailures failures;

  // Copies: a reference that need not be followed is a nanosecond less for each call.
  private final long epoch;
  private final boolean watchesTime;
  private final boolean readsResults;

  ClosedPhase(StateMachine machine, Baseline memory, OwnStart start, ClosedWindow trip) {
    this(machine, memory, start, trip, machine.classifier(), new RecentFailures());
  }

  private ClosedPhase(
      StateMachine machine,
      Baseline memory,
      OwnStart start,
      ClosedWindow trip,
      Classifier classifier,
      RecentFailures failures) {
    this.machine = machine;
    this.classifier = classifier;
    this.failures = failures;
    this.memory = memory;
    this.start = start;
    this.trip = trip;
    epoch = trip.epoch;
    watchesTime = trip.countsSlowCalls();
    readsResults = classifier.readsResults();
  }

  /** The same period under other settings. */
  ClosedPhase with(Classifier newClassifier, ClosedWindow newTrip) {
    return new ClosedPhase(machine, memory, start, newTrip, newClassifier, failures);
  }

  @Override
  GateState state() {
    return GateState.CLOSED;
  }

  @Override
  long admit(CallView call, long nowNanos) {
    boolean sample = call.weight() > 1 && needsNoTime();
    memory.onOffered(sample ? call.weight() : 1);
    return sample ? epoch | Permit.SAMPLE : epoch;
  }

  @Override
  long admitTimeless(CallView call) {
    return needsNoTime() ? epoch | Permit.TIMELESS : super.admitTimeless(call);
  }

  private boolean needsNoTime() {
    return !watchesTime && memory.isBusy();
  }

  @Override
  boolean settleTimeless(CallView call, long permit) {
    return permit == (epoch | Permit.TIMELESS)
        && trip.ignoresSuccess()
        && (!readsResults || classifier.evidence(call, Verdict.SUCCESS) == Evidence.GOOD);
  }

  @Override
  void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    Evidence evidence = classifier.evidence(call, verdict);
    if (Permit.epoch(permit) != epoch) {
      machine.onStaleVerdict();
      return;
    }
    boolean timeless = Permit.isTimeless(permit); // it is not known when it began
    long duration = timeless ? 0 : nowNanos - call.startedNanos();
    switch (evidence) {
      case GOOD -> {
        start.succeeded(call);
        boolean slow = watchesTime && trip.isSlow(duration);
        if (slow) {
          memory.onUnjudged(); // what is slow is no healthy latency
        } else if (!timeless) {
          memory.onSuccess(duration, Permit.isSample(permit) ? call.weight() : 1);
        }
        trip.succeeded(slow && start.isYoung(nowNanos) ? 0 : duration, nowNanos);
      }
      case BAD -> {
        memory.onFailure();
        failures.add(Classifier.kindOf(call));
        int believed = start.failed(call, Classifier.isTimeout(call, verdict), nowNanos);
        trip.failed(believed, duration, nowNanos);
      }
      case IGNORED, NONE -> {
        memory.onUnjudged();
        trip.tell(nowNanos);
        return;
      }
    }
    memory.sample(nowNanos);
    if (trip.isDue()
        && !trip.isTooEarly(nowNanos, memory.usualNanos(), memory::begun)
        && !trip.isTooLate(nowNanos, memory::begunWithin, memory.begun(0) - memory.begun(1))) {
      machine.trip(this, call, nowNanos);
    }
  }

  ClosedWindow window() {
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
