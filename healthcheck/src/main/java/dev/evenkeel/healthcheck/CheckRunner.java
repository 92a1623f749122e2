package dev.evenkeel.healthcheck;

import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.Faults;
import dev.evenkeel.core.Kernel;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Runs one check on its schedule, one run at a time, and keeps what is made of the results. What is
 * read is one volatile reference: no reader ever waits for a check. Thread-safe.
 */
final class CheckRunner {

  /** The longest pause after a run that the process itself spoilt, or that hung and came back. */
  private static final long AGAIN_NANOS = 100_000_000L;

  private final Check check;
  private final HealthContext context;
  private final Kernel kernel;
  private final Faults faults;

  /** All that a reader needs, in one reference. */
  private record Known(Assessment assessment, long gapNanos) {}

  private volatile Known known;
  private volatile @Nullable CheckRun current;
  private volatile double fleetShare = Double.NaN;
  private @Nullable Cancellable timer;

  /** The run that still hung when the next one was due; none then tells that it has ended. */
  private @Nullable CheckRun overdue;

  private boolean closed;

  CheckRunner(Check check, HealthContext context) {
    this.check = check;
    this.context = context;
    this.kernel = context.kernel();
    this.faults = new Faults("health check '" + check.name() + "'");
    this.known =
        new Known(Assessment.begin(kernel.nanoTime()), check.timing().interval().toNanos());
  }

  String name() {
    return check.name();
  }

  Check check() {
    return check;
  }

  RunSlots slots() {
    return context.slots();
  }

  /** Runs for the first time. */
  synchronized void start() {
    if (!closed && timer == null && current == null) {
      scheduleIn(0);
    }
  }

  void close() {
    CheckRun run;
    synchronized (this) {
      closed = true;
      if (timer != null) {
        timer.cancel();
        timer = null;
      }
      run = current;
    }
    if (run != null) {
      run.abandon();
    }
  }

  private synchronized void scheduleIn(long nanos) {
    if (!closed) {
      if (timer != null) {
        timer.cancel();
      }
      timer = kernel.schedule(kernel.nanoTime() + nanos, this::due);
    }
  }

  /** On the kernel's timer thread: nothing here blocks. */
  private void due() {
    CheckRun run;
    boolean isNew;
    synchronized (this) {
      timer = null;
      if (closed) {
        return;
      }
      run = current;
      isNew = run == null;
      if (run == null) {
        run = new CheckRun(this, kernel, check.timing().timeLimit().toNanos());
        current = run;
      } else if (run.isHung()) {
        overdue = run;
      }
    }
    if (isNew) {
      slots().submit(run);
    } else if (run.isHung()) {
      timedOut(run, true); // another interval without an answer is another bad result
    }
  }

  /** What a run has found; the cause if that is DOWN. */
  record Finding(CheckResult result, @Nullable Cause cause) {}

  /**
   * All of the user's code, that of the trace and the fleet included: on a thread of the pool,
   * under the time limit.
   */
  Finding look() {
    CheckResult result;
    try {
      result = check.check().check();
      if (result == null) {
        throw new NullPointerException("the check's result: null (expected: a CheckResult)");
      }
    } catch (Throwable failure) {
      askFleet();
      Cause cause = Cause.of(failure, traceId());
      return new Finding(CheckResult.down(cause.toString()), cause);
    }
    if (result.status() != Status.DOWN) {
      return new Finding(result, null);
    }
    askFleet();
    return new Finding(result, causeOf(result));
  }

  private void askFleet() {
    if (check.kind() == CheckKind.SHARED && !check.groups().isEmpty()) {
      fleetShare = context.othersThatFail(check.name());
    }
  }

  void finished(CheckRun run, Finding finding) {
    observe(run, finding.result(), finding.cause());
  }

  private Cause causeOf(CheckResult down) {
    PassiveGate gate = check.gate();
    Cause seen = gate == null ? null : gate.lastFailure();
    return seen != null ? seen : new Cause(Cause.SAID_SO, down.message(), traceId());
  }

  private @Nullable String traceId() {
    try {
      return context.traceId().get();
    } catch (Throwable fault) {
      faults.report("traceId", fault, "going on without it");
      return null;
    }
  }

  /**
   * Its time limit is over, or it hangs for another interval.
   *
   * @param still it was interrupted an interval ago, or more
   */
  void timedOut(CheckRun run, boolean still) {
    String message = String.format(
        Locale.ROOT, "no answer within %.3g s", check.timing().timeLimit().toNanos() / 1e9);
    if (still) {
      message += "; thread " + run.threadName() + " still runs";
    }
    Cause cause = new Cause("java.util.concurrent.TimeoutException", message, null);
    observe(run, CheckResult.down(message), cause);
  }

  /**
   * A run over its time limit has ended after all. What it found is too late to count. The next one
   * is due as planned, by the back-off; only if it hung until then is it looked at again at once.
   */
  void cameBack(CheckRun run, long ranNanos) {
    boolean hung;
    synchronized (this) {
      forget(run);
      hung = overdue == run;
      if (timer == null || overdue == run) {
        scheduleIn(again());
      }
      overdue = null;
    }
    if (hung) { // one that heard its interrupt is told as a bad result, and not in every round
      context
          .announcer()
          .say(() -> HealthContext.LOG.info(
              "health check '{}': came back after {} ms, over its time limit",
              name(),
              ranNanos / 1_000_000));
    }
  }

  private long again() {
    return Math.min(AGAIN_NANOS, check.timing().interval().toNanos());
  }

  /** The process stood still during the run: what it found says nothing about the dependency. */
  void stoodStill(CheckRun run) {
    forget(run);
    scheduleIn(again());
  }

  /** No thread could be had: no evidence either way. */
  void notRun(CheckRun run, Throwable why) {
    forget(run);
    faults.report("executor", why, "not run this time");
    scheduleIn(known.gapNanos());
  }

  private synchronized void forget(CheckRun run) {
    if (current == run) {
      current = null;
    }
  }

  private void observe(CheckRun run, CheckResult result, @Nullable Cause cause) {
    synchronized (this) {
      if (!run.isHung()) {
        forget(run);
      }
      if (closed) {
        return;
      }
      long now = kernel.nanoTime();
      CheckTiming timing = check.timing();
      Known before = known;
      boolean stale = before.assessment().isStale(timing.staleNanos(before.gapNanos()), now);
      Assessment after =
          before.assessment().observe(result, cause, stale, timing.rise(), timing.fall(), now);
      long gap = Pace.gapNanos(after, timing, kernel.random());
      known = new Known(after, gap);
      scheduleIn(gap);
      announce(before.assessment(), after);
    }
    context.onChange().run();
  }

  private void announce(Assessment before, Assessment after) {
    if (before.settled() != after.settled() && after.isKnown()) {
      Assessment.Failure failure = after.failure();
      Cause cause = after.settled().isServing() || failure == null ? null : failure.cause();
      CheckResult result = after.result();
      String why = cause != null ? cause.toString() : result == null ? null : result.message();
      context.announcer().changed(check, before.settled(), after.settled(), why);
    }
  }

  /** What is known now. Never waits. */
  CheckSnapshot snapshot(long nowNanos) {
    Known seen = known;
    CheckRun run = current;
    long stale = check.timing().staleNanos(seen.gapNanos());
    return Snapshots.of(check, seen.assessment(), stale, run, nowNanos);
  }

  /** When the current state was settled. */
  long sinceNanos() {
    return known.assessment().sinceNanos();
  }

  double fleetShare() {
    return fleetShare;
  }
}
