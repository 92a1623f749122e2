package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.failback.Baseline;
import dev.evenkeel.failback.Comeback;
import dev.evenkeel.failback.Comeback.Sample;
import dev.evenkeel.failback.Failback;
import dev.evenkeel.failback.MemberReport;
import dev.evenkeel.failback.Tolerance;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** On the way back, from the trip to the close: open, probing, on the ramp, open again. */
final class ReturnPhase extends Phase implements Comeback.Observer {

  private final StateMachine machine;
  private final Baseline memory;
  private final Comeback comeback;
  private final Outage outage;
  private volatile Cancellable coolDownTimer = () -> false;
  private volatile @Nullable ClosedWindow window;
  private volatile Runnable endOfTimeless = () -> {};
  private Supplier<String> failures = () -> ""; // guarded by the machine's lock, as is what follows
  private boolean left;

  ReturnPhase(
      StateMachine machine,
      Failback settings,
      Tolerance tolerance,
      Baseline memory,
      LongSupplier epochs,
      Object lock,
      long nowNanos) {
    this.machine = machine;
    this.memory = memory;
    comeback = new Comeback(settings, tolerance, memory, epochs, lock, this, machine.fleet());
    outage = new Outage(machine.announcer(), nowNanos);
  }

  /** Opens; under the machine's lock. */
  void begin(String why, Supplier<String> whatFailed, long random, long nowNanos) {
    failures = whatFailed;
    comeback.begin(why, random, nowNanos);
  }

  /** What the fleet may hear; under the machine's lock. */
  MemberReport report(Baseline remembered, long random, long nowNanos) {
    remembered.sample(nowNanos); // what is asked for goes on being counted
    return comeback.report(remembered.memory(), random, nowNanos);
  }

  /** It is on its way because of the others; under the machine's lock. */
  void follow(long nowNanos) {
    comeback.follow(nowNanos);
  }

  /** Acts on what the fleet does; under the machine's lock. */
  void heed(long random, long nowNanos) {
    comeback.heed(random, nowNanos);
  }

  @Override
  GateState state() {
    return comeback.state();
  }

  @Override
  long admit(CallView call, long nowNanos) {
    long answer = comeback.admit(call, nowNanos);
    machine.afterChange();
    // The call that finds the ramp at its end is let through by what comes after it.
    Phase current = machine.phase();
    return answer < 0 && current != this ? current.admit(call, nowNanos) : answer;
  }

  @Override
  long admitTimeless(CallView call) {
    return comeback.refusesTimeless()
        ? Refusal.of(RefusalReason.CIRCUIT_OPEN)
        : super.admitTimeless(call);
  }

  @Override
  long retryAfterNanos(long nowNanos) {
    return comeback.coolDownNanos(nowNanos);
  }

  @Override
  void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    Sample sample = sample(call, verdict);
    long latencyNanos = nowNanos - call.startedNanos();
    long epoch = Permit.epoch(permit);
    ClosedWindow watching = window; // of the ramp, if it is one
    boolean onRamp = comeback.isOnRamp(epoch);
    if (!comeback.settle(call, epoch, sample, latencyNanos, nowNanos)) {
      machine.onStaleVerdict();
    } else if (onRamp && watching != null) {
      watch(watching, epoch, sample, latencyNanos, call.random(), nowNanos);
    }
    machine.afterChange();
  }

  /** What would trip the closed breaker ends a ramp too. */
  private void watch(
      ClosedWindow trip, long epoch, Sample sample, long latencyNanos, long random, long nowNanos) {
    switch (sample) {
      case GOOD -> trip.succeeded(latencyNanos, nowNanos);
      case BAD -> trip.failed(latencyNanos, nowNanos);
      case NONE -> trip.tell(nowNanos);
    }
    if (trip.isDue()
        && !trip.isTooEarly(
            nowNanos, comeback.usualNanos(epoch), leftOut -> comeback.begun(epoch, leftOut))) {
      String why = trip.whyTripped();
      comeback.relapse(
          epoch, trip.isSlow(), why == null ? "as when closed" : why, random, nowNanos);
    }
  }

  @Override
  long admitPing(CallView ping, long nowNanos) {
    long answer = comeback.admitPing(ping, nowNanos);
    machine.afterChange();
    return answer;
  }

  @Override
  void settlePing(CallView ping, long permit, Verdict verdict, long nowNanos) {
    if (!comeback.settlePing(ping, permit, sample(ping, verdict), nowNanos)) {
      machine.onStaleVerdict();
    }
    machine.afterChange();
  }

  /** A dependency that gives an answer that is ignored, is there. */
  private Sample sample(CallView call, Verdict verdict) {
    Evidence evidence = machine.classifier().evidence(call, verdict);
    return switch (evidence) {
      case GOOD, IGNORED -> {
        outage.callEnded(null);
        yield Sample.GOOD;
      }
      case BAD -> {
        outage.callEnded(Classifier.failureOf(call));
        yield Sample.BAD;
      }
      case NONE -> Sample.NONE;
    };
  }

  @Override
  boolean allowsRetry() {
    return false;
  }

  @Override
  public void changed(GateState from, GateState to, String reason, long nowNanos) {
    if (left) {
      return; // somebody has set another state by hand meanwhile
    }
    Supplier<String> text = () -> reason;
    switch (to.kind()) {
      case OPEN -> {
        machine.onCoolDownBegan();
        text = opened(from, reason, nowNanos);
      }
      case RAMPING -> {
        window = machine.windowOfRamp(nowNanos);
        outage.rampBegan(nowNanos);
      }
      case CLOSED -> {
        machine.onReturned(nowNanos);
        String story = story(nowNanos);
        text = () -> reason + "; " + story;
      }
      default -> {}
    }
    machine.announcer().change(from, to, text, nowNanos);
  }

  private Supplier<String> opened(GateState from, String reason, long nowNanos) {
    switch (from.kind()) {
      case PROBING -> outage.probeFailed(reason, nowNanos);
      case RAMPING -> outage.relapsed();
      default -> {
        Supplier<String> whatFailed = failures;
        failures = () -> "";
        return () -> reason + whatFailed.get();
      }
    }
    return () -> reason;
  }

  @Override
  public void stepped(long nowNanos) {
    if (!left && outage.isRampWarningDue(nowNanos)) {
      outage.rampGoesOn(comeback.state(), comeback.why(), nowNanos);
    }
  }

  /** The whole of it, for its last line. */
  String story(long nowNanos) {
    return outage.story(comeback.refusedCalls(), nowNanos);
  }

  /** A busy breaker refuses without the time until a timer rings; and what pings is woken. */
  @Override
  void onCoolDown() {
    Kernel kernel = machine.kernel();
    if (kernel != null && memory.isBusy() && machine.mayArmTimers()) {
      long nowNanos = kernel.nanoTime();
      long untilNanos = nowNanos + comeback.coolDownNanos(nowNanos);
      Runnable end = comeback.refuseTimeless();
      endOfTimeless = end;
      coolDownTimer = kernel.schedule(untilNanos, end);
      if (!machine.mayArmTimers()) {
        onClosed(); // meanwhile
      }
    }
    machine.prober().ifPresent(prober -> prober.wake(comeback.leaseNanos()));
  }

  @Override
  void onLeft() {
    left = true;
    onClosed();
  }

  @Override
  void onClosed() {
    coolDownTimer.cancel();
    endOfTimeless.run();
  }
}
