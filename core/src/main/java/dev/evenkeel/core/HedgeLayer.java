package dev.evenkeel.core;

import dev.evenkeel.core.HedgeRace.Runner;
import org.jspecify.annotations.Nullable;

/**
 * Starts another attempt beside one that is slow, and gives the caller the first success. Each
 * attempt of a race has a frame of its own; the caller's frame gets the outcome when the race is
 * over.
 */
final class HedgeLayer extends Layer {

  /** For a watch that has no timer: what it waits for is the end of the race. */
  private static final Cancellable NO_TIMER = () -> false;

  private final HedgeDriver driver;
  private final @Nullable RetryDriver retry;
  private final Faults faults;

  /**
   * Creates the layer.
   *
   * @param retry the retry around it; null if there is none
   */
  HedgeLayer(HedgeDriver driver, @Nullable RetryDriver retry, Faults faults) {
    this.driver = driver;
    this.retry = retry;
    this.faults = faults;
  }

  @Override
  boolean enter(Frame frame, int at) {
    long delay = frame.stream ? HedgeDriver.NEVER : delay(frame); // two streams are not one
    if (frame.plan().decidesOnly()) {
      frame.numbers[at] = delay;
      return true;
    }
    if (delay < 0) {
      return true;
    }
    if (frame.isAsync()) {
      frame.numbers[at] = delay;
      frame.suspended = true;
    } else {
      new Blocking(frame, at, delay).call();
    }
    return false;
  }

  @Override
  void suspend(SuspendedCall call, int at) {
    new Async(call, at, call.frame().numbers[at]).call();
  }

  @Override
  long leave(Frame frame, int at) {
    if (frame.plan().decidesOnly()) {
      observe(frame, frame.numbers[at]);
    }
    if (!frame.stream) {
      learn(frame, frame.now());
    }
    return OUTWARDS;
  }

  /** Whether a hedge would have been started, which then is paid for. */
  private void observe(Frame frame, long delay) {
    long took = frame.now() - frame.startedNanos();
    if (delay >= 0 && took >= delay && mayStart(frame)) {
      frame.plan().hearer.hedge(frame, delay);
    }
  }

  private long delay(Frame frame) {
    try {
      return driver.delayNanos(frame, frame.now());
    } catch (Throwable fault) {
      faults.report(driver.name(), fault, "the call goes on without a hedge");
      return HedgeDriver.NEVER;
    }
  }

  private boolean mayStart(Frame hedge) {
    try {
      return driver.tryStart(hedge, retry, hedge.now());
    } catch (Throwable fault) {
      faults.report(driver.name(), fault, "the call goes on without a hedge");
      return false;
    }
  }

  private void learn(Frame frame, long endedNanos) {
    if (frame.hasSucceeded()) {
      try {
        driver.onSuccess(endedNanos - frame.startedNanos(), retry, endedNanos);
      } catch (Throwable fault) {
        faults.report(driver.name(), fault, "this success is not counted");
      }
    }
  }

  /**
   * What both worlds have in common: the clock for the next hedge. A blocking hedge that lost may
   * end after the call, whose frame then is another call's: it reads nothing from it after it was
   * let into the race.
   */
  private abstract class Hedging {

    final HedgeRace race = new HedgeRace();
    final Frame outer;
    final int at;
    final Kernel kernel;
    final Plan plan;
    final long startedNanos;
    private final long delay;

    Hedging(Frame outer, int at, long delay) {
      this.outer = outer;
      this.at = at;
      this.delay = delay;
      kernel = outer.kernel();
      plan = outer.plan();
      startedNanos = outer.startedNanos();
    }

    /** A frame for one of the attempts. */
    final Frame branch(CallerThread thread, long nowNanos) {
      Frame frame = new Frame(thread);
      frame.begin(outer, race, nowNanos);
      return frame;
    }

    /** Hands the start of a hedge to a thread on which the call may run. */
    abstract void handOver();

    final void arm(int hedge, long fromNanos) {
      try {
        race.armed(hedge, kernel.schedule(fromNanos + delay, this::handOver));
      } catch (Throwable noTimer) {
        faults.report("kernel.schedule", noTimer, "the call goes on without a further hedge");
        race.forbid();
      }
    }

    /** Whether the hedge may start; if so, the next one is waited for. */
    final boolean enters(Runner hedge) {
      if (!race.enter(hedge, HedgeLayer.this::mayStart)) {
        return false;
      }
      Frame frame = hedge.frame();
      if (frame.hedge < driver.maxHedges()) {
        arm(frame.hedge + 1, frame.now());
      }
      plan.hearer.hedge(frame, frame.now() - startedNanos);
      return true;
    }

    /** An attempt has ended; a success that is not the race's outcome is nobody's. */
    final boolean leave(Runner attempt, boolean atOnce) {
      boolean ended = race.leave(attempt, atOnce);
      Frame frame = attempt.frame();
      if (race.isLostFor(frame) && frame.hasSucceeded()) {
        plan.drop(frame.result());
      }
      return ended;
    }

    /** Gives the caller's frame the outcome. */
    final void finish(Frame outcome, long nowNanos) {
      outer.takeOutcome(outcome, nowNanos);
      if (outcome.hedge > 0 && outcome.hasSucceeded()) {
        plan.hearer.hedgeWon(outer);
      }
      learn(outer, outcome.now());
    }
  }

  /** The first attempt runs on the caller's own thread, hedges on threads of the executor. */
  private final class Blocking extends Hedging {

    private final CallersView.Surroundings surroundings = CallersView.Surroundings.capture();

    Blocking(Frame outer, int at, long delay) {
      super(outer, at, delay);
    }

    /** While the first attempt runs its own alarm is enough, and settled with the signal's. */
    void call() {
      CallerThread thread = outer.caller;
      if (!thread.setAside(outer)) {
        outer.expired();
        return;
      }
      Thread caller = Thread.currentThread();
      Frame frame = branch(thread, outer.now());
      Runner first;
      Throwable failure;
      try {
        StopSignal watch = new StopSignal(caller, kernel, () -> frame.hooks);
        first = new Runner(frame, watch);
        race.first(first);
        arm(1, outer.now());
        failure = attempt(frame, CallersView.ofCaller(frame));
        boolean interrupted = watch.end(frame.alarmInterrupted, frame.callInterrupted);
        leave(first, interrupted);
        boolean thrown = race.outcome() == frame && failure instanceof InterruptedException;
        if (interrupted && !thrown) {
          caller.interrupt(); // another outcome takes the place of somebody else's interrupt
        }
      } finally {
        thread.takeUpAgain(outer); // it must find that interrupt set, or would take it for its own
      }
      Frame outcome = race.outcome();
      if (outcome == null) {
        outcome = await(caller);
      }
      if (outcome != first.frame() && failure instanceof Error) {
        plan.drop(outcome.result());
        outer.end(Verdict.FAILURE, failure); // wins over a hedge's result, as over a timeout
        return;
      }
      long now = first.frame().now();
      finish(outcome, outcome.now() - now > 0 ? outcome.now() : now);
    }

    private @Nullable Throwable attempt(Frame frame, CallersView inForce) {
      try (CallersView view = inForce) {
        view.run(() -> frame.plan().engine.callBranch(frame, at + 1));
        return frame.failure();
      }
    }

    /** The first attempt failed; waits for its hedges, but not beyond the deadline. */
    private Frame await(Thread caller) {
      Cancellable limit = limit();
      try {
        race.await();
      } catch (InterruptedException interrupted) {
        caller.interrupt();
        race.conclude();
      } finally {
        limit.cancel();
      }
      return Checks.notNull("outcome", race.outcome());
    }

    private Cancellable limit() {
      if (!outer.hasDeadline) {
        return NO_TIMER;
      }
      try {
        return kernel.schedule(outer.deadlineNanos, race::conclude);
      } catch (Throwable noTimer) {
        faults.report("kernel.schedule", noTimer, "the call does not wait for its hedges");
        race.conclude();
        return NO_TIMER;
      }
    }

    @Override
    void handOver() {
      plan.handOver.runBlocking(this::hedge, race::forbid);
    }

    private void hedge() {
      Frame frame = branch(CallerThread.current(), kernel.nanoTime());
      StopSignal watch = new StopSignal(Thread.currentThread(), kernel, () -> frame.hooks);
      Runner hedge = new Runner(frame, watch);
      if (!enters(hedge)) {
        return;
      }
      try {
        attempt(frame, CallersView.of(frame, surroundings));
        if (watch.end(frame.alarmInterrupted, frame.callInterrupted)) {
          Thread.currentThread().interrupt(); // the executor's, to whom it belongs
        }
      } finally {
        leave(hedge, false);
      }
    }
  }

  /** Each attempt has a call of its own, so that it can be given up alone. */
  private final class Async extends Hedging {

    private final SuspendedCall call;

    Async(SuspendedCall call, int at, long delay) {
      super(call.frame(), at, delay);
      this.call = call;
    }

    void call() {
      Branch first = new Branch(outer.now());
      race.first(first.runner);
      call.underWay(race::abandon);
      first.start();
      if (race.outcome() == null) {
        arm(1, startedNanos);
      }
    }

    @Override
    void handOver() {
      plan.handOver.run(() -> call.resume(() -> {
        Branch hedge = new Branch(kernel.nanoTime());
        if (!call.isAbandoned() && enters(hedge.runner)) {
          hedge.start();
        }
      }));
    }

    private void onEnd(Runner attempt) {
      if (leave(attempt, false)) {
        Frame outcome = Checks.notNull("outcome", race.outcome());
        call.resume(() -> {
          finish(outcome, outcome.now());
          plan.engine.leave(call, at);
        });
      }
    }

    /** One of the attempts. */
    private final class Branch {

      final Runner runner;
      private final SuspendedCall own;

      Branch(long nowNanos) {
        Frame frame = branch(outer.caller, nowNanos);
        own = call.branch(frame, at + 1, this::onEnd);
        runner = new Runner(frame, own::abandon);
      }

      void start() {
        own.resume(() -> plan.engine.enter(own, at + 1));
      }

      private void onEnd() {
        Async.this.onEnd(runner);
      }
    }
  }
}
