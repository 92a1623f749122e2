package dev.evenkeel.core;

import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Stops the source of an asynchronous attempt that nobody waits for any more. */
final class AttemptStop {

  private AttemptStop() {}

  /**
   * On this thread.
   *
   * @param cooperative whether a source that is not reactive is left alone
   */
  static void here(
      AsyncAdapter<Object, Object> adapter, Object running, boolean cooperative, Faults faults) {
    if (cooperative && !adapter.isReactive()) {
      return;
    }
    try {
      adapter.cancel(running);
    } catch (Throwable fault) {
      faults.report("cancel", fault, "the call was given up all the same");
    }
  }

  /** Runs the attempt's hooks and stops its source where both may block. */
  static void elsewhere(
      AsyncAdapter<Object, Object> adapter, Object running, boolean cooperative, Frame frame) {
    AbortHooks hooks = frame.hooks;
    frame.hooks = null;
    Faults faults = frame.plan().faults;
    if (adapter.isReactive()) {
      here(adapter, running, cooperative, faults); // never blocks
      if (hooks != null) {
        Signals.send(frame.kernel(), hooks::run);
      }
    } else if (hooks != null || (!cooperative && running instanceof Future<?>)) {
      Signals.send(frame.kernel(), () -> {
        run(hooks);
        here(adapter, running, cooperative, faults);
      });
    }
  }

  private static void run(@Nullable AbortHooks hooks) {
    if (hooks != null) {
      hooks.run();
    }
  }
}
