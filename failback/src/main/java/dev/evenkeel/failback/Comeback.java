package dev.evenkeel.failback;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One dependency's way back, from its trip to its close: OPEN, PROBING, RAMPING, and OPEN again
 * after a relapse. A thin shell that makes the state safe under concurrency; each state is an
 * object with an epoch of its own, and a permit is its epoch, so a verdict from an earlier state
 * finds nothing to change.
 *
 * <p>Calls and pings are told apart. A ping is no traffic, and how long it takes says nothing about
 * calls. And it may be wrong: after a ramp that a ping began and that relapsed, a call has to find
 * the dependency well, for as long as there are calls.
 *
 * <p>Thread-safe. Each change of state is made under the one lock that is handed in, so that its
 * owner can change a state of its own in the same step.
 */
public final class Comeback {

  /** What a call tells the way back. */
  public enum Sample {
    /** The dependency answered. */
    GOOD,
    /** It failed. */
    BAD,
    /** It says nothing about the dependency: the permit just comes back. */
    NONE
  }

  /** Hears of each change of state, under the lock: it takes a note, and calls nobody. */
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

    /**
     * A ramp made a step and goes on.
     *
     * @param nowNanos when
     */
    default void stepped(long nowNanos) {}
  }

  private final Failback settings;
  private final Tolerance tolerance;
  private final Baseline baseline;
  private final LongSupplier epochs;
  private final Object lock;
  private final Observer observer;
  private final ProbePace pace;
  private final PingTrust pingTrust = new PingTrust();
  private final LongAdder refused = new LongAdder();
  private volatile @Nullable Stage stage;
  private Lesson lesson = Lesson.NONE;
  private boolean byPing; // the ramp of now began with a ping, not with a call
  private final Others others;

  /**
   * Creates a way back that has not begun.
   *
   * @param settings the settings
   * @param tolerance what the closed breaker bears
   * @param baseline what the dependency could do while healthy
   * @param epochs gives the next epoch, never the same twice
   * @param lock guards each change of state; its owner may hold it already
   * @param observer hears of changes
   */
  public Comeback(
      Failback settings,
      Tolerance tolerance,
      Baseline baseline,
      LongSupplier epochs,
      Object lock,
      Observer observer) {
    this(settings, tolerance, baseline, epochs, lock, observer, null);
  }

  /**
   * Creates the way back of a member of a fleet.
   *
   * @param settings the settings
   * @param tolerance what the closed breaker bears
   * @param baseline what the dependency could do while healthy
   * @param epochs gives the next epoch, never the same twice
   * @param lock guards each change of state; its owner may hold it already
   * @param observer hears of changes
   * @param fleet what the others do; null for a process of its own
   */
  public Comeback(
      Failback settings,
      Tolerance tolerance,
      Baseline baseline,
      LongSupplier epochs,
      Object lock,
      Observer observer,
      @Nullable FleetMembership fleet) {
    others = new Others(fleet);
    this.settings = Checks.notNull("settings", settings);
    this.tolerance = Checks.notNull("tolerance", tolerance);
    pace = new ProbePace(settings);
    this.baseline = Checks.notNull("baseline", baseline);
    this.epochs = Checks.notNull("epochs", epochs);
    this.lock = Checks.notNull("lock", lock);
    this.observer = Checks.notNull("observer", observer);
  }

  /**
   * Begins: the dependency has failed.
   *
   * @param reason why, with figures
   * @param random a random number
   * @param nowNanos the present time
   */
  public void begin(String reason, long random, long nowNanos) {
    synchronized (lock) {
      lesson = baseline.lesson(nowNanos);
      baseline.forgetLatest();
      if (others.fleet() != null) {
        baseline.passOver();
      }
      pace.begin();
      pingTrust.begin(nowNanos);
      others.tripped(nowNanos);
      open(GateState.CLOSED, reason, random, nowNanos);
    }
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
   * What holds the way back where it is, for people; to be called under the lock.
   *
   * @return a few words, with figures
   */
  public String why() {
    return stage instanceof RampStage ramp ? ramp.why() : state().toString();
  }

  /**
   * How many calls were refused on the way; where they are refused without the time, an estimate.
   *
   * @return 0 or more
   */
  public long refusedCalls() {
    return refused.sum();
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
      if (advances(current, call, nowNanos)) {
        continue;
      }
      baseline.onOffered(calls);
      pingTrust.onCall(nowNanos);
      long answer = current.admit(call, nowNanos);
      if (answer < 0) {
        refused.add(calls);
      }
      return answer;
    }
  }

  /**
   * Asks for the permit to make a ping.
   *
   * @param ping the ping
   * @param nowNanos the present time
   * @return a permit, for {@link #settlePing}; or a {@link Refusal}: {@code CIRCUIT_OPEN} and
   *     {@code CIRCUIT_PROBING} say when to ask again, anything else that none is needed
   */
  public long admitPing(CallView ping, long nowNanos) {
    for (; ; ) {
      Stage current = stage;
      if (current == null || current instanceof RampStage) {
        return Refusal.of(RefusalReason.CIRCUIT_RAMPING);
      }
      long holdBackNanos = pingTrust.holdBackNanos(nowNanos);
      if (holdBackNanos > 0) {
        return Refusal.of(RefusalReason.CIRCUIT_PROBING, holdBackNanos);
      }
      if (!advances(current, ping, nowNanos)) {
        return current.admit(ping, nowNanos);
      }
    }
  }

  /** Whether the time has brought another state. */
  private boolean advances(Stage current, CallView call, long nowNanos) {
    if (current instanceof OpenStage open && nowNanos - open.untilNanos >= 0) {
      probe(open, nowNanos);
      return true;
    }
    if (current instanceof RampStage ramp && ramp.isStepDue(nowNanos)) {
      step(ramp, call.random(), nowNanos);
      return stage != current;
    }
    return false;
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
   * How long a ping may take.
   *
   * @return nanoseconds
   */
  public long leaseNanos() {
    return settings.probeLeaseNanos();
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
      if (sample == Sample.GOOD) {
        baseline.cameBackLate(latencyNanos);
      }
      return false;
    }
    if (current instanceof ProbeStage probe) {
      boolean slow = sample == Sample.GOOD && tolerance.isSlow(latencyNanos);
      if (slow) {
        settleProbe(probe, Sample.BAD, false, "was slow", 0, call.random(), nowNanos);
      } else {
        settleProbe(probe, sample, false, "failed", latencyNanos, call.random(), nowNanos);
      }
    } else if (current instanceof RampStage ramp) {
      ramp.settle(sample, latencyNanos, nowNanos);
      if (ramp.isStepDue(nowNanos)) {
        step(ramp, call.random(), nowNanos);
      }
    }
    return true;
  }

  /**
   * Gives a ping's permit back.
   *
   * @param ping the ping
   * @param permit what {@link #admitPing} returned
   * @param sample what it tells
   * @param nowNanos the present time
   * @return false if the permit was of an earlier state, so that nothing changed
   */
  public boolean settlePing(CallView ping, long permit, Sample sample, long nowNanos) {
    if (!(stage instanceof ProbeStage probe) || probe.epoch != permit) {
      return false;
    }
    settleProbe(probe, sample, true, "failed", 0, ping.random(), nowNanos);
    return true;
  }

  private void probe(OpenStage from, long nowNanos) {
    synchronized (lock) {
      if (stage == from) {
        stage = new ProbeStage(epochs.getAsLong(), settings.probeLeaseNanos(), nowNanos);
        observer.changed(GateState.OPEN, GateState.PROBING, "the cool-down is over", nowNanos);
      }
    }
  }

  private void settleProbe(
      ProbeStage probe,
      Sample sample,
      boolean ping,
      String failed,
      long latencyNanos,
      long random,
      long nowNanos) {
    synchronized (lock) {
      if (stage != probe) {
        return;
      }
      switch (sample) {
        case NONE -> probe.giveBack(nowNanos);
        case BAD -> open(GateState.PROBING, "the probe " + failed, random, nowNanos);
        case GOOD -> ramp(ping, latencyNanos, random, nowNanos);
      }
    }
  }

  /**
   * Begins a ramp.
   *
   * @param latencyNanos how long the probe took; 0 if that says nothing about calls
   */
  private void ramp(boolean ping, long latencyNanos, long random, long nowNanos) {
    pingTrust.rampBegan(ping);
    byPing = ping;
    baseline.sample(nowNanos);
    Memory memory = baseline.memory();
    String why = "the " + (ping ? "ping" : "probe") + " succeeded";
    ramp(GateState.PROBING, why, memory, (double) latencyNanos, random, nowNanos);
    others.tell();
  }

  private void ramp(
      GateState from, String why, Memory memory, double latencyNanos, long random, long nowNanos) {
    FleetMembership fleet = others.fleet();
    Lesson learned = lesson;
    RampStage ramp = new RampStage(
        epochs.getAsLong(),
        fleet == null
            ? new RampController(settings, tolerance, memory, latencyNanos, learned, nowNanos)
            : new SharedRamp(
                fleet,
                baseline,
                time ->
                    new RampController(settings, tolerance, memory, latencyNanos, learned, time),
                latencyNanos,
                nowNanos),
        nowNanos + Units.jittered(settings.stepNanos(), random),
        nowNanos);
    stage = ramp;
    observer.changed(
        from,
        ramp.state(),
        why
            + "; "
            + tenths(memory.rate())
            + " calls/s were healthy, "
            + tenths(memory.demand())
            + " are asked for",
        nowNanos);
  }

  private void step(RampStage ramp, long random, long nowNanos) {
    step(ramp, random, nowNanos, false);
  }

  private void step(RampStage ramp, long random, long nowNanos, boolean now) {
    synchronized (lock) {
      if (stage != ramp || (!now && !ramp.isStepDue(nowNanos))) {
        return;
      }
      GateState before = ramp.state();
      double returned = baseline.returnedNanos();
      if (ramp.isStuck(nowNanos, settings.probeLeaseNanos(), returned)) {
        pingTrust.rampEnded();
        open(before, "the calls on the ramp hang", random, nowNanos);
        return;
      }
      RampController.Decision decision =
          ramp.step(nowNanos, nowNanos + Units.jittered(settings.stepNanos(), random), returned);
      switch (decision) {
        case CONTINUE -> observer.stepped(nowNanos);
        case RELAPSE -> relapse(ramp, !byPing, ramp.whyRelapsed(), random, nowNanos);
        case EXIT -> {
          baseline.closed(ramp.lesson(), ramp.usualNanos(), nowNanos);
          stage = null;
          observer.changed(
              before, GateState.CLOSED, "the ramp no longer held anything back", nowNanos);
        }
      }
    }
  }

  /**
   * Whether a permit is of the ramp of now.
   *
   * @param permit what {@link #admit} returned
   * @return false also if there is none
   */
  public boolean isOnRamp(long permit) {
    return stage instanceof RampStage ramp && ramp.epoch == permit;
  }

  /**
   * How many calls of a ramp have begun.
   *
   * @param permit of one of them
   * @param leftOut the share of those under way that does not count, 0 to 1
   * @return 0 if that ramp is over
   */
  public double begun(long permit, double leftOut) {
    synchronized (lock) {
      return stage instanceof RampStage ramp && ramp.epoch == permit ? ramp.begun(leftOut) : 0;
    }
  }

  /**
   * How long the calls of a ramp take.
   *
   * @param permit of one of them
   * @return nanoseconds: in healthy times, as a probe or of late, whichever is the longest; 0 if
   *     that ramp is over
   */
  public double usualNanos(long permit) {
    synchronized (lock) {
      return stage instanceof RampStage ramp && ramp.epoch == permit ? ramp.usualNanos() : 0;
    }
  }

  /**
   * Ends a ramp on which more fails or is slow than the closed breaker bears.
   *
   * @param permit of a call of that ramp; if it is over, nothing changes
   * @param slow whether calls were slow, which a probe need not be
   * @param reason why, with figures
   * @param random a random number
   * @param nowNanos the present time
   */
  public void relapse(long permit, boolean slow, String reason, long random, long nowNanos) {
    synchronized (lock) {
      if (stage instanceof RampStage ramp && ramp.epoch == permit) {
        relapse(ramp, !slow && !byPing, reason, random, nowNanos);
      }
    }
  }

  private void relapse(RampStage ramp, boolean wasBack, String reason, long random, long nowNanos) {
    lesson = ramp.lesson();
    others.relapsed(nowNanos);
    pingTrust.rampEnded();
    pace.beginAgain(wasBack);
    open(ramp.state(), reason, random, nowNanos);
  }

  private void open(GateState from, String reason, long random, long nowNanos) {
    long wait = coolDown(random, nowNanos);
    stage = new OpenStage(epochs.getAsLong(), nowNanos + wait);
    others.tell();
    observer.changed(
        from, GateState.OPEN, reason + "; cool-down " + tenths(wait / 1e9) + " s", nowNanos);
  }

  private long coolDown(long random, long nowNanos) {
    long shared = others.probeWaitNanos(random, nowNanos);
    return shared >= 0 ? shared : pace.next(baseline.memory(), random);
  }

  /**
   * It has begun because of the others, and not for a trouble of its own: it comes back with them.
   *
   * @param nowNanos the present time
   */
  public void follow(long nowNanos) {
    synchronized (lock) {
      others.follow(nowNanos);
    }
  }

  /**
   * Looks at what the fleet does and acts on it. Never on the way of a call.
   *
   * @param random a random number
   * @param nowNanos the present time
   */
  public void heed(long random, long nowNanos) {
    synchronized (lock) {
      Stage current = stage;
      if (current instanceof RampStage ramp) {
        step(ramp, random, nowNanos);
      } else if (current != null && others.haveFoundIt(random, nowNanos)) {
        pingTrust.rampBegan(false);
        byPing = false;
        baseline.sample(nowNanos);
        String why = "the fleet has found it back";
        ramp(current.state(), why, baseline.memory(), 0, random, nowNanos);
      } else if (current instanceof OpenStage open && others.havePaceChanged(nowNanos)) {
        open.untilNanos = nowNanos + coolDown(random, nowNanos);
      }
    }
  }

  /**
   * What the others may hear of this way back.
   *
   * @param memory what the dependency bore
   * @param random a random number
   * @param nowNanos the present time
   * @return as of now
   */
  public MemberReport report(Memory memory, long random, long nowNanos) {
    synchronized (lock) {
      if (stage instanceof RampStage ramp
          && ramp.steering() instanceof SharedRamp shared
          && shared.isFollowing()) {
        step(ramp, random, nowNanos, true);
      }
      return others.report(stage, baseline, memory);
    }
  }

  /** For texts made under the lock: a {@code String.format} loads its locales there, for long. */
  private static double tenths(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
