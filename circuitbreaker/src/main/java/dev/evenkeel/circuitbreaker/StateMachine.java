package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.Attachment;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Faults;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.failback.Baseline;
import dev.evenkeel.failback.Failback;
import dev.evenkeel.failback.Tolerance;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
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
  private final CircuitBreakerConfig config;
  private final @Nullable Failback failback; // null: Resilience4j's own way back
  private final Classifier classifier;
  private final Tolerance tolerance;
  private final AtomicLong epochs = new AtomicLong();
  private final LongAdder staleVerdicts = new LongAdder();
  private volatile OwnStart start = OwnStart.over();
  private final Announcer announcer = new Announcer("circuit-breaker");
  private volatile Phase phase = new NewPhase(this);
  private volatile FailuresInARow.@Nullable Rule rowRule;
  private volatile @Nullable KeyedProbe probe;
  private volatile @Nullable Prober prober;
  private volatile boolean coolDownBegan;
  private volatile boolean closed;
  private volatile @Nullable Kernel kernel;
  private volatile @Nullable Baseline memory; // of all phases; null until the time is known
  private long originNanos;

  StateMachine(CircuitBreakerConfig config, @Nullable Failback failback) {
    this.config = config;
    this.failback = failback;
    classifier = new Classifier(config);
    tolerance = Trip.tolerance(
        config, failback == null ? Tolerance.STANDARD.waitSeconds() : firstWaitSeconds(config));
  }

  /** Asked once, when the breaker is made: it is a user's function, which may draw or throw. */
  private static double firstWaitSeconds(CircuitBreakerConfig config) {
    try {
      return Math.max(0, config.getWaitIntervalFunctionInOpenState().apply(1)) / 1e3;
    } catch (Throwable fault) {
      new Faults("circuit-breaker")
          .report("waitIntervalFunctionInOpenState", fault, "a minute is taken for its first wait");
      return Tolerance.STANDARD.waitSeconds();
    }
  }

  Phase phase() {
    return phase;
  }

  Classifier classifier() {
    return classifier;
  }

  Announcer announcer() {
    return announcer;
  }

  boolean hasFailback() {
    return failback != null;
  }

  /** Whether it is in a pipeline, or was in one. */
  boolean isAttached() {
    return kernel != null;
  }

  /** That of the first pipeline; null if there was none. */
  @Nullable Kernel kernel() {
    return kernel;
  }

  void setRowRule(FailuresInARow.Rule rule) {
    rowRule = rule;
  }

  void setStart(OwnStart newStart) {
    start = newStart;
  }

  void setProbe(KeyedProbe newProbe) {
    probe = newProbe;
  }

  void onStaleVerdict() {
    staleVerdicts.increment();
  }

  long staleVerdicts() {
    return staleVerdicts.sum();
  }

  void attach(Attachment attachment) {
    KeyedProbe ping = probe;
    Kernel time = attachment.kernel();
    long nowNanos = time.nanoTime();
    synchronized (lock) {
      announcer.add(attachment);
      if (kernel == null) {
        kernel = time;
      }
      if (ping != null && prober == null) {
        prober = new Prober(this, ping, time, attachment.pipelineName(), attachment.key());
        Kind kind = phase.state().kind();
        coolDownBegan |= kind == Kind.OPEN || kind == Kind.PROBING; // it was in another pipeline
      }
      remember(nowNanos);
    }
    begin(nowNanos);
    afterChange();
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
      present = new Baseline(tolerance, nowNanos);
      memory = present;
      originNanos = nowNanos;
    }
    return present;
  }

  /** Closed, with an empty window. */
  private Phase watching(long nowNanos) {
    Baseline remembered = remember(nowNanos);
    if (failback == null) {
      return new Resilience4jPhase(this, config, nowNanos);
    }
    remembered.resume(nowNanos);
    return new ClosedPhase(this, remembered, start, window(rowRule, nowNanos));
  }

  private Trip window(FailuresInARow.@Nullable Rule rule, long nowNanos) {
    return Trip.of(epochs.incrementAndGet(), config, rule, originNanos, nowNanos);
  }

  /** What would trip the closed breaker, for a ramp. */
  Trip windowOfRamp(long nowNanos) {
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
    Failback settings = failback;
    Baseline remembered = memory;
    if (settings == null || remembered == null) {
      return; // Resilience4j opens by itself, and without a memory there is no time yet
    }
    ReturnPhase next = new ReturnPhase(
        this, settings, tolerance, remembered, epochs::incrementAndGet, lock, nowNanos);
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
      if (failback == null) {
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
      if (can && failback != null && memory != null) {
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
    String why = failback == null
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
    phase.onClosed();
  }
}
