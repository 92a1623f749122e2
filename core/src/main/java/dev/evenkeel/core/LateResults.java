package dev.evenkeel.core;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Results that nobody gets: they came after the call's time, lost a race, were followed by another
 * attempt, or their caller had gone. What they hold must not be lost with them.
 */
final class LateResults {

  private final Kernel kernel;
  private final @Nullable Consumer<Object> hook;
  private final Faults faults;

  LateResults(Kernel kernel, @Nullable Consumer<Object> hook, Faults faults) {
    this.kernel = kernel;
    this.hook = hook;
    this.faults = faults;
  }

  /** Closes it, or gives it to the hook, on a thread that may block. */
  void drop(@Nullable Object result) {
    if (result == null || (hook == null && !(result instanceof AutoCloseable))) {
      return;
    }
    Signals.send(kernel, () -> dispose(result));
  }

  private void dispose(Object result) {
    Consumer<Object> taker = hook;
    try {
      if (taker != null) {
        taker.accept(result);
      } else {
        ((AutoCloseable) result).close();
      }
    } catch (Throwable fault) {
      faults.report(
          taker == null ? "close of a late result" : "onLateResult", fault, "it is dropped");
    }
  }
}
