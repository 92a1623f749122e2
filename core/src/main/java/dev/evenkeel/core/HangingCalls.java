package dev.evenkeel.core;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks after calls that their interrupt does not end: of the first one that still runs 10 s later
 * the log tells where it is, for it may never come back and tell by itself. Of a pipeline one call
 * is looked after at a time, and none once it was told. Thread-safe.
 */
final class HangingCalls {

  /** More than most clients' own limits, less than it takes to run out of threads. */
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** What is expected of a call that ignores its interrupt, for the reader of the log. */
  static final String WAYS_OUT = " (expected: a call that can be ended: its client's own timeout,"
      + " CallContext.current().onAbort(statement::cancel), Timeout.detached;"
      + " see docs/guide/timeouts.md)";

  private final Faults faults;
  private final AtomicBoolean busy = new AtomicBoolean();

  HangingCalls(Faults faults) {
    this.faults = faults;
  }

  /**
   * The interrupt of a call is being sent.
   *
   * @param thread the call's
   * @param runs whether it still runs
   * @return to be cancelled when it has ended; null if this one is not looked after
   */
  @Nullable Cancellable lookAfter(Thread thread, BooleanSupplier runs, Kernel kernel) {
    if (busy.get() || !busy.compareAndSet(false, true)) {
      return null;
    }
    try {
      Cancellable timer = kernel.schedule(
          kernel.nanoTime() + PATIENCE_NANOS, () -> Signals.send(kernel, () -> look(thread, runs)));
      return () -> {
        boolean cancelled = timer.cancel();
        if (cancelled) {
          busy.set(false);
        }
        return cancelled;
      };
    } catch (Throwable noTimer) {
      busy.set(false);
      return null;
    }
  }

  private void look(Thread thread, BooleanSupplier runs) {
    StackTraceElement[] stack = runs.getAsBoolean() ? thread.getStackTrace() : null;
    if (stack == null || !runs.getAsBoolean()) {
      busy.set(false);
      return;
    }
    faults.tellOnce(
        "hanging call",
        "a call still runs " + Text.duration(PATIENCE_NANOS) + " after its interrupt, on thread '"
            + thread.getName() + "'" + place(stack) + WAYS_OUT);
  }

  /** Where it is, and which code that is none of the JDK's has called that. */
  private static String place(StackTraceElement[] stack) {
    if (stack.length == 0) {
      return "";
    }
    for (int depth = 0; depth < stack.length; depth++) {
      if (!isLibrary(stack[depth].getClassName())) {
        return ": in " + text(stack[0]) + (depth == 0 ? "" : ", called by " + text(stack[depth]));
      }
    }
    return ": in " + text(stack[0]);
  }

  /** Without the class loader and the module. */
  private static String text(StackTraceElement frame) {
    String whole = frame.toString();
    return whole.substring(whole.lastIndexOf('/') + 1);
  }

  private static boolean isLibrary(String className) {
    return className.startsWith("java.")
        || className.startsWith("javax.")
        || className.startsWith("jdk.")
        || className.startsWith("sun.");
  }
}
