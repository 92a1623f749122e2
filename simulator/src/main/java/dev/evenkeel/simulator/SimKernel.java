package dev.evenkeel.simulator;

import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.Kernel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The kernel of a run: its time is the event queue's. One thread, no waiting. */
final class SimKernel implements Kernel {

  private final EventQueue events;
  private final Chance chance;
  private final long kind;
  private final List<@Nullable Runnable> tasks = new ArrayList<>();
  private final ArrayDeque<Integer> free = new ArrayDeque<>();
  private final long blockingNanos;

  SimKernel(EventQueue events, Chance chance, int kind, int kindShift, long blockingNanos) {
    this.events = events;
    this.blockingNanos = blockingNanos;
    this.chance = chance;
    this.kind = (long) kind << kindShift;
  }

  @Override
  public long nanoTime() {
    return events.nowNanos();
  }

  @Override
  public Cancellable schedule(long atNanos, Runnable task) {
    Integer unused = free.poll();
    int number = unused == null ? tasks.size() : unused;
    if (unused == null) {
      tasks.add(task);
    } else {
      tasks.set(number, task);
    }
    events.add(Math.max(atNanos, events.nowNanos()), kind | number);
    return () -> {
      boolean waiting = tasks.get(number) == task;
      if (waiting) {
        tasks.set(number, () -> {}); // freed when its time comes
      }
      return waiting;
    };
  }

  void run(int number) {
    Runnable task = tasks.set(number, null);
    free.push(number);
    if (task != null) {
      task.run();
    }
  }

  @Override
  public long random() {
    return chance.bits();
  }

  @Override
  public void execute(Runnable task) {
    var unused = schedule(events.nowNanos(), task);
  }

  /** What blocks is an exchange with a store. */
  @Override
  public void executeBlocking(Runnable task) {
    var unused = schedule(events.nowNanos() + blockingNanos, task);
  }

  @Override
  public void sleepUntil(long atNanos) {
    throw new UnsupportedOperationException("sleepUntil: called in a simulation (expected: never)");
  }
}
