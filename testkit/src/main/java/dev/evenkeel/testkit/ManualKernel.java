package dev.evenkeel.testkit;

import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Standstill;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A kernel whose time the test moves by hand, and whose chance is seeded: the same seed and the
 * same calls give the same behaviour, on any machine. {@link #sleepUntil} moves the time itself, so
 * a blocking retry needs no second thread, and ends early when what becomes due on the way
 * interrupts the sleeping thread, as a timeout does. A blocking hedge runs inside the sleep of the
 * first attempt, on the same thread: who is interrupted while both run cannot be told apart, so let
 * an asynchronous call show that. Thread-safe, but tasks run on whichever thread moves the time.
 */
public final class ManualKernel implements Kernel {

  private final Object lock = new Object();
  private final TreeSet<Timer> timers;
  private final Deque<Runnable> ready = new ArrayDeque<>();
  private final SplittableRandom random;
  private long nowNanos;
  private long armed;
  private boolean draining;
  private @Nullable Standstill standstill;

  private record Timer(long atNanos, long order, Runnable task) {}

  private ManualKernel(long startNanos, long seed) {
    nowNanos = startNanos;
    random = new SplittableRandom(seed);
    // By subtraction, as every comparison on this clock: it may start just below Long.MAX_VALUE.
    Comparator<Timer> byTime = (one, other) -> Long.signum(one.atNanos() - other.atNanos());
    timers = new TreeSet<>(byTime.thenComparingLong(Timer::order));
  }

  /**
   * A kernel that starts at 0 with seed 0.
   *
   * @return the kernel
   */
  public static ManualKernel create() {
    return new ManualKernel(0, 0);
  }

  /**
   * A kernel that starts at another time; negative and just below {@link Long#MAX_VALUE} are worth
   * a test.
   *
   * @param nanos the first value of {@link #nanoTime()}
   * @return the kernel
   */
  public static ManualKernel startingAt(long nanos) {
    return new ManualKernel(nanos, 0);
  }

  /**
   * A kernel that starts at 0 with another stream of random numbers.
   *
   * @param seed the seed
   * @return the kernel
   */
  public static ManualKernel withSeed(long seed) {
    return new ManualKernel(0, seed);
  }

  /**
   * Moves the time forward and runs what becomes due on the way, each at its own time.
   *
   * @param time zero or more; zero runs what is due already
   */
  public void advance(Duration time) {
    long target;
    synchronized (lock) {
      target = nowNanos + Checks.nonNegativeNanos("time", time);
    }
    runUntil(target, () -> false);
  }

  /**
   * Lets the process stand still, as a long pause of the collector or a stopped process does: the
   * clock jumps, and all that became due meanwhile runs late, at the end. {@link #advance} runs
   * each at its own time.
   *
   * @param time zero or more
   */
  public void freeze(Duration time) {
    long until;
    synchronized (lock) {
      until = nowNanos + Checks.nonNegativeNanos("time", time);
      standstill = new Standstill(nowNanos, until);
      nowNanos = until;
    }
    runUntil(until, () -> false);
  }

  @Override
  public @Nullable Standstill standstill(long time) {
    synchronized (lock) {
      return standstill;
    }
  }

  /** Runs what is due until then; the time stops when it is enough. */
  private void runUntil(long targetNanos, BooleanSupplier enough) {
    drain();
    while (!enough.getAsBoolean()) {
      Timer next;
      synchronized (lock) {
        next = timers.isEmpty() ? null : timers.first();
        if (next == null || next.atNanos() - targetNanos > 0) {
          if (targetNanos - nowNanos > 0) {
            nowNanos = targetNanos;
          }
          return;
        }
        timers.remove(next);
        if (next.atNanos() - nowNanos > 0) {
          nowNanos = next.atNanos();
        }
      }
      next.task().run();
      drain();
    }
  }

  /** Runs handed-over tasks one after the other, never one inside another. */
  private void drain() {
    synchronized (lock) {
      if (draining) {
        return;
      }
      draining = true;
    }
    try {
      for (Runnable task = poll(); task != null; task = poll()) {
        task.run();
      }
    } finally {
      synchronized (lock) {
        draining = false;
      }
    }
  }

  private @Nullable Runnable poll() {
    synchronized (lock) {
      return ready.poll();
    }
  }

  /**
   * How many timers are armed, to look for leaks.
   *
   * @return 0 or more
   */
  public int armedTimers() {
    synchronized (lock) {
      return timers.size();
    }
  }

  @Override
  public long nanoTime() {
    synchronized (lock) {
      return nowNanos;
    }
  }

  @Override
  public Cancellable schedule(long atNanos, Runnable task) {
    Checks.notNull("task", task);
    synchronized (lock) {
      Timer timer = new Timer(atNanos, armed++, task);
      timers.add(timer);
      return () -> {
        synchronized (lock) {
          return timers.remove(timer);
        }
      };
    }
  }

  @Override
  public long random() {
    synchronized (lock) {
      return random.nextLong();
    }
  }

  @Override
  public void execute(Runnable task) {
    synchronized (lock) {
      ready.add(Checks.notNull("task", task));
    }
    drain();
  }

  @Override
  public void sleepUntil(long atNanos) throws InterruptedException {
    parkUntil(atNanos, () -> false);
  }

  /** Moves the time itself, up to the event that wakes the thread, or interrupts it. */
  @Override
  public void parkUntil(long atNanos, BooleanSupplier woken) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    runUntil(atNanos, () -> woken.getAsBoolean() || Thread.currentThread().isInterrupted());
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }
}
