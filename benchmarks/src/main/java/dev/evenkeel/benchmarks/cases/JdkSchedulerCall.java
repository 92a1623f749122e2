package dev.evenkeel.benchmarks.cases;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * What one would write oneself: the JDK's scheduler interrupts the calling thread. Without the
 * hand-shake that keeps a late interrupt from what the thread does next, so cheaper than it should
 * be.
 */
public class JdkSchedulerCall {

  final Dependency dependency = new Dependency();
  private final ScheduledThreadPoolExecutor scheduler =
      new ScheduledThreadPoolExecutor(1, Threads::daemon);
  private final List<Future<?>> outstanding = new ArrayList<>();

  JdkSchedulerCall(int alreadyArmed) {
    scheduler.setRemoveOnCancelPolicy(true);
    for (int i = 0; i < alreadyArmed; i++) {
      outstanding.add(arm(Settings.OPEN, () -> {}));
    }
  }

  final String call() {
    Future<?> timer = arm(Settings.TIMEOUT, Thread.currentThread()::interrupt);
    try {
      return dependency.answer();
    } finally {
      timer.cancel(false);
    }
  }

  private Future<?> arm(Duration time, Runnable task) {
    return scheduler.schedule(task, time.toNanos(), TimeUnit.NANOSECONDS);
  }

  final void verifyOutstanding() {
    Verify.that(outstanding.stream().noneMatch(Future::isDone), "the others are armed");
  }
}
