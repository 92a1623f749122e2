package dev.evenkeel.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An attempt that runs on after its caller has left, and the permits that stay out until it ends.
 * Thread-safe.
 */
final class LeftBehind {

  private @Nullable List<Runnable> atTheEnd = new ArrayList<>(2);

  /** Puts something off until the attempt has ended; does it at once if it has. */
  void atEnd(Runnable settlement) {
    synchronized (this) {
      if (atTheEnd != null) {
        atTheEnd.add(settlement);
        return;
      }
    }
    settlement.run();
  }

  /** The attempt has ended. */
  void end() {
    List<Runnable> due;
    synchronized (this) {
      due = atTheEnd;
      atTheEnd = null;
    }
    if (due != null) {
      due.forEach(Runnable::run);
    }
  }
}
