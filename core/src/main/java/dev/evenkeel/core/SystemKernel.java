package dev.evenkeel.core;

import java.security.SecureRandom;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The kernel of production: {@link System#nanoTime()}, one daemon timer thread, a few daemon
 * workers for continuations, and a random stream seeded from the operating system.
 *
 * <p>Threads start on first use, wait without using the processor while nothing is due, and end by
 * themselves after {@value #IDLE_SECONDS} s without work. They inherit neither the context class
 * loader nor thread locals of the caller, so an application that is undeployed is not held by them.
 * Thread-safe.
 */
@SuppressForbidden("the one door to time, timers, chance and threads")
public final class SystemKernel implements Kernel, AutoCloseable {

  private static final int IDLE_SECONDS = 10;
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  static final SystemKernel SHARED = new SystemKernel("evenkeel");

  private final String threadName;
  // Seeded from the operating system, not the clock: a fleet restored from one snapshot must not
  // share its jitter.
  private final AtomicLong randomState = new AtomicLong(new SecureRandom().nextLong());
  private final Object lifecycle = new Object();
  private volatile @Nullable ScheduledThreadPoolExecutor timer;
  private volatile @Nullable ThreadPoolExecutor workers;

  /**
   * Creates a kernel with threads of its own, for whoever wants to close it apart from the shared
   * one.
   *
   * @param threadName the prefix of its threads' names
   */
  public SystemKernel(String threadName) {
    this.threadName = Checks.name("threadName", threadName);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Cancellable schedule(long atNanos, Runnable task) {
    Checks.notNull("task", task);
    TimerTask timerTask = new TimerTask(task);
    for (; ; ) {
      try {
        ScheduledFuture<?> future =
            timer().schedule(timerTask, atNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        return () -> {
          boolean ours = timerTask.claim();
          if (ours) {
            future.cancel(false);
          }
          return ours;
        };
      } catch (RejectedExecutionException closedMeanwhile) {
        // close() came between timer() and schedule(): the next round starts a new thread.
      }
    }
  }

  @Override
  public long random() {
    // SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014).
    long z = randomState.addAndGet(GOLDEN_GAMMA);
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  @Override
  public void execute(Runnable task) {
    Checks.notNull("task", task);
    for (; ; ) {
      try {
        workers().execute(task);
        return;
      } catch (RejectedExecutionException closedMeanwhile) {
        // As in schedule().
      }
    }
  }

  @Override
  public void sleepUntil(long atNanos) throws InterruptedException {
    for (; ; ) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      long wait = atNanos - System.nanoTime();
      if (wait <= 0) {
        return;
      }
      LockSupport.parkNanos(this, wait);
    }
  }

  /**
   * Ends the threads as soon as nothing is left for them to do: at once when nothing is armed, else
   * when the last timer of a call in flight has fired or was cancelled. No call loses its timer. A
   * kernel that is used after that simply starts its threads again, so closing the shared one is
   * safe when others may still use it.
   */
  @Override
  public void close() {
    synchronized (lifecycle) {
      ScheduledThreadPoolExecutor oldTimer = timer;
      if (oldTimer != null) {
        oldTimer.shutdown();
        timer = null;
      }
      ThreadPoolExecutor oldWorkers = workers;
      if (oldWorkers != null) {
        oldWorkers.shutdown();
        workers = null;
      }
    }
  }

  /** How many timers are armed; for tests that look for leaks. */
  int armedTimers() {
    ScheduledThreadPoolExecutor current = timer;
    return current == null ? 0 : current.getQueue().size();
  }

  private ScheduledThreadPoolExecutor timer() {
    ScheduledThreadPoolExecutor current = timer;
    return current != null ? current : startTimer();
  }

  private ScheduledThreadPoolExecutor startTimer() {
    synchronized (lifecycle) {
      ScheduledThreadPoolExecutor current = timer;
      if (current == null) {
        current = new ScheduledThreadPoolExecutor(1, threads("timer"));
        current.setRemoveOnCancelPolicy(true);
        current.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        current.allowCoreThreadTimeOut(true);
        timer = current;
      }
      return current;
    }
  }

  private ThreadPoolExecutor workers() {
    ThreadPoolExecutor current = workers;
    return current != null ? current : startWorkers();
  }

  private ThreadPoolExecutor startWorkers() {
    synchronized (lifecycle) {
      ThreadPoolExecutor current = workers;
      if (current == null) {
        int size = Math.max(2, Runtime.getRuntime().availableProcessors());
        current = new ThreadPoolExecutor(
            size,
            size,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            threads("worker"));
        current.allowCoreThreadTimeOut(true);
        workers = current;
      }
      return current;
    }
  }

  private ThreadFactory threads(String role) {
    AtomicLong count = new AtomicLong();
    return task -> {
      Thread thread =
          new Thread(null, task, threadName + "-" + role + "-" + count.incrementAndGet(), 0, false);
      thread.setDaemon(true);
      thread.setContextClassLoader(null);
      return thread;
    };
  }

  /**
   * Runs once unless it is cancelled before it starts, which a future's own answer does not tell
   * from cancelling it while it runs. Keeps the timer thread alive when a task throws, which a task
   * of ours never should.
   */
  private static final class TimerTask implements Runnable {

    private final Runnable task;
    private final AtomicBoolean claimed = new AtomicBoolean();

    TimerTask(Runnable task) {
      this.task = task;
    }

    boolean claim() {
      return claimed.compareAndSet(false, true);
    }

    @Override
    public void run() {
      if (!claim()) {
        return;
      }
      try {
        task.run();
      } catch (RuntimeException fault) {
        Faults.LOG.error("timer: a task threw (expected: tasks handle their own faults)", fault);
      }
    }
  }
}
