package dev.evenkeel.core;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a thread needs to make calls, kept between them: spare frames, and the alarm that interrupts
 * it when its call's time is over, see {@link Interrupter}. The thread itself holds it by a weak
 * reference of the JDK's, so that a pooled thread which outlives an application holds none of its
 * classes.
 *
 * <p>Calls within calls share the alarm: the inner call's deadline, which is never the later one,
 * takes the place of the outer call's until the inner call ends.
 */
class CallerThread extends NestedAlarm {

  /** No call of this thread has left anything behind. */
  private static final int NONE = Integer.MAX_VALUE;

  private static final @Nullable MethodHandle IS_VIRTUAL = isVirtualHandle();

  /**
   * Holds nothing of ours strongly, so that a pooled thread which outlives an application holds
   * none of its classes.
   */
  private static final ThreadLocal<@Nullable WeakReference<CallerThread>> CURRENT =
      new ThreadLocal<>();

  private final WeakReference<CallerThread> self = new WeakReference<>(this);

  /** How many calls of this thread come before the next sample. */
  private @Nullable Kernel sampledBy;

  private int callsToSample = Sampling.UNKNOWN;

  /** The context that was set last; the call that runs within it comes before it. */
  private @Nullable ContextSource context;

  /** How many calls are under way, one inside the other, each with a frame of its own. */
  private int depth;

  /** The outermost call in which the engine itself has failed, and that is not settled yet. */
  int brokenFrom = NONE;

  /**
   * How many calls are under way where the innermost one is asynchronous and starts its attempt.
   */
  private int starting;

  /** Whether the last asynchronous call of this thread went on elsewhere. */
  private boolean goesOnElsewhere;

  /** The frame of the outermost call, and those of the calls inside it, from index 1 on. */
  private @Nullable Frame outermost;

  private @Nullable Frame[] inner = new @Nullable Frame[2];

  private CallerThread(Thread thread) {
    super(thread, isVirtual(thread));
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

  @Override
  WeakReference<?> self() {
    return self;
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

  /**
   * Whether the call that begins is a sample of this thread's calls. With another kernel than that
   * of the call before it is as on a new thread: a test with a kernel of its own draws the same
   * samples each time.
   */
  boolean isSample(Kernel kernel) {
    int left = callsToSample;
    if (kernel != sampledBy) {
      sampledBy = kernel;
      left = Sampling.UNKNOWN;
    }
    if (left == Sampling.UNKNOWN) {
      left = Sampling.first(kernel.random());
    }
    callsToSample = left > 0 ? left - 1 : Sampling.next(kernel.random());
    return left == 0;
  }

  /** A frame for one call of this thread, within those it has under way. */
  Frame enter() {
    if (brokenFrom != NONE) {
      depth = Math.min(depth, brokenFrom);
      mend();
    }
    int at = depth;
    Frame frame = frame(at);
    return enter(
        at, frame != null ? frame : isPassing() ? new Frame(this) : new Frame.Padded(this));
  }

  /**
   * A frame for an asynchronous call of this thread. Where the last one went on elsewhere, this one
   * is likely to do so too: its frame is not for keeping, and so without the padding.
   */
  Frame enterAsync() {
    return goesOnElsewhere && brokenFrom == NONE && frame(depth) == null
        ? enter(depth, new Frame(this))
        : enter();
  }

  private Frame enter(int at, Frame frame) {
    if (frame(at) != frame) {
      frame.level = at;
      keep(at, frame);
    }
    depth = at + 1;
    return frame;
  }

  /**
   * The engine itself has failed in this call, or in one inside it: most likely the stack has
   * overflowed. Settles what it holds; if the stack has no room for that either, whoever leaves a
   * call around it, or makes the next one, does.
   */
  void mend(Frame frame) {
    depth = frame.level + 1;
    mend();
  }

  /** Settles what broken calls hold. */
  private void mend() {
    Frame armed = null; // the outermost one: its alarm is taken back, and so those of all inside
    int at = brokenFrom;
    for (Frame frame = frame(at); frame != null; frame = frame(++at)) {
      if (frame.isArmed && armed != null) {
        frame.isArmed = false;
      } else if (frame.isArmed) {
        armed = frame;
      }
    }
    if (armed != null) {
      disarm(armed, false);
    }
    at = brokenFrom;
    for (Frame frame = frame(at); frame != null; frame = frame(++at)) {
      frame.abandon();
    }
    starting = Math.min(starting, brokenFrom);
    brokenFrom = NONE;
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
    if (brokenFrom != NONE) {
      mend();
    }
    frame.clear();
    depth = frame.level;
  }

  /** The innermost call, an asynchronous one, has ended at once. */
  void leaveAsync(Frame frame) {
    leave(frame);
    if (goesOnElsewhere) {
      goesOnElsewhere = false;
      keep(frame.level, null); // it may be one that is not for keeping
    }
  }

  /** The innermost call goes on elsewhere, and keeps its frame. */
  void leaveBehind(Frame frame) {
    depth = frame.level;
    keep(depth, null);
    goesOnElsewhere = true;
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
