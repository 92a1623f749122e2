package dev.evenkeel.core;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a thread needs to make calls, kept between them: spare frames, and the alarm that interrupts
 * it when its call's time is over. The thread itself holds it by a weak reference of the JDK's, so
 * that a pooled thread which outlives an application holds none of its classes.
 *
 * <p>The alarm's hand-shake makes sure that the interrupt has either been sent or never will be by
 * the time {@link #disarm} returns, so none can reach what the thread does next. Java keeps one
 * interrupt flag for a thread and cannot say whose it is. So ours are counted: if one was sent and
 * the call ended with an {@code InterruptedException}, the exception is ours and a flag that is set
 * is somebody else's; if it ended otherwise, the flag is ours. If the flag was set already when the
 * time was over, no second interrupt is sent, and the flag is set again if the call ended with the
 * {@code InterruptedException} of that first one. What remains: an interrupt from outside which
 * arrives while ours is still unnoticed by the call is one and the same with it, and one that
 * arrives after the call has swallowed ours is taken for ours.
 *
 * <p>Calls within calls share the alarm: the inner call's deadline, which is never the later one,
 * takes the place of the outer call's until the inner call ends.
 */
class CallerThread extends Alarm {

  private static final long FIRING = 3;
  private static final long SENT = 4;
  private static final long WAS_SET = 5;

  private static final @Nullable MethodHandle IS_VIRTUAL = isVirtualHandle();

  /**
   * Holds nothing of ours strongly, so that a pooled thread which outlives an application holds
   * none of its classes.
   */
  private static final ThreadLocal<@Nullable WeakReference<CallerThread>> CURRENT =
      new ThreadLocal<>();

  private final Thread thread;
  private final WeakReference<CallerThread> self = new WeakReference<>(this);

  /** Virtual threads come and go by the million: the clock knows them only during a call. */
  private final boolean passing;

  /** When the alarm rang; written by whoever rings it. */
  private long rangNanos;

  private @Nullable AlarmClock clock;
  private @Nullable Kernel armedBy;
  private int spread;

  /** How many calls of this thread come before the next sample. */
  private int callsToSample = Sampling.UNKNOWN;

  /** The context that was set last; the call that runs within it comes before it. */
  private @Nullable ContextSource context;

  /** How many calls are under way, one inside the other, each with a frame of its own. */
  private int depth;

  /**
   * How many calls are under way where the innermost one is asynchronous and starts its attempt.
   */
  private int starting;

  /** The frame of the outermost call, and those of the calls inside it, from index 1 on. */
  private @Nullable Frame outermost;

  private @Nullable Frame[] inner = new @Nullable Frame[2];

  private CallerThread(Thread thread) {
    this.thread = thread;
    this.spread = (int) thread.getId() * 0x2545F491;
    this.passing = isVirtual(thread);
  }

  /**
   * That of a platform thread, which lives long: a collection moves it next to another thread's,
   * and then what both write with each call must not be on one cache line.
   */
  private static final class Padded extends CallerThread {

    @SuppressWarnings("unused") // 128 bytes behind the fields of the class above
    private long p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15, p16;

    Padded(Thread thread) {
      super(thread);
    }
  }

  /** That of the current thread. */
  static CallerThread current() {
    WeakReference<CallerThread> reference = CURRENT.get();
    CallerThread present = reference == null ? null : reference.get();
    return present != null ? present : create();
  }

  private static CallerThread create() {
    Thread thread = Thread.currentThread();
    CallerThread created = isVirtual(thread) ? new CallerThread(thread) : new Padded(thread);
    CURRENT.set(created.self);
    return created;
  }

  /** The context in force on the current thread. */
  static @Nullable ContextSource currentContext() {
    WeakReference<CallerThread> reference = CURRENT.get();
    CallerThread present = reference == null ? null : reference.get();
    return present == null ? null : present.contextWithin(present.depth);
  }

  /** The context that was set last on this thread. */
  @Nullable ContextSource context() {
    return context;
  }

  /**
   * Puts a context in force. Whoever does must put the one before back, and so keeps this object,
   * which the thread itself holds only weakly.
   *
   * @return the one before
   */
  @Nullable ContextSource swapContext(@Nullable ContextSource next) {
    ContextSource before = context;
    context = next;
    return before;
  }

  /** A number that differs from those before, and from other threads', as far as they can. */
  int spread() {
    spread += 0x9E3779B9;
    return spread;
  }

  /** Whether the call that begins is a sample of this thread's calls. */
  boolean isSample(Kernel kernel) {
    int left = callsToSample;
    if (left == Sampling.UNKNOWN) {
      left = Sampling.first(kernel.random());
    }
    callsToSample = left > 0 ? left - 1 : Sampling.next(kernel.random());
    return left == 0;
  }

  /** A frame for one call of this thread, within those it has under way. */
  Frame enter() {
    int at = depth;
    Frame frame = frame(at);
    if (frame == null) {
      frame = passing ? new Frame(this) : new Frame.Padded(this);
      keep(at, frame);
    }
    depth = at + 1;
    return frame;
  }

  private @Nullable Frame frame(int at) {
    return at == 0 ? outermost : at < inner.length ? inner[at] : null;
  }

  private void keep(int at, @Nullable Frame frame) {
    if (at == 0) {
      outermost = frame;
      return;
    }
    if (at == inner.length) {
      inner = Arrays.copyOf(inner, 2 * at);
    }
    inner[at] = frame;
  }

  /** The innermost call has ended. */
  void leave(Frame frame) {
    frame.clear();
    depth--;
  }

  /** The innermost call goes on elsewhere, and keeps its frame. */
  void leaveBehind() {
    depth--;
    keep(depth, null);
  }

  /** The context in force when this call, the innermost one, began. */
  @Nullable ContextSource contextAround(Frame frame) {
    return depth > 0 && frame(depth - 1) == frame ? contextWithin(depth - 1) : context;
  }

  /**
   * That of the innermost of so many calls, unless another one was set within it. That of an
   * asynchronous call is only in force while it starts its attempt: after that another thread may
   * have its frame.
   */
  private @Nullable ContextSource contextWithin(int calls) {
    for (int at = calls; at > 0; at--) {
      Frame frame = frame(at - 1);
      if (frame == null || frame.outer() != context) {
        return context;
      }
      if (!frame.isAsync() || starting == at) {
        return frame;
      }
    }
    return context;
  }

  /**
   * The innermost call, an asynchronous one, starts its attempt: its context is in force. Only a
   * number is written, see {@link Frame}.
   *
   * @return for {@link #started}
   */
  int starts() {
    int before = starting;
    starting = depth;
    return before;
  }

  /** It has started. */
  void started(int before) {
    starting = before;
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
    if (!change(outer, armed)) {
      return false;
    }
    frame.outerAlarm = outer;
    if (frame.outerKernel != outerKernel) {
      frame.outerKernel = outerKernel;
    }
    frame.alarm = armed;
    if (outerKernel != kernel) {
      armedBy = kernel;
    }
    if (byClock) {
      watch(armed);
    } else {
      frame.timer = kernel.schedule(frame.deadlineNanos, () -> onDue(armed, kernel.nanoTime()));
    }
    return true;
  }

  private void moveTo(AlarmClock next) {
    AlarmClock present = clock;
    if (present != next || place < 0) {
      if (present != null) {
        present.unregister(this, passing ? this : self);
      }
      next.register(this, passing ? this : self);
      clock = next;
    }
  }

  private void watch(long armed) {
    AlarmClock present = clock;
    if (present != null) {
      present.notice(armed);
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
    boolean inTime = change(frame.alarm, outer);
    Cancellable timer = frame.timer;
    if (timer != null) {
      timer.cancel();
      frame.timer = null;
    }
    if (!inTime) {
      awaitFired();
      if (frame.race() == null) {
        settleInterrupt(endedByInterruptedException);
      } else {
        frame.alarmInterrupted = word() == SENT; // HedgeLayer settles it, with its own signal's
      }
      setWord(outer);
    }
    if (outer != IDLE) {
      Kernel outerKernel = frame.outerKernel;
      armedBy = outerKernel;
      restore(outer, outerKernel);
    } else if (passing && clock != null) {
      clock.unregister(this, this);
    }
    return !inTime;
  }

  /** When the alarm rang that {@link #disarm} found to have rung. */
  long rangNanos() {
    return rangNanos;
  }

  private void awaitFired() {
    while (word() == FIRING) {
      Thread.onSpinWait(); // a few instructions of the clock's thread away
    }
  }

  private void settleInterrupt(boolean endedByInterruptedException) {
    if (word() == SENT) {
      if (!endedByInterruptedException) {
        Thread.interrupted();
      }
    } else if (endedByInterruptedException) {
      thread.interrupt(); // the timeout's exception takes the place of somebody else's interrupt
    }
  }

  /** The outer call's time may have come while the inner call's was in its place. */
  private void restore(long outer, @Nullable Kernel outerKernel) {
    if (outerKernel instanceof SystemKernel system) {
      moveTo(system.alarms());
      watch(outer);
    } else if (outerKernel != null) {
      long now = outerKernel.nanoTime();
      if (timeOf(outer) - now <= 0) {
        onDue(outer, now);
      }
    }
  }

  @Override
  void onDue(long armed, long nowNanos) {
    if (change(armed, FIRING)) {
      rangNanos = nowNanos;
      boolean alreadySet = thread.isInterrupted();
      if (!alreadySet) {
        thread.interrupt();
      }
      setWord(alreadySet ? WAS_SET : SENT);
    }
  }

  private static @Nullable MethodHandle isVirtualHandle() {
    try {
      return MethodHandles.publicLookup()
          .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
    } catch (ReflectiveOperationException beforeJava21) {
      return null;
    }
  }

  private static boolean isVirtual(Thread thread) {
    try {
      return IS_VIRTUAL != null && (boolean) IS_VIRTUAL.invokeExact(thread);
    } catch (Throwable impossible) {
      return false;
    }
  }
}
