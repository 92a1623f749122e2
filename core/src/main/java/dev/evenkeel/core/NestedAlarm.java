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

  private @Nullable AlarmClock clock;
  private @Nullable Kernel armedBy;

  /** The call that the alarm is armed for, or was last. */
  private @Nullable Frame armedFor;

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
   * Arms the alarm for the frame's deadline.
   *
   * @return false if the time of a call around this one is over, which has the earlier deadline
   */
  boolean arm(Frame frame, Kernel kernel) {
    long outer = word();
    boolean byClock = kernel instanceof SystemKernel;
    long armed = armedAt(frame.deadlineNanos, byClock);
    if (outer != IDLE && !isArmed(outer)) {
      return false;
    }
    Kernel outerKernel = armedBy;
    if (byClock) {
      moveTo(((SystemKernel) kernel).alarms());
    }
    Frame around = armedFor;
    if (around != frame) {
      frame.outerArmed = around;
      armedFor = frame;
    }
    if (frame.outerKernel != outerKernel) {
      frame.outerKernel = outerKernel;
    }
    if (outerKernel != kernel) {
      armedBy = kernel;
    }
    frame.interruptedBefore = thread.isInterrupted(); // once armed, the flag may be ours
    if (!change(outer, armed)) {
      armedFor = around;
      armedBy = outerKernel;
      return false;
    }
    frame.outerAlarm = outer;
    frame.alarm = armed;
    frame.isArmed = true;
    boolean watched = false;
    try {
      if (byClock) {
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
   * again.
   *
   * @return whether the time was over before
   */
  boolean disarm(Frame frame, boolean endedByInterruptedException) {
    long outer = frame.outerAlarm;
    End end = takeBack(frame.alarm, outer);
    frame.isArmed = false;
    Cancellable timer = frame.timer;
    if (timer != null) {
      timer.cancel();
      frame.timer = null;
    }
    if (end != End.IN_TIME) {
      settle(frame, end, endedByInterruptedException);
      if (end != End.NOT_SENT) {
        setWord(outer);
      }
    }
    if (outer != IDLE) {
      restore(frame, outer, end != End.IN_TIME);
    } else if (passing && clock != null) {
      clock.unregister(this, this);
    }
    return end != End.IN_TIME;
  }

  private void settle(Frame frame, End end, boolean endedByInterruptedException) {
    if (frame.race != null) {
      frame.alarmInterrupted = end == End.SENT; // HedgeLayer settles it, with its own signal's
    } else if (end == End.SENT) {
      Thread.interrupted();
      if (endedByInterruptedException && frame.interruptedBefore) {
        thread.interrupt(); // there were two: somebody else's, from before the call, and ours
      }
    } else if (endedByInterruptedException) {
      thread.interrupt(); // the timeout's exception takes the place of somebody else's interrupt
    }
  }

  /** When the alarm rang that {@link #disarm} found to have rung. */
  long rangNanos() {
    return rangNanos;
  }

  /** The outer call's time may have come while the inner call's was in its place. */
  private void restore(Frame frame, long outer, boolean late) {
    Kernel outerKernel = frame.outerKernel;
    armedBy = outerKernel;
    Frame around = frame.outerArmed;
    if (around != null) {
      armedFor = around;
      frame.outerArmed = null;
    }
    boolean byClock = false;
    if (outerKernel instanceof SystemKernel system) {
      byClock = true;
      moveTo(system.alarms());
      watch(outer);
    }
    if (outerKernel != null && (late || !byClock)) {
      long now = outerKernel.nanoTime();
      if (timeOf(outer) - now <= 0) {
        onDue(outer, now);
      }
    }
  }

  /** While a call runs that must not be interrupted, the calls around it interrupt nothing. */
  void setAside(Frame frame) {
    long outer = word();
    frame.outerAlarm = isArmed(outer) && change(outer, IDLE) ? outer : IDLE;
    frame.outerKernel = armedBy;
    frame.outerArmed = armedFor;
  }

  /** It has ended. */
  void takeUpAgain(Frame frame) {
    long outer = frame.outerAlarm;
    if (outer != IDLE) {
      setWord(outer);
      restore(frame, outer, true);
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
