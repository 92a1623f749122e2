package dev.evenkeel.healthcheck;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * Lets a few runs go on at once; the others wait in line. A run that hangs gives its slot back when
 * its time limit is over, so hung checks never stop the rest. Thread-safe.
 */
final class RunSlots {

  private final Executor executor;
  private final Queue<CheckRun> waiting = new ArrayDeque<>();
  private int free;

  RunSlots(Executor executor, int slots) {
    this.executor = executor;
    this.free = slots;
  }

  /** Runs it now, or when a slot is free. */
  void submit(CheckRun run) {
    synchronized (this) {
      if (free == 0) {
        waiting.add(run);
        return;
      }
      free--;
    }
    start(run);
  }

  /** Gives a slot back; once for each run that was started. */
  void release() {
    CheckRun next;
    synchronized (this) {
      next = waiting.poll();
      if (next == null) {
        free++;
        return;
      }
    }
    start(next);
  }

  private void start(CheckRun run) {
    try {
      executor.execute(run);
    } catch (Throwable noThread) { // full, closed, or the system has no thread to spare
      run.rejected(noThread);
    }
  }
}
