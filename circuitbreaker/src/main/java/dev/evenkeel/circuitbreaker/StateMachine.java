package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.Attachment;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.failback.Baseline;
import dev.evenkeel.failback.Checkpoint;
import dev.evenkeel.failback.Failback;
import dev.evenkeel.failback.FleetDependency;
import dev.evenkeel.failback.FleetMembership;
import dev.evenkeel.failback.MemberReport;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Holds the breaker's phase and changes it.
 *
 * <p>One lock for each breaker guards every change of its state, the way back's included. Under it
 * the locks of the memory, the window, the prober, the announcer's queue and the kernel's timers
 * may be taken, and none of them takes another one of ours. Users' code never runs under it:
 * listeners, the log and the texts of exceptions are the {@link Announcer}'s, after the lock is
 * released ({@link #change}); predicates run before it is taken, pings on threads of their own.
 */
final class StateMachine {

  private final Object lock = new Object();
  private volatile BreakerSettings settings; // written under the lock once it is in use
  private final AtomicLong epochs = new AtomicLong();
  private final LongAdder staleVerdicts = new LongAdder();
  private volatile OwnStart start = OwnStart.over();
  private final Announcer announcer = new Announcer("circuit-breaker");
  private volatile Phase phase = new NewPhase(this);
  private volatile @Nullable KeyedProbe probe;
  private volatile @Nullable Prober prober;
  private volatile @Nullable FleetSeat fleet;
  private volatile @Nullable CheckpointSeat checkpoint;
  private volatile boolean coolDownBegan;
  private volatile boolean closed;
  private volatile @Nullable Kernel kernel;
  private volatile @Nullable Baseline memory; // of all phases; null until the time is known
  private long originNanos;

  StateMachine(BreakerSettings settings) {
    this.settings = settings;
  }

  BreakerSettings settings() {
    return settings;
  }

  Phase phase() {
    return phase;
  }

  Classifier classifier() {
    return settings.classifier();
  }

  Announcer announcer() {
    return announcer;
  }

  boolean hasFailback() {
    return settings.failback() != null;
  }

  /** Whether it is in a pipeline, or was in one. */
  boolean isAttached() {
    return kernel != null;
  }

  /** That of the first pipeline; null if there was none. */
  @Nullable Kernel kernel() {
    return kernel;
  }

  void setRowRule(ConsecutiveFailures.Rule rule) {
    settings = settings.with(rule);
  }

  void setStart(OwnStart newStart) {
    start = newStart;
  }

  void setProbe(KeyedProbe newProbe) {
    probe = newProbe;
  }

  void setFleet(FleetDependency dependency) {
    fleet = new FleetSeat(this, dependency);
  }

  void setCheckpoint(Checkpoint newCheckpoint) {
    checkpoint = new CheckpointSeat(newCheckpoint);
  }

  /** What the fleet does; null for a breaker of its own. */
  @Nullable FleetMembership fleet() {
    FleetSeat seat = fleet;
    return seat == null ? null : seat.membership();
  }

  /** What the fleet may hear. */
  MemberReport report(long nowNanos) {
    synchronized (lock) {
      Baseline remembered = remember(nowNanos);
      Kernel chance = kernel;
      return phase instanceof ReturnPhase wayBack
          ? wayBack.report(remembered, chance == null ? 0 : chance.random(), nowNanos)
          : FleetSeat.report(phase.state().kind(), remembered);
    }
  }

  /**
   * Acts on what the fleet does.
   *
   * @param isBack whether a closed breaker is to come back with the others
   */
  void heed(boolean isBack, long random, long nowNanos) {
    change(() -> {
      if (isBack && (phase instanceof ClosedPhase || phase instanceof NewPhase)) {
        remember(nowNanos);
        openFor("most of the fleet cannot reach it", () -> "", random, nowNanos);
        if (phase instanceof ReturnPhase wayBack) {
          wayBack.follow(nowNanos);
        }
      }
      if (phase instanceof ReturnPhase wayBack) {
        wayBack.heed(random, nowNanos);
      }
    });
  }

  /**
   * Goes by the settings of another breaker, which is not in use, from now on. The state stays: a
   * closed breaker keeps what its window holds, and a way back goes on as it began. What is asked
   * by itself, predicates and probes, is in force at once.
   */
  void changeTo(StateMachine wanted) {
    Prober ended = null;
    long nowNanos = nowNanos();
    synchronized (lock) {
      BreakerSettings before = settings;
      settings = wanted.settings;
      Baseline remembered = memory;
      if (remembered != null) {
        remembered.bears(settings.tolerance());
      }
      if (phase instanceof NewPhase) {
        start = wanted.start;
      } else if (phase instanceof ClosedPhase closedPhase) {
        ClosedWindow window = closedPhase.window();
        phase = closedPhase.with(
            classifier(), settings.tripsAs(before) ? window : windowAfter(window, nowNanos));
      }
      KeyedProbe other = wanted.probe;
      if (other != null && other != probe) {
        probe = other;
        ended = prober;
        prober = null;
      }
    }
    if (ended != null) {
      ended.closeElsewhere();
    }
    announcer.forEachAttachment(this::probeFor);
    afterChange();
  }

  /** A window that holds what another one does, for the calls of the same period. */
  private ClosedWindow windowAfter(ClosedWindow before, long nowNanos) {
    BreakerSettings now = settings;
    ClosedWindow after = ClosedWindow.of(
        before.epoch, now.config(), now.rowRule(), originNanos, before.beganNanos());
    after.carryOver(before.figures(), nowNanos);
    return after;
  }

  void onStaleVerdict() {
    staleVerdicts.increment();
  }

  long staleVerdicts() {
    return staleVerdicts.sum();
  }

  void attach(Attachment attachment) {
    Kernel time = attachment.kernel();
    long nowNanos = time.nanoTime();
    Baseline remembered;
    synchronized (lock) {
      announcer.add(attachment);
      if (kernel == null) {
        kernel = time;
      }
      probeFor(attachment);
      remembered = remember(nowNanos);
    }
    CheckpointSeat earlier = checkpoint;
    if (earlier != null) {
      earlier.join(attachment, remembered);
    }
    begin(nowNanos);
    FleetSeat seat = fleet;
    if (seat != null) {
      seat.join(attachment);
    }
    afterChange();
  }

  /** Probes for the first of its pipelines, if it has a probe and none is under way. */
  private void probeFor(Attachment attachment) {
    synchronized (lock) {
      KeyedProbe ping = probe;
      if (ping != null && prober == null) {
        prober = new Prober(
            this, ping, attachment.kernel(), attachment.pipelineName(), attachment.key());
        Kind kind = phase.state().kind();
        coolDownBegan |= kind == Kind.OPEN || kind == Kind.PROBING; // it was before
      }
    }
  }

  /** The last pipeline that is closed takes probes and timers with it. */
  void detach(Attachment attachment) {
    Prober ended = null;
    boolean last;
    synchronized (lock) {
      last = announcer.remove(attachment) && announcer.isInNoPipeline();
      if (last) {
        ended = prober;
        prober = null;
      }
    }
    if (ended != null) {
      ended.closeElsewhere();
    }
    if (last) {
      leaveOthers();
      phase.onClosed();
    }
  }

  /** The time of the first pipeline; without one, of the first call. */
  private long nowNanos() {
    Kernel time = kernel;
    return time == null ? originNanos : time.nanoTime();
  }

  /** Moves the time of the window to now, if anybody knows it. */
  Phase told() {
    Phase current = phase;
    if (isAttached()) {
      current.tell(nowNanos());
    }
    return current;
  }

  /** Makes a change, and tells of it when that is done. */
  void change(Runnable change) {
    synchronized (lock) {
      change.run();
    }
    afterChange();
  }

  /** What follows from changes that were made under the lock; to be called without it. */
  void afterChange() {
    if (coolDownBegan) {
      coolDownBegan = false;
      phase.onCoolDown();
    }
    announcer.deliver();
  }

  /** The first call tells the time. */
  Phase begin(long nowNanos) {
    synchronized (lock) {
      if (phase instanceof NewPhase) {
        phase = watching(nowNanos);
      }
      return phase;
    }
  }

  /** A call came while the breaker is held by hand; whatever comes of it, it was asked for. */
  void onHeldCall(long nowNanos) {
    Baseline present = memory;
    if (present == null) {
      synchronized (lock) {
        present = remember(nowNanos);
      }
    }
    present.onOffered(1);
    present.sample(nowNanos);
  }

  private Baseline remember(long nowNanos) {
    Baseline present = memory;
    if (present == null) {
      present = new Baseline(settings.tolerance(), nowNanos);
      memory = present;
      originNanos = nowNanos;
    }
    return present;
  }

  /** Closed, with an empty window. */
  private Phase watching(long nowNanos) {
    Baseline remembered = remember(nowNanos);
    if (!hasFailback()) {
      return new Resilience4jPhase(this, settings.config(), nowNanos);
    }
    remembered.resume(nowNanos);
    return new ClosedPhase(this, remembered, start, window(settings.rowRule(), nowNanos));
  }

  private ClosedWindow window(ConsecutiveFailures.@Nullable Rule rule, long nowNanos) {
    return ClosedWindow.of(
        epochs.incrementAndGet(), settings.config(), rule, originNanos, nowNanos);
  }

  /** What would trip the closed breaker, for a ramp. */
  ClosedWindow windowOfRamp(long nowNanos) {
    return window(null, nowNanos);
  }

  /**
   * Opens the breaker, if nobody else has: when a dependency dies, many calls find at once that it
   * should. Only the one that does finds out the reason.
   */
  void trip(ClosedPhase from, CallView call, long nowNanos) {
    Throwable last = Classifier.failureOf(call);
    change(() -> {
      String why = phase == from ? from.window().whyTripped() : null;
      if (why != null) { // else a success has ended the row of failures meanwhile
        String kinds = from.failures();
        Supplier<String> failures = () -> kinds.isEmpty()
            ? ""
            : "; failed: " + kinds + (last == null ? "" : ", last: " + Words.message(last));
        openFor(why, failures, call.random(), nowNanos);
      }
    });
  }

  private void openFor(String why, Supplier<String> failures, long random, long nowNanos) {
    BreakerSettings now = settings;
    Failback failback = now.failback();
    Baseline remembered = memory;
    if (failback == null || remembered == null) {
      return; // Resilience4j opens by itself, and without a memory there is no time yet
    }
    ReturnPhase next = new ReturnPhase(
        this, failback, now.tolerance(), remembered, epochs::incrementAndGet, lock, nowNanos);
    leave(next);
    next.begin(why, failures, random, nowNanos);
  }

  private void leave(Phase next) {
    phase.onLeft();
    phase = next;
  }

  /** A cool-down has begun, in the phase of now; under the lock. */
  void onCoolDownBegan() {
    coolDownBegan = true;
  }

  /** The way back is over; under the lock. */
  void onReturned(long nowNanos) {
    leave(watching(nowNanos));
  }

  /** Sets a state by hand. */
  void become(GateState to, String reason) {
    change(() -> {
      long nowNanos = nowNanos();
      GateState before = phase.state();
      if (!hasFailback()) {
        begin(nowNanos);
        if (phase instanceof Resilience4jPhase theirs) {
          theirs.become(to);
        }
      } else if (to.kind() != Kind.CLOSED) {
        leave(new HeldPhase(this, to, epochs.incrementAndGet()));
      } else {
        leave(memory == null ? new NewPhase(this) : watching(nowNanos));
      }
      if (before.kind() == to.kind()) {
        announcer.line(Level.INFO, () -> "was " + to + " already; by hand: " + reason);
      }
      announcer.change(before, to, () -> "by hand: " + reason, nowNanos);
    });
  }

  /** Ends a maintenance through probes and a ramp. */
  void comeBack(String reason) {
    change(() -> {
      Kind kind = phase.state().kind();
      boolean can = kind == Kind.FORCED_OPEN || kind == Kind.DISABLED || kind == Kind.CLOSED;
      if (can && hasFailback() && memory != null) {
        Kernel chance = kernel;
        long random = chance == null ? 0 : chance.random();
        openFor("by hand: " + reason, () -> "", random, nowNanos());
      } else {
        nothingDone("comeBack", reason);
      }
    });
  }

  /** Ends a way back at once. */
  void skipRamp(String reason) {
    change(() -> {
      if (phase instanceof ReturnPhase wayBack) {
        long nowNanos = nowNanos();
        GateState before = wayBack.state();
        leave(watching(nowNanos));
        String story = wayBack.story(nowNanos);
        announcer.change(
            before,
            GateState.CLOSED,
            () -> "by hand, without the rest of the ramp: " + reason + "; " + story,
            nowNanos);
      } else {
        nothingDone("skipRamp", reason);
      }
    });
  }

  private void nothingDone(String method, String reason) {
    GateState state = phase.state();
    String why = !hasFailback()
        ? "it has Resilience4j's way back"
        : memory == null ? "there was no call yet" : "it is " + state;
    announcer.line(Level.WARN, () -> method + "(" + reason + ") changes nothing: " + why);
  }

  /** What probes while nobody calls; empty if nothing does. */
  Optional<Prober> prober() {
    return closed ? Optional.empty() : Optional.ofNullable(prober);
  }

  /** Whether it may leave a timer armed. */
  boolean mayArmTimers() {
    return !closed && !announcer.isInNoPipeline();
  }

  /** Ends probes and timers. */
  void close() {
    Prober ended = prober;
    closed = true;
    if (ended != null) {
      ended.close();
    }
    leaveOthers();
    phase.onClosed();
  }

  private void leaveOthers() {
    FleetSeat seat = fleet;
    if (seat != null) {
      seat.leave();
    }
    CheckpointSeat kept = checkpoint;
    Baseline remembered = memory;
    if (kept != null && remembered != null) {
      kept.leave(remembered);
    }
  }
}
