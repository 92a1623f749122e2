package dev.evenkeel.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * A kernel whose time moves by hand, for one thread. A sleep moves the time; a task to execute runs
 * at once, after the one that runs already.
 */
final class ManualKernel implements Kernel {

  private final Set<Timer> timers = new LinkedHashSet<>();
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private boolean running;
  private long now;
  private long random;
  private Standstill standstill;

  /** As no kernel but our own need. */
  boolean tellsStandstills = true;

  ManualKernel(long startNanos) {
    now = startNanos;
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public Cancellable schedule(long atNanos, Runnable task) {
    Timer timer = new Timer(atNanos, task);
    timers.add(timer);
    return () -> timers.remove(timer);
  }

  @Override
  public long random() {
    return random++ * 0x9E3779B97F4A7C15L;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (running) {
      return;
    }
    running = true;
    try {
      for (Runnable next = tasks.poll(); next != null; next = tasks.poll()) {
        next.run();
      }
    } finally {
      running = false;
    }
  }

  @Override
  public void sleepUntil(long atNanos) throws InterruptedException {
    parkUntil(atNanos, () -> false);
  }

  @Override
  public void parkUntil(long atNanos, BooleanSupplier woken) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    advanceTo(atNanos, () -> woken.getAsBoolean() || Thread.currentThread().isInterrupted());
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /** The clock jumps, and what became due meanwhile runs late. */
  void freeze(long nanos) {
    now += nanos;
    if (tellsStandstills) {
      standstill = new Standstill(now - nanos, now);
    }
    advance(0);
  }

  @Override
  public Standstill standstill(long nowNanos) {
    return standstill;
  }

  void advance(long nanos) {
    advanceTo(now + nanos, () -> false);
  }

  /** A thread that sleeps is woken by an interrupt, and the time stops with it. */
  private void advanceTo(long atNanos, BooleanSupplier enough) {
    if (enough.getAsBoolean()) {
      return;
    }
    for (Timer due = nextUntil(atNanos); due != null; due = nextUntil(atNanos)) {
      timers.remove(due);
      if (due.atNanos - now > 0) {
        now = due.atNanos;
      }
      due.task.run();
      if (enough.getAsBoolean()) {
        return;
      }
    }
    if (atNanos - now > 0) {
      now = atNanos;
    }
  }

  private Timer nextUntil(long atNanos) {
    Timer next = null;
    for (Timer timer : timers) {
      if (timer.atNanos - atNanos <= 0 && (next == null || timer.atNanos - next.atNanos < 0)) {
        next = timer;
      }
    }
    return next;
  }

  int armedTimers() {
    return timers.size();
  }

  /** Equal to itself only. */
  private static final class Timer {
    final long atNanos;
    final Runnable task;

    Timer(long atNanos, Runnable task) {
      this.atNanos = atNanos;
      this.task = task;
    }
  }
}
