package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * Makes one attempt, and is the one place that ends it when its deadline passes. The outcome is in
 * the frame; nothing is thrown.
 */
final class Attempt {

  private final Kernel kernel;
  private final Timeout enforcement;

  /**
   * Creates it.
   *
   * @param enforcement the timeout whose way of ending a call is used, for its own time and for
   *     every outer deadline
   */
  Attempt(Kernel kernel, Timeout enforcement) {
    this.kernel = kernel;
    this.enforcement = enforcement;
  }

  Timeout enforcement() {
    return enforcement;
  }

  /**
   * On this thread; returns when it has ended.
   *
   * @return the result, if it succeeded
   */
  @Nullable Object make(Frame frame, CheckedSupplier<?, ?> call) {
    if (!frame.hasDeadline) {
      return direct(frame, call);
    }
    if (frame.isExpired()) {
      frame.expired();
      return null;
    }
    return switch (enforcement.mode()) {
      case INTERRUPT -> interrupted(frame, call);
      case DETACHED -> new DetachedAttempt(this, frame, call).make(enforcement);
      case COOPERATIVE -> cooperative(frame, call);
      case OBSERVED -> direct(frame, call);
    };
  }

  private static @Nullable Object direct(Frame frame, CheckedSupplier<?, ?> call) {
    try {
      Object result = call.get();
      frame.timePassed();
      frame.endHooks();
      frame.succeeded(result);
      return result;
    } catch (Throwable failure) {
      ended(frame, failure);
      return null;
    }
  }

  /** The calls around it, which may interrupt this thread, do so when it has ended. */
  private static @Nullable Object cooperative(Frame frame, CheckedSupplier<?, ?> call) {
    CallerThread thread = frame.caller;
    if (!thread.setAside(frame)) {
      frame.expired();
      return null;
    }
    try {
      Object result = call.get();
      frame.timePassed();
      frame.endHooks();
      return inTime(frame, result, frame.isOverUnwatched());
    } catch (Throwable failure) {
      ended(frame, failure);
      return null;
    } finally {
      thread.takeUpAgain(frame);
    }
  }

  /** It failed, and no alarm of ours has rung: an interrupt is somebody else's. */
  private static void ended(Frame frame, Throwable failure) {
    frame.timePassed();
    frame.endHooks();
    frame.callInterrupted = failure instanceof InterruptedException;
    frame.ended(failure, isFromOutside(frame, failure));
  }

  /**
   * An interrupt from outside stays set, unless the caller sees it by the type of the exception.
   * For several attempts side by side the race settles that.
   */
  private static boolean isFromOutside(Frame frame, Throwable failure) {
    if (failure instanceof Error) {
      return false;
    }
    boolean thrown = Failures.isInterrupt(failure);
    boolean flag = Thread.currentThread().isInterrupted();
    if (thrown && !flag && !frame.callInterrupted && frame.race == null) {
      Thread.currentThread().interrupt();
    }
    return thrown || flag;
  }

  private static @Nullable Object inTime(Frame frame, @Nullable Object result, boolean late) {
    return inTime(frame, result, late, late ? frame.now() : 0);
  }

  private static @Nullable Object inTime(
      Frame frame, @Nullable Object result, boolean late, long rangNanos) {
    if (late) {
      frame.timedOut(null, rangNanos);
      frame.drop(result);
      return null;
    }
    frame.succeeded(result);
    return result;
  }

  @Nullable Object interrupted(Frame frame, CheckedSupplier<?, ?> call) {
    CallerThread thread = frame.caller;
    try {
      if (!thread.arm(frame, kernel)) {
        frame.expired();
        return null;
      }
    } catch (RuntimeException | OutOfMemoryError noTimer) {
      frame.end(Verdict.CANCELLED, noTimer); // the dependency was not asked
      return null;
    }
    Object result = null;
    Throwable failure = null;
    try {
      result = call.get();
    } catch (Throwable thrown) {
      failure = thrown;
    }
    frame.callInterrupted = failure instanceof InterruptedException;
    boolean late = thread.disarm(frame, frame.callInterrupted);
    frame.timePassed();
    frame.endHooks();
    if (failure == null) {
      return inTime(frame, result, late && frame.isOver(), thread.rangNanos());
    }
    if (late && !(failure instanceof Error)) {
      frame.timedOut(failure, thread.rangNanos());
    } else {
      frame.ended(failure, isFromOutside(frame, failure));
    }
    return null;
  }

  /**
   * Starts an asynchronous attempt on this thread.
   *
   * @param first whether the call is this thread's innermost one, and not one that goes on here
   * @return the attempt; null if there is none and it has ended, with the outcome in the frame
   */
  <C, A> @Nullable A start(Frame frame, AsyncAdapter<C, A> adapter, C call, boolean first) {
    if (frame.isExpired()) {
      frame.expired();
      return null;
    }
    try {
      A running = first ? startFirst(frame, adapter, call) : adapter.start(call, frame);
      return Checks.notNull("attempt", running);
    } catch (Throwable failure) {
      ended(frame, failure);
      return null;
    }
  }

  private static <C, A> @Nullable A startFirst(Frame frame, AsyncAdapter<C, A> adapter, C call) {
    CallerThread thread = frame.caller;
    int before = thread.starts();
    try {
      return adapter.start(call, frame);
    } finally {
      thread.started(before);
    }
  }

  /**
   * Ends an asynchronous attempt that is complete.
   *
   * @return the result, if it succeeded in time: its start may have blocked
   */
  static <A> @Nullable Object take(Frame frame, AsyncAdapter<?, A> adapter, A complete) {
    frame.timePassed();
    frame.endHooks();
    Object result;
    try {
      result = adapter.result(complete);
    } catch (Throwable failure) {
      frame.ended(Failures.unwrap(failure), false);
      return null;
    }
    return inTime(frame, result, frame.isOverUnwatched());
  }

  /** Whether the source of an asynchronous attempt is left alone when its time is over. */
  boolean isCooperative() {
    return enforcement.mode() == Timeout.Mode.COOPERATIVE;
  }
}
