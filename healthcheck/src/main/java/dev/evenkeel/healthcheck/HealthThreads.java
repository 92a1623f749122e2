package dev.evenkeel.healthcheck;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Daemon threads of health's own: a check that hangs must not take a worker of the kernel, and
 * calls under load must not starve the checks. Internal: how many run at once is bounded by who
 * hands the tasks over.
 */
@SuppressForbidden("a check may hang for ever: it gets a thread that nobody else needs")
public final class HealthThreads {

  private static final long IDLE_SECONDS = 10;

  private HealthThreads() {}

  /** Threads for checks: made when needed, gone after 10 s without work. */
  static Executor forChecks() {
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> thread("evenkeel-health-idle", task));
  }

  /**
   * A daemon thread that holds neither the caller's class loader nor its thread locals.
   *
   * @param name its name
   * @param task what it runs
   * @return the thread, not started
   */
  public static Thread thread(String name, Runnable task) {
    Thread thread = new Thread(null, task, name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    return thread;
  }
}
