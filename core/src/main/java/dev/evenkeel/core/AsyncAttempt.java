package dev.evenkeel.core;

import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One asynchronous attempt under way. Three may end it, and the first one wins: the attempt itself,
 * its deadline, a caller who gave up. An attempt that ends twice or after that is ignored, and what
 * it brings is dropped. Whoever has won lets go of everything: an attempt that stays pending holds
 * no call.
 */
final class AsyncAttempt extends AtomicBoolean implements Abortable, AttemptEnd, Runnable {

  private static final long serialVersionUID = 1;

  /** What it works for, until it has ended. */
  private record Work(SuspendedCall call, Object running) {}

  private final transient Plan plan;
  private final boolean cooperative;
  private transient volatile @Nullable Work work;
  private transient volatile @Nullable Cancellable timer;

  AsyncAttempt(SuspendedCall call, Object running, boolean cooperative) {
    plan = call.frame().plan();
    this.cooperative = cooperative;
    work = new Work(call, running);
  }

  void start(SuspendedCall call, Object running) {
    Frame frame = call.frame();
    call.underWay(this); // before the timer, so that the caller's cancel finds what is under way
    if (frame.hasDeadline && frame.isEnforced() && !isDone(running) && !get()) {
      Cancellable armed = plan.kernel.schedule(frame.deadlineNanos, this);
      timer = armed;
      if (get()) {
        armed.cancel();
      }
    }
    try {
      call.adapter().follow(running, this);
    } catch (Throwable fault) {
      end(null, fault);
    }
  }

  /** A minimal stage is a {@link Future} by its type, but one that throws when it is asked. */
  private static boolean isDone(Object running) {
    try {
      return running instanceof Future<?> future && future.isDone();
    } catch (RuntimeException unsupported) {
      return false;
    }
  }

  /** What to end; null if somebody else has. */
  private @Nullable Work win() {
    if (!compareAndSet(false, true)) {
      return null;
    }
    Work mine = work;
    work = null;
    Cancellable armed = timer;
    timer = null;
    if (armed != null) {
      armed.cancel();
    }
    return mine;
  }

  @Override
  public void end(@Nullable Object result, @Nullable Throwable failure) {
    Work mine = win();
    if (mine == null) {
      plan.drop(result);
      return;
    }
    Frame frame = mine.call().frame();
    mine.call().resume(() -> {
      frame.timePassed();
      frame.endHooks();
      if (failure == null) {
        frame.answered(result);
      } else {
        frame.ended(Failures.unwrap(failure), false);
      }
      plan.engine.attemptEnded(mine.call());
    });
  }

  /** The deadline: on a thread on which no user's code may run. */
  @Override
  public void run() {
    long rangNanos = plan.kernel.nanoTime();
    Work mine = win();
    if (mine == null) {
      return;
    }
    Frame frame = mine.call().frame();
    plan.handOver.run(() -> mine.call().resume(() -> {
      frame.timePassed();
      frame.timedOut(null, rangNanos);
      AttemptStop.elsewhere(mine.call().adapter(), mine.running(), cooperative, frame);
      plan.engine.attemptEnded(mine.call());
    }));
  }

  @Override
  public void abort() {
    Work mine = win();
    if (mine == null) {
      return;
    }
    Frame frame = mine.call().frame();
    mine.call().resume(() -> {
      frame.timePassed();
      frame.cancelled();
      if (frame.race == null && frame.hooks == null) {
        AttemptStop.here(
            mine.call().adapter(),
            mine.running(),
            cooperative,
            plan.faults); // on the thread that gave the call up
      } else {
        AttemptStop.elsewhere(mine.call().adapter(), mine.running(), cooperative, frame);
      }
      plan.engine.attemptEnded(mine.call());
    });
  }
}
