package dev.evenkeel.limits;

import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.Kernel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Virtual time; {@link #freeze} lets the process stand still: the clock jumps, timers fire late.
 */
final class FreezingKernel implements Kernel {

  private final TreeMap<Long, ArrayDeque<Runnable>> timers = new TreeMap<>();
  private final ArrayDeque<Runnable> ready = new ArrayDeque<>();
  private final SplittableRandom random = new SplittableRandom(1);
  private long now;
  private boolean draining;

  void advance(Duration time) {
    long target = now + time.toNanos();
    while (!timers.isEmpty() && timers.firstKey() <= target) {
      now = Math.max(now, timers.firstKey());
      fireFirst();
    }
    now = target;
  }

  void freeze(Duration time) {
    now += time.toNanos();
    while (!timers.isEmpty() && timers.firstKey() <= now) {
      fireFirst();
    }
  }

  private void fireFirst() {
    ArrayDeque<Runnable> due = timers.firstEntry().getValue();
    Runnable task = due.poll();
    if (due.isEmpty()) {
      timers.pollFirstEntry();
    }
    if (task != null) {
      task.run();
    }
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public Cancellable schedule(long atNanos, Runnable task) {
    Runnable own = () -> task.run(); // an identity of its own
    timers.computeIfAbsent(atNanos, at -> new ArrayDeque<>()).add(own);
    return () -> timers.containsKey(atNanos) && timers.get(atNanos).remove(own);
  }

  @Override
  public long random() {
    return random.nextLong();
  }

  @Override
  public void execute(Runnable task) {
    ready.add(task);
    if (!draining) {
      draining = true;
      for (Runnable next = ready.poll(); next != null; next = ready.poll()) {
        next.run();
      }
      draining = false;
    }
  }

  @Override
  public void sleepUntil(long atNanos) {
    advance(Duration.ofNanos(Math.max(0, atNanos - now)));
  }
}
