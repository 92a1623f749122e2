package dev.evenkeel.core;

import java.security.SecureRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The kernel of production: {@link System#nanoTime()}, one daemon timer thread on which nothing but
 * the time is kept, a thread that sends interrupts and cancels, a few daemon workers for
 * continuations, threads for blocking hedges as needed, and a random stream seeded from the
 * operating system. When interrupts or continuations block, more such threads start, up to
 * {@value #MOST_BLOCKED} of each; timeouts are kept all the same.
 *
 * <p>Threads start on first use, wait without using the processor while nothing is due, and end by
 * themselves after {@value #IDLE_SECONDS} s without work. They inherit neither the context class
 * loader nor thread locals of the caller, so an application that is undeployed is not held by them.
 * Thread-safe.
 */
@SuppressForbidden("the one door to time, timers, chance and threads")
public final class SystemKernel implements Kernel, AutoCloseable {

  private static final int IDLE_SECONDS = 10;
  private static final int MOST_BLOCKING = 256;
  private static final int MOST_BLOCKED = 256;
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  static final SystemKernel SHARED = new SystemKernel("evenkeel");

  private final String threadName;
  // Seeded from the operating system, not the clock: a fleet restored from one snapshot must not
  // share its jitter.
  private final AtomicLong randomState = new AtomicLong(new SecureRandom().nextLong());
  private final Object lifecycle = new Object();
  private final AlarmClock alarms;
  private final Workers signals;
  private final Workers workers;
  private volatile @Nullable ThreadPoolExecutor blocking;

  /**
   * Creates a kernel with threads of its own, for whoever wants to close it apart from the shared
   * one.
   *
   * @param threadName the prefix of its threads' names
   */
  public SystemKernel(String threadName) {
    this.threadName = Checks.name("threadName", threadName);
    long idleNanos = TimeUnit.SECONDS.toNanos(IDLE_SECONDS);
    signals = new Workers(threads("signal"), 1, MOST_BLOCKED, idleNanos, this::lookSoon, "signals");
    workers = new Workers(
        threads("worker"),
        Math.max(2, Runtime.getRuntime().availableProcessors()),
        MOST_BLOCKED,
        idleNanos,
        this::lookSoon,
        "workers");
    ThreadFactory timers = threads("timer");
    alarms = new AlarmClock(
        keepTime -> timers.newThread(() -> {
          keepTime.run();
          endWithTimer();
        }),
        idleNanos,
        signals::execute);
    alarms.watch(now -> {
      signals.look(now);
      workers.look(now);
    });
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Cancellable schedule(long atNanos, Runnable task) {
    Checks.notNull("task", task);
    return alarms.schedule(atNanos, task);
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
    workers.execute(Checks.notNull("task", task));
  }

  /** Runs what is short, but not ours, and may so block: an interrupt, a cancel, a close. */
  void signal(Runnable task) {
    signals.execute(task);
  }

  /** The others are needed for as long as something is armed. */
  private void endWithTimer() {
    if (alarms.isClosing()) {
      signals.close();
      workers.close();
    }
  }

  private void lookSoon() {
    try {
      alarms.wakeAt(System.nanoTime() + Workers.PATIENCE_NANOS);
    } catch (OutOfMemoryError noThreadToSpare) {
      // The next alarm or task tries again.
    }
  }

  /** {@inheritDoc} Rejects it when {@value #MOST_BLOCKING} such tasks run already. */
  @Override
  public void executeBlocking(Runnable task) {
    Checks.notNull("task", task);
    for (; ; ) {
      ThreadPoolExecutor pool = blocking();
      try {
        pool.execute(task);
        return;
      } catch (RejectedExecutionException fullOrClosed) {
        if (!pool.isShutdown()) {
          throw fullOrClosed;
        }
      }
    }
  }

  @Override
  public void sleepUntil(long atNanos) throws InterruptedException {
    parkUntil(atNanos, () -> false);
  }

  @Override
  public void parkUntil(long atNanos, BooleanSupplier woken) throws InterruptedException {
    for (; ; ) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      long wait = atNanos - System.nanoTime();
      if (wait <= 0 || woken.getAsBoolean()) {
        return;
      }
      LockSupport.parkNanos(this, wait);
    }
  }

  /**
   * {@inheritDoc} Known as long as timers are armed: the timer thread then wakes up every 100 ms,
   * and one that comes 250 ms later than it should has stood still, and all else with it.
   */
  @Override
  public @Nullable Standstill standstill(long nowNanos) {
    return alarms.standstill(nowNanos);
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
      alarms.close();
      signals.close();
      workers.close();
      ThreadPoolExecutor oldBlocking = blocking;
      if (oldBlocking != null) {
        oldBlocking.shutdown();
        blocking = null;
      }
    }
  }

  /** How many timers are armed; for tests that look for leaks. */
  int armedTimers() {
    return alarms.armed();
  }

  AlarmClock alarms() {
    return alarms;
  }

  private ThreadPoolExecutor blocking() {
    ThreadPoolExecutor current = blocking;
    return current != null ? current : startBlocking();
  }

  /** A thread for each task: one that waits behind another one's blocking is of no use. */
  private ThreadPoolExecutor startBlocking() {
    synchronized (lifecycle) {
      ThreadPoolExecutor current = blocking;
      if (current == null) {
        current = new ThreadPoolExecutor(
            0,
            MOST_BLOCKING,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            threads("blocking"));
        blocking = current;
      }
      return current;
    }
  }

  private ThreadFactory threads(String role) {
    AtomicLong count = new AtomicLong();
    return task -> NoInheritance.whileMaking(() -> {
      Thread thread =
          new Thread(null, task, threadName + "-" + role + "-" + count.incrementAndGet(), 0, false);
      thread.setDaemon(true);
      thread.setContextClassLoader(null);
      return thread;
    });
  }
}
