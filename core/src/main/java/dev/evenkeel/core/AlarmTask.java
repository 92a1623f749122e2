package dev.evenkeel.core;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Runs once, elsewhere, unless it is cancelled before. */
final class AlarmTask extends Alarm implements Cancellable, Runnable {

  private static final long DONE = 4;

  final long armed;
  private final AlarmClock clock;
  private final Executor elsewhere;
  private @Nullable Runnable task;

  AlarmTask(AlarmClock clock, Executor elsewhere, Runnable task, long armed) {
    this.clock = clock;
    this.elsewhere = elsewhere;
    this.task = task;
    this.armed = armed;
  }

  @Override
  public boolean cancel() {
    boolean cancelled = change(armed, DONE);
    if (cancelled) {
      task = null; // whoever keeps the handle does not keep the call
      clock.unregister(this, this);
    }
    return cancelled;
  }

  @Override
  void onDue(long due, long nowNanos) {
    if (!change(due, DONE)) {
      return;
    }
    boolean handedOver = false;
    try {
      elsewhere.execute(this);
      handedOver = true;
    } finally {
      if (!handedOver) {
        setWord(due);
      }
    }
    clock.unregister(this, this);
  }

  @Override
  public void run() {
    Runnable mine = task;
    task = null;
    try {
      if (mine != null) {
        mine.run();
      }
    } catch (Throwable fault) {
      Faults.LOG.error("timer: a task threw (expected: tasks handle their own faults)", fault);
    }
  }
}
