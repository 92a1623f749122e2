package dev.evenkeel.core;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * The alarm of a thread that makes calls within calls: they share it, as the thread has one
 * interrupt flag. The inner call's deadline, which is never the later one, takes the place of the
 * outer call's until the inner call ends.
 */
abstract class NestedAlarm extends Interrupter {

  /** Virtual threads come and go by the million: the clock knows them only during a call. */
  private final boolean passing;

  /** When the alarm rang; written by whoever rings it. */
  private long rangNanos;

  /** When the alarm of the last call rang that has ended late. */
  private long lastRangNanos;

  private @Nullable AlarmClock clock;
  private @Nullable Kernel armedBy;

  /** An interrupt of ours was sent, and the flag is not cleared yet. */
  private boolean flagIsOurs;

  /** The call that the alarm is armed for, or was last. */
  private @Nullable Frame armedFor;

  /** Looks after the call whose interrupt was sent; written by whoever sends it. */
  private @Nullable Cancellable look;

  NestedAlarm(Thread thread, boolean passing) {
    super(thread);
    this.passing = passing;
  }

  /** What a clock keeps of it for good, which must not keep it. */
  abstract WeakReference<?> self();

  private Object entry() {
    return passing ? this : self();
  }

  final boolean isPassing() {
    return passing;
  }

  /**
   * Takes the alarm away from the call around this one, if there is any. While nobody has it
   * nothing rings, so that whatever an alarm needs to know is changed only then: when it rings it
   * is always for the call that it was armed for.
   *
   * @return false if that call's time is over: the alarm rings, or has rung
   */
  private boolean takeAway(Frame frame) {
    long outer = word();
    if (outer != IDLE) {
      if (!isArmed(outer) || !change(outer, IDLE)) {
        return false;
      }
      frame.outerKernel = armedBy;
      frame.outerArmed = armedFor;
    }
    frame.outerAlarm = outer;
    return true;
  }

  /**
   * Arms the alarm for the frame's deadline.
   *
   * @return false if the time of a call around this one is over, which has the earlier deadline
   */
  boolean arm(Frame frame, Kernel kernel) {
    boolean byClock = kernel instanceof SystemKernel;
    long armed = armedAt(frame.deadlineNanos, byClock);
    if (!takeAway(frame)) {
      return false;
    }
    frame.alarm = armed;
    frame.isArmed = true; // before the next call: the stack may have no room for that
    if (armedFor != frame) {
      armedFor = frame;
    }
    if (armedBy != kernel) {
      armedBy = kernel;
    }
    frame.interruptedBefore = thread.isInterrupted(); // once armed, the flag may be ours
    setWord(armed);
    boolean watched = false;
    try {
      if (byClock) {
        moveTo(((SystemKernel) kernel).alarms());
        watch(armed);
      } else {
        frame.timer = kernel.schedule(frame.deadlineNanos, () -> onDue(armed, kernel.nanoTime()));
      }
      watched = true;
    } finally {
      if (!watched) {
        disarm(frame, false);
      }
    }
    return true;
  }

  private void moveTo(AlarmClock next) {
    AlarmClock present = clock;
    if (present != next || shelf == null) {
      if (present != null) {
        present.unregister(this, entry());
      }
      next.register(this, entry());
      clock = next;
    }
  }

  private void watch(long armed) {
    AlarmClock present = clock;
    if (present != null) {
      present.notice(this, armed);
    }
  }

  /**
   * Takes the alarm back when the call has ended, and puts that of the call around it in force
   * again. The stack may overflow on the way: until all is done the frame counts as armed, and that
   * the flag is ours is kept, so that {@link CallerThread#mend} can begin anew.
   *
   * @return whether the time was over before
   */
  boolean disarm(Frame frame, boolean endedByInterruptedException) {
    End end = takeBack(frame.alarm);
    if (end == End.SENT) {
      flagIsOurs = true; // before the next call
    } else if (flagIsOurs) {
      end = End.SENT;
    }
    if (end != End.IN_TIME) {
      noteRing(frame.alarm);
      settle(frame, end, endedByInterruptedException);
      endLook();
    }
    if (frame.outerAlarm != IDLE) {
      boolean late = end != End.IN_TIME;
      giveBack(frame, late, late && armedBy == frame.outerKernel);
    } else if (passing && clock != null) {
      clock.unregister(this, this);
    }
    Cancellable timer = frame.timer;
    if (timer != null) {
      frame.timer = null;
      timer.cancel();
    }
    frame.isArmed = false;
    return end != End.IN_TIME;
  }

  /** What a ringer wrote who came too late to ring is the time of some alarm before this one. */
  private void noteRing(long armed) {
    long rang = rangNanos;
    long dueNanos = timeOf(armed);
    lastRangNanos = rang - dueNanos > 0 ? rang : dueNanos;
  }

  private void settle(Frame frame, End end, boolean endedByInterruptedException) {
    if (frame.race != null) {
      frame.alarmInterrupted = end == End.SENT; // HedgeLayer settles it, with its own signal's
      flagIsOurs = false;
    } else if (end == End.SENT) {
      Thread.interrupted();
      if (endedByInterruptedException && frame.interruptedBefore) {
        thread.interrupt(); // there were two: somebody else's, from before the call, and ours
      }
      flagIsOurs = false;
    } else if (endedByInterruptedException) {
      thread.interrupt(); // the timeout's exception takes the place of somebody else's interrupt
    }
  }

  @Override
  void sending(long sending, Kernel kernel) {
    Frame frame = armedFor;
    if (frame != null) {
      look = frame.plan().hanging.lookAfter(thread, () -> runsOn(sending), kernel);
    }
  }

  private void endLook() {
    Cancellable present = look;
    if (present != null) {
      look = null;
      present.cancel();
    }
  }

  /** Whether the alarm has rung that is armed for a call, the innermost one. */
  boolean hasRung(Frame frame) {
    return word() != frame.alarm;
  }

  /** When the alarm rang that {@link #disarm} found to have rung. */
  long rangNanos() {
    return lastRangNanos;
  }

  /**
   * Puts the alarm of the call around this one in force again. Its time may have come while this
   * one's was in its place: then it rings as of then, if the process is known not to have stood
   * still.
   *
   * @param late whether its time may have come
   * @param rang whether this one's alarm has rung, on the same clock
   */
  private void giveBack(Frame frame, boolean late, boolean rang) {
    long outer = frame.outerAlarm;
    Kernel kernel = frame.outerKernel;
    armedBy = kernel;
    armedFor = frame.outerArmed;
    frame.outerArmed = null;
    setWord(outer);
    if (kernel instanceof SystemKernel system) {
      moveTo(system.alarms());
      watch(outer);
      if (late && timeOf(outer) - system.nanoTime() <= 0) {
        onDue(outer, timeOf(outer)); // it knows of times in which the process stood still
      }
    } else if (kernel != null) {
      long now = kernel.nanoTime();
      if (timeOf(outer) - now <= 0) {
        onDue(outer, rang ? lastRangNanos : now);
      }
    }
  }

  /**
   * While a call runs that must not be interrupted, or whose interrupt is settled later, the calls
   * around it interrupt nothing.
   *
   * @return false if the time of one of them is over
   */
  boolean setAside(Frame frame) {
    return takeAway(frame);
  }

  /** It has ended. */
  void takeUpAgain(Frame frame) {
    if (frame.outerAlarm != IDLE) {
      giveBack(frame, true, false);
    }
  }

  @Override
  void onDue(long armed, long nowNanos) {
    Kernel kernel = armedBy;
    if (word() == armed && kernel != null) {
      rangNanos = nowNanos;
      due(armed, kernel);
    }
  }

  @Override
  @Nullable AbortHooks hooks() {
    Frame frame = armedFor;
    return frame == null ? null : frame.hooks;
  }
}
