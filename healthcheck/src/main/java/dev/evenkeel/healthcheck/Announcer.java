package dev.evenkeel.healthcheck;

import dev.evenkeel.core.Faults;
import dev.evenkeel.core.Kernel;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Tells the log and the listener, in order, one at a time, on a worker of the kernel: neither a
 * check's lock nor the timer thread is held by a slow listener. Thread-safe.
 */
final class Announcer {

  private static final int MOST_WAITING = 1_000;

  private final Kernel kernel;
  private final HealthListener listener;
  private final Faults faults = new Faults("health");
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private boolean running;

  Announcer(Kernel kernel, HealthListener listener) {
    this.kernel = kernel;
    this.listener = listener;
  }

  void changed(Check check, Status from, Status to, @Nullable String why) {
    StatusChange change = new StatusChange(check.name(), check.kind(), from, to, why);
    say(() -> {
      String reason = why == null ? "" : ": " + why;
      if (to == Status.DOWN) {
        HealthContext.LOG.warn(
            "health check '{}' ({}): {} -> {}{}", check.name(), check.kind(), from, to, reason);
      } else {
        HealthContext.LOG.info(
            "health check '{}' ({}): {} -> {}{}", check.name(), check.kind(), from, to, reason);
      }
      listener.onChange(change);
    });
  }

  /** Drops it if a listener hangs and a thousand wait behind it. */
  void say(Runnable words) {
    synchronized (waiting) {
      if (waiting.size() >= MOST_WAITING) {
        return;
      }
      waiting.add(words);
      if (running) {
        return;
      }
      running = true;
    }
    try {
      kernel.execute(this::drain);
    } catch (Throwable noThread) {
      synchronized (waiting) {
        running = false; // the next one tries again, for all that wait
      }
      faults.report("kernel.execute", noThread, "saying it later");
    }
  }

  private void drain() {
    for (; ; ) {
      Runnable next;
      synchronized (waiting) {
        next = waiting.poll();
        if (next == null) {
          running = false;
          return;
        }
      }
      try {
        next.run();
      } catch (Throwable fault) {
        faults.report("listener.onChange", fault, "going on");
      }
    }
  }
}
