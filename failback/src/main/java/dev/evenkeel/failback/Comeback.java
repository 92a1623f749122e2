package dev.evenkeel.failback;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One dependency's way back, from its trip to its close: OPEN, PROBING, RAMPING, and OPEN again
 * after a relapse. A thin shell that makes the state safe under concurrency; each state is an
 * object with an epoch of its own, and a permit is its epoch, so a verdict from an earlier state
 * finds nothing to change. Thread-safe.
 */
public final class Comeback {

  /** What a call tells the way back. */
  public enum Sample {
    /** It succeeded. */
    GOOD,
    /** It failed. */
    BAD,
    /** It says nothing about the dependency: the permit just comes back. */
    NONE
  }

  /** Hears of each change of state. */
  @FunctionalInterface
  public interface Observer {
    /**
     * The state changed; called once for each change, in order.
     *
     * @param from the state before
     * @param to the state after; {@link GateState#CLOSED} ends the way back
     * @param reason why, with figures
     * @param nowNanos when
     */
    void changed(GateState from, GateState to, String reason, long nowNanos);
  }

  private final Failback settings;
  private final Tolerance tolerance;
  private final Baseline baseline;
  private final LongSupplier epochs;
  private final Observer observer;
  private final ProbePace pace;
  private volatile @Nullable Stage stage;
  private Lesson lesson = Lesson.NONE;

  /**
   * Creates a way back that has not begun.
   *
   * @param settings the settings
   * @param tolerance what the closed breaker bears
   * @param baseline what the dependency could do while healthy
   * @param epochs gives the next epoch, never the same twice
   * @param observer hears of changes
   */
  public Comeback(
      Failback settings,
      Tolerance tolerance,
      Baseline baseline,
      LongSupplier epochs,
      Observer observer) {
    this.settings = Checks.notNull("settings", settings);
    this.tolerance = Checks.notNull("tolerance", tolerance);
    pace = new ProbePace(settings);
    this.baseline = Checks.notNull("baseline", baseline);
    this.epochs = Checks.notNull("epochs", epochs);
    this.observer = Checks.notNull("observer", observer);
  }

  /**
   * Begins: the dependency has failed.
   *
   * @param reason why, with figures
   * @param random a random number
   * @param nowNanos the present time
   */
  public synchronized void begin(String reason, long random, long nowNanos) {
    lesson = baseline.lesson(nowNanos);
    baseline.forgetLatest();
    pace.begin();
    open(GateState.CLOSED, reason, random, nowNanos);
  }

  /**
   * The present state.
   *
   * @return {@link GateState#CLOSED} before the beginning and after the end
   */
  public GateState state() {
    Stage current = stage;
    return current == null ? GateState.CLOSED : current.state();
  }

  /**
   * Asks for a permit.
   *
   * @param call the call
   * @param nowNanos the present time
   * @return a permit, which is an epoch; or a {@link Refusal}. If the way back has ended by then,
   *     the call is refused and not counted; what comes after it may let it through.
   */
  public long admit(CallView call, long nowNanos) {
    int calls = refusesTimeless() ? call.weight() : 1;
    for (; ; ) {
      Stage current = stage;
      if (current == null) {
        return Refusal.of(RefusalReason.CIRCUIT_RAMPING); // closed this instant
      }
      if (current instanceof OpenStage open && nowNanos - open.untilNanos >= 0) {
        probe(open, nowNanos);
        continue;
      }
      if (current instanceof RampStage ramp && ramp.isStepDue(nowNanos)) {
        step(ramp, call.random(), nowNanos);
        if (stage != current) {
          continue;
        }
      }
      baseline.onOffered(calls);
      return current.admit(call, nowNanos);
    }
  }

  /**
   * Whether calls may be refused without asking {@link #admit}, and without being counted.
   *
   * @return true between {@link #refuseTimeless} and the end of the cool-down
   */
  public boolean refusesTimeless() {
    return stage instanceof OpenStage open && open.timeless;
  }

  /**
   * From now on calls may be refused without the time; to be called when a cool-down begins.
   *
   * @return what ends that; to be run when the cool-down is over
   */
  public Runnable refuseTimeless() {
    if (!(stage instanceof OpenStage open)) {
      return () -> {};
    }
    open.timeless = true;
    return () -> open.timeless = false;
  }

  /**
   * The rest of the cool-down.
   *
   * @param nowNanos the present time
   * @return nanoseconds; 0 if there is none
   */
  public long coolDownNanos(long nowNanos) {
    return stage instanceof OpenStage open ? Math.max(0, open.untilNanos - nowNanos) : 0;
  }

  /**
   * Gives a permit back.
   *
   * @param call the call
   * @param permit what {@link #admit} returned
   * @param sample what the call tells
   * @param latencyNanos how long it took
   * @param nowNanos the present time
   * @return false if the permit was of an earlier state, so that nothing changed
   */
  public boolean settle(
      CallView call, long permit, Sample sample, long latencyNanos, long nowNanos) {
    Stage current = stage;
    if (current == null || current.epoch != permit) {
      return false;
    }
    if (current instanceof ProbeStage probe) {
      settleProbe(probe, call, sample, latencyNanos, nowNanos);
    } else if (current instanceof RampStage ramp) {
      ramp.settle(sample, latencyNanos, nowNanos);
      if (ramp.isStepDue(nowNanos)) {
        step(ramp, call.random(), nowNanos);
      }
    }
    return true;
  }

  private synchronized void probe(OpenStage from, long nowNanos) {
    if (stage == from) {
      stage = new ProbeStage(epochs.getAsLong(), settings.probeLeaseNanos(), nowNanos);
      observer.changed(GateState.OPEN, GateState.PROBING, "the cool-down is over", nowNanos);
    }
  }

  private synchronized void settleProbe(
      ProbeStage probe, CallView call, Sample sample, long latencyNanos, long nowNanos) {
    if (stage != probe) {
      return;
    }
    boolean slow = sample == Sample.GOOD && tolerance.isSlow(latencyNanos);
    switch (slow ? Sample.BAD : sample) {
      case NONE -> probe.giveBack(nowNanos);
      case BAD ->
        open(
            GateState.PROBING,
            slow ? "the probe was slow" : "the probe failed",
            call.random(),
            nowNanos);
      case GOOD -> {
        baseline.sample(nowNanos);
        Memory memory = baseline.memory();
        RampController controller = new RampController(
            settings, tolerance, memory, latencyNanos, lesson, nowNanos);
        RampStage ramp = new RampStage(
            epochs.getAsLong(),
            controller,
            nowNanos + Units.jittered(settings.stepNanos(), call.random()),
            nowNanos);
        stage = ramp;
        observer.changed(
            GateState.PROBING,
            ramp.state(),
            "the probe succeeded; "
                + tenths(memory.rate())
                + " calls/s were healthy, "
                + tenths(memory.demand())
                + " are asked for",
            nowNanos);
      }
    }
  }

  private synchronized void step(RampStage ramp, long random, long nowNanos) {
    if (stage != ramp || !ramp.isStepDue(nowNanos)) {
      return;
    }
    GateState before = ramp.state();
    if (ramp.isStuck(nowNanos, settings.probeLeaseNanos())) {
      open(before, "the calls on the ramp hang", random, nowNanos);
      return;
    }
    RampController.Decision decision =
        ramp.step(nowNanos, nowNanos + Units.jittered(settings.stepNanos(), random));
    switch (decision) {
      case CONTINUE -> {}
      case RELAPSE -> {
        lesson = ramp.lesson();
        pace.beginAgain();
        open(before, "most calls failed on the ramp", random, nowNanos);
      }
      case EXIT -> {
        baseline.closed(ramp.lesson(), nowNanos);
        baseline.resume(nowNanos);
        stage = null;
        observer.changed(
            before, GateState.CLOSED, "the ramp no longer held anything back", nowNanos);
      }
    }
  }

  private void open(GateState from, String reason, long random, long nowNanos) {
    long wait = pace.next(baseline.memory().rate(), random);
    stage = new OpenStage(epochs.getAsLong(), nowNanos + wait);
    observer.changed(
        from, GateState.OPEN, reason + "; cool-down " + tenths(wait / 1e9) + " s", nowNanos);
  }

  /** For texts made under the lock: a {@code String.format} loads its locales there, for long. */
  private static double tenths(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
