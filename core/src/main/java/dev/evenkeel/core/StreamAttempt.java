package dev.evenkeel.core;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a stream under way. Three may end it, and the first one wins: the stream itself,
 * its time, a caller who gave up. Nothing overtakes an element: an end that comes while one is on
 * its way is noted, and takes effect on the thread that brought the element, when it has arrived.
 *
 * <p>Its state is one number: how many elements are on their way, one inside the other or, from a
 * source that breaks the rules, at once; and in the two lowest bits, how it has ended.
 */
final class StreamAttempt extends AtomicInteger implements Abortable, StreamSignals {

  private static final long serialVersionUID = 1;

  private static final int BY_ITSELF = 1;
  private static final int BY_TIME = 2;
  private static final int BY_CALLER = 3;
  private static final int ENDS = 3;
  private static final int ONE_ELEMENT = 4;

  /** What it works for, until it has ended. */
  private record Work(SuspendedCall call, Object running) {}

  private final transient StreamAdapter<Object, Object> adapter;
  private final transient Object asked;
  private final transient Plan plan;
  private final transient Kernel kernel;
  private final transient StreamTime time;
  private final boolean cooperative;
  private transient volatile @Nullable Work work;
  private transient volatile @Nullable Cancellable timer;

  // How it ended, written before the state says so.
  private transient @Nullable Throwable failure;
  private transient boolean hasNoTimer;
  private transient long rangNanos;

  StreamAttempt(
      SuspendedCall call,
      StreamAdapter<Object, Object> adapter,
      Object running,
      boolean cooperative) {
    Frame frame = call.frame();
    this.adapter = adapter;
    this.cooperative = cooperative;
    asked = call.call();
    plan = frame.plan();
    kernel = frame.kernel();
    time = plan.engine.streamTime(frame);
    work = new Work(call, running);
  }

  /** Lets it begin, unless the caller has given up. */
  void start() {
    Work mine = work;
    if (mine == null) {
      return;
    }
    mine.call().underWay(this);
    Throwable noTimer = arm(kernel.nanoTime());
    if (noTimer != null) {
      end(null, noTimer);
    }
    if (hasEnded()) {
      return;
    }
    try {
      adapter.begin(mine.running(), this);
    } catch (Throwable fault) {
      if (hasEnded()) {
        plan.faults.report("subscribe", fault, "the call had ended before");
      } else {
        end(null, fault);
      }
    }
  }

  private boolean hasEnded() {
    return (get() & ENDS) != 0;
  }

  /**
   * One timer for all elements: when it rings, it looks whether one has come.
   *
   * @return why there is none; null if all is well
   */
  private @Nullable Throwable arm(long nowNanos) {
    if (!time.isBounded() || hasEnded()) {
      return null;
    }
    try {
      Cancellable armed = kernel.schedule(time.nextLook(nowNanos), this::look);
      timer = armed;
      if (hasEnded()) {
        armed.cancel();
      }
    } catch (Throwable noTimer) {
      hasNoTimer = true;
      return noTimer;
    }
    return null;
  }

  /** On a thread on which no user's code may run. */
  private void look() {
    long now = kernel.nanoTime();
    if (time.isOver(now)) {
      rangNanos = now;
      if (endAs(BY_TIME, time.isWholeOver(now))) {
        plan.handOver.run(() -> conclude(BY_TIME));
        return;
      }
    }
    Throwable noTimer = arm(now);
    if (noTimer != null) {
      plan.handOver.run(() -> end(null, noTimer));
    }
  }

  @Override
  public boolean elementBegins() {
    for (; ; ) {
      int state = get();
      if ((state & ENDS) != 0) {
        return false;
      }
      if (compareAndSet(state, state + ONE_ELEMENT)) {
        time.elementBegins(kernel);
        return true;
      }
    }
  }

  @Override
  public void elementEnds() {
    int left = addAndGet(-ONE_ELEMENT);
    if (left == 0) {
      time.waits(kernel, adapter.isAsked(asked));
    } else if (left <= ENDS) {
      conclude(left);
    }
  }

  @Override
  public void asked() {
    if (get() == 0) {
      time.asked(kernel);
    }
  }

  @Override
  public void end(@Nullable Object result, @Nullable Throwable fault) {
    if (!hasEnded()) {
      failure = fault; // one source, so one writer
      if (endAs(BY_ITSELF, true)) {
        conclude(BY_ITSELF);
      }
    }
  }

  @Override
  public void abort() {
    if (endAs(BY_CALLER, true)) {
      conclude(BY_CALLER);
      return;
    }
    Work mine = work;
    if (mine != null && (get() & ENDS) == BY_CALLER) { // while an element is on its way
      AttemptStop.here(adapter, mine.running(), cooperative, plan.faults);
    }
  }

  /**
   * Notes an end, unless there is one.
   *
   * @param overtaken whether it counts if an element is on its way
   * @return whether to conclude now; else the one who brings the element does, if it was noted
   */
  private boolean endAs(int how, boolean overtaken) {
    for (; ; ) {
      int state = get();
      if ((state & ENDS) != 0 || (state != 0 && !overtaken)) {
        return false;
      }
      if (compareAndSet(state, state | how)) {
        return state == 0;
      }
    }
  }

  /** Called once. */
  private void conclude(int how) {
    Work mine = work;
    if (mine == null) {
      return;
    }
    work = null;
    Cancellable armed = timer;
    timer = null;
    if (armed != null) {
      armed.cancel();
    }
    Frame frame = mine.call().frame();
    mine.call().resume(() -> {
      frame.timePassed();
      if (time.hasGiven() && !adapter.mayRestart(asked)) {
        frame.hasGiven = true;
      }
      note(frame, how);
      if (how == BY_ITSELF && !hasNoTimer) {
        frame.endHooks();
      } else {
        AttemptStop.elsewhere(adapter, mine.running(), cooperative, frame);
      }
      if (frame.hasGiven) {
        frame.retryAllowed = false;
      }
      plan.engine.attemptEnded(mine.call());
    });
  }

  /** Notes the outcome in the frame. */
  private void note(Frame frame, int how) {
    switch (how) {
      case BY_TIME -> time.over(frame, rangNanos);
      case BY_CALLER -> {
        if (time.hasGiven()) {
          time.ended(frame);
          frame.answered(null); // as much as was wanted: the dependency has answered
        } else {
          frame.cancelled();
        }
      }
      default -> {
        time.ended(frame);
        Throwable fault = failure;
        if (fault == null) {
          frame.answered(null);
        } else if (hasNoTimer) {
          frame.end(Verdict.CANCELLED, fault); // no fault of the stream's
        } else {
          frame.ended(Failures.unwrap(fault), false);
        }
      }
    }
  }
}
