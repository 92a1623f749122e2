package dev.evenkeel.failback;

import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Readiness;
import dev.evenkeel.core.Readiness.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The start-up calls of a node: they wait for its turn, and are then let through one by one, at the
 * rate of the headroom.
 *
 * <table>
 *   <caption>Its stages</caption>
 *   <tr><td>ASKING</td><td>the store is asked for a turn, or will be in a moment</td></tr>
 *   <tr><td>WAITING</td><td>for the turn</td></tr>
 *   <tr><td>OPEN</td><td>calls are let through</td></tr>
 *   <tr><td>READY</td><td>all calls pass; the inbound share may still grow</td></tr>
 *   <tr><td>CLOSED</td><td>before it was ready: no call passes any more</td></tr>
 * </table>
 *
 * <p>Whatever happens, it is READY when the longest wait is over. Thread-safe; what follows from a
 * change, wake-ups, questions to the store and log lines, is done after the lock is released.
 */
final class StartQueue {

  private static final Logger LOG = LoggerFactory.getLogger(Rejoin.class);

  /** A turn that is noticed later than that was slept through; others have theirs by then. */
  private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** What a timer's delay has held up is made up for, a stop of the process is not. */
  private static final long CATCH_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private static final double LONGEST_BACK_OFF_NANOS = 2e9;
  private static final double FAULT_BACK_OFF_NANOS = 1e9;
  private static final int MOST_FAULTS = 5;
  private static final double LEAST_SHARE = 0.1;

  private enum Stage {
    ASKING,
    WAITING,
    OPEN,
    READY,
    CLOSED
  }

  private final StartPlan plan;
  private final Kernel kernel;
  private final long startedNanos;
  private final long endNanos;

  // Guarded by this.
  private final Deque<StartWaiter> waiters = new ArrayDeque<>();
  private @Nullable FleetDependency fleet; // null without a store, or if it does not answer
  private @Nullable StartTurn asking;
  private Cancellable timer = () -> false;
  private Cancellable endTimer = () -> false;
  private boolean armed;
  private long armedNanos;
  private volatile Stage stage = Stage.ASKING;
  private long turnNanos;
  private long nextNanos;
  private long gapNanos;
  private int left;
  private long made;
  private int lost;
  private int faults;
  private volatile long readyNanos;

  StartQueue(StartPlan plan, Kernel kernel, @Nullable FleetDependency fleet) {
    this.plan = plan;
    this.kernel = kernel;
    this.fleet = fleet;
    startedNanos = kernel.nanoTime();
    endNanos = startedNanos + plan.maxWaitNanos();
  }

  void begin() {
    List<Runnable> after = new ArrayList<>();
    synchronized (this) {
      endTimer = kernel.schedule(endNanos, this::onEnd);
      if (plan.isTooLong()) {
        after.add(() -> LOG.warn("{}: rejoin: {}", plan.name(), plan.tooLong()));
      }
      nextTurn(startedNanos, Long.MAX_VALUE, after);
    }
    after.forEach(Runnable::run);
  }

  /** A call comes. */
  StartWaiter enter(Consumer<StartWaiter> wake) {
    StartWaiter waiter = new StartWaiter(wake);
    if (stage == Stage.READY) {
      waiter.grant(); // without a lock, for whoever goes on to call through it
      return waiter;
    }
    List<Runnable> after = new ArrayList<>();
    synchronized (this) {
      switch (stage) {
        case READY -> waiter.grant();
        case CLOSED -> waiter.close();
        default -> {
          waiters.addLast(waiter);
          if (waiters.size() == 1) {
            letThrough(kernel.nanoTime(), after);
          }
        }
      }
    }
    after.forEach(Runnable::run);
    return waiter;
  }

  /** A call does not wait any more. */
  synchronized void leave(StartWaiter waiter) {
    waiters.remove(waiter);
  }

  private void nextTurn(long now, long spreadNanos, List<Runnable> after) {
    left = plan.startCalls();
    FleetDependency store = fleet;
    if (store == null) {
      draw(now, spreadNanos, after);
      return;
    }
    stage = Stage.ASKING;
    long longest = Math.max(0, endNanos - now - plan.callsNanos());
    StartTurn turn = new StartTurn(
        kernel,
        store,
        plan.lengthNanos(),
        longest,
        (wait, fault) -> answered(wait, longest, fault));
    asking = turn;
    after.add(turn::ask);
  }

  /** Without a store: some time in the window in which all have their turn. */
  private void draw(long now, long spreadNanos, List<Runnable> after) {
    long window = plan.windowNanos(endNanos - now);
    gapNanos = plan.gapNanos(window);
    long wait = (long) (Math.min(window, spreadNanos) * Units.unit(kernel.random()));
    await(now, wait, "at random, as there is no store: " + plan.figures(), after);
  }

  private void answered(long waitNanos, long longestNanos, @Nullable String fault) {
    List<Runnable> after = new ArrayList<>();
    synchronized (this) {
      asking = null;
      if (stage != Stage.ASKING) {
        return;
      }
      long now = kernel.nanoTime();
      if (fault != null) {
        faults++;
        if (faults < MOST_FAULTS) {
          askLater(now, FAULT_BACK_OFF_NANOS);
        } else {
          withoutStore(now, fault, after);
        }
      } else if (waitNanos < 0) {
        faults = 0;
        double backOff = plan.firstBackOffNanos() * Math.pow(2, Math.min(20, lost++));
        askLater(now, Math.min(LONGEST_BACK_OFF_NANOS, backOff));
      } else if (waitNanos > longestNanos) {
        withoutStore(now, "more nodes wait than maxWait has room for", after);
      } else {
        gapNanos = waitNanos == 0 ? plan.gapNanos() : plan.gapInTurnNanos();
        await(now, waitNanos, "one node after the other", after);
      }
    }
    after.forEach(Runnable::run);
  }

  private void askLater(long now, double nanos) {
    arm(now + 1 + (long) (nanos * Units.unit(kernel.random())));
  }

  private void withoutStore(long now, String why, List<Runnable> after) {
    fleet = null;
    after.add(() -> LOG.warn("{}: rejoin: goes on without the store: {}", plan.name(), why));
    draw(now, Long.MAX_VALUE, after);
  }

  private void await(long now, long waitNanos, String how, List<Runnable> after) {
    if (waitNanos == 0) {
      open(now, after);
      return;
    }
    stage = Stage.WAITING;
    turnNanos = now + waitNanos;
    arm(turnNanos);
    after.add(() -> LOG.info(
        "{}: rejoin: start-up calls wait {} s, {}",
        plan.name(),
        String.format(Locale.ROOT, "%.1f", waitNanos / 1e9),
        how));
  }

  private void open(long now, List<Runnable> after) {
    stage = Stage.OPEN;
    nextNanos = made > 0 && nextNanos - now > 0 ? nextNanos : now;
    letThrough(now, after);
  }

  private void letThrough(long now, List<Runnable> after) {
    while (stage == Stage.OPEN && !waiters.isEmpty()) {
      if (left == 0) {
        moreThanPlanned(now, after);
      } else if (nextNanos - now > 0) {
        arm(nextNanos);
        return;
      } else {
        StartWaiter next = waiters.removeFirst();
        left--;
        made++;
        nextNanos = Math.max(nextNanos, now - CATCH_UP_NANOS) + gapNanos;
        next.grant();
        after.add(next::wake);
      }
    }
  }

  /** Another turn; without a store the calls just go on at the same rate. */
  private void moreThanPlanned(long now, List<Runnable> after) {
    if (made == plan.startCalls()) {
      after.add(() -> LOG.info("{}: rejoin: more than {} calls", plan.name(), plan.startCalls()));
    }
    if (fleet == null) {
      left = plan.startCalls();
    } else {
      nextTurn(now, 0, after);
    }
  }

  private void arm(long atNanos) {
    if (!armed || armedNanos != atNanos) {
      timer.cancel();
      armed = true;
      armedNanos = atNanos;
      timer = kernel.schedule(atNanos, this::onTimer);
    }
  }

  private void onTimer() {
    List<Runnable> after = new ArrayList<>();
    synchronized (this) {
      armed = false;
      long now = kernel.nanoTime();
      switch (stage) {
        case ASKING -> {
          if (asking == null) {
            nextTurn(now, Long.MAX_VALUE, after);
          }
        }
        case WAITING -> {
          long late = now - turnNanos;
          if (late > LATE_NANOS + plan.lengthNanos()) {
            nextTurn(now, late, after); // this process stood still, and others with it perhaps
          } else if (late >= 0) {
            open(now, after);
          } else {
            arm(turnNanos);
          }
        }
        case OPEN -> letThrough(now, after);
        default -> {}
      }
    }
    after.forEach(Runnable::run);
  }

  private void onEnd() {
    become(
        Stage.READY,
        calls -> LOG.warn(
            "{}: rejoin: maxWait, {} s, is over with {} of {} start-up calls let through and ready() not"
                + " called; holds nothing back any more",
            plan.name(),
            plan.maxWaitNanos() / 1_000_000_000L,
            calls,
            plan.startCalls()));
  }

  /** The start-up calls are made. */
  void ready() {
    become(
        Stage.READY,
        calls -> LOG.info(
            "{}: rejoin: ready after {} s and {} start-up calls",
            plan.name(),
            String.format(Locale.ROOT, "%.1f", (readyNanos - startedNanos) / 1e9),
            calls));
  }

  void close() {
    become(Stage.CLOSED, calls -> {});
  }

  private void become(Stage last, LongConsumer line) {
    List<StartWaiter> all;
    StartTurn given;
    long calls;
    synchronized (this) {
      if (stage == Stage.READY || stage == Stage.CLOSED) {
        return;
      }
      readyNanos = kernel.nanoTime();
      stage = last;
      timer.cancel();
      endTimer.cancel();
      given = asking;
      all = List.copyOf(waiters);
      waiters.clear();
      calls = made;
      all.forEach(last == Stage.READY ? StartWaiter::grant : StartWaiter::close);
    }
    line.accept(calls);
    if (given != null) {
      given.cancel();
    }
    all.forEach(StartWaiter::wake);
  }

  /** Of the inbound calls, 0 to 1. */
  double share() {
    if (stage != Stage.READY) {
      return 0;
    }
    long since = kernel.nanoTime() - readyNanos;
    return since >= plan.warmUpNanos()
        ? 1
        : Math.max(LEAST_SHARE, (double) since / plan.warmUpNanos());
  }

  synchronized Readiness readiness() {
    long now = kernel.nanoTime();
    return switch (stage) {
      case ASKING -> waiting(endNanos - now, "asks the store for its turn; this is the longest");
      case WAITING -> waiting(turnNanos - now, "waits for its turn to make its start-up calls");
      case OPEN ->
        new Readiness(
            Kind.WARMING,
            0,
            time((long) Math.min((double) (endNanos - now), (double) left * gapNanos)),
            "makes its start-up calls: " + made + " of " + plan.startCalls());
      case READY -> {
        double share = share();
        yield share >= 1
            ? Readiness.READY
            : new Readiness(
                Kind.WARMING,
                share,
                time(readyNanos + plan.warmUpNanos() - now),
                String.format(Locale.ROOT, "takes %.0f %% of the inbound calls", 100 * share));
      }
      case CLOSED -> waiting(0, "was closed before it was ready");
    };
  }

  private static Readiness waiting(long nanos, String reason) {
    return new Readiness(Kind.WAITING, 0, time(nanos), reason);
  }

  private static Duration time(long nanos) {
    return Duration.ofNanos(Math.max(0, nanos));
  }
}
