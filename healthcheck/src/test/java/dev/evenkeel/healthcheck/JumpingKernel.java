package dev.evenkeel.healthcheck;

import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.testkit.ManualKernel;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

/** A kernel whose process can stand still: the clock jumps, and every timer is that much late. */
final class JumpingKernel implements Kernel {

  private final ManualKernel manual = ManualKernel.create();
  private long offsetNanos;

  /** Whether it has no thread to run a task on. */
  boolean isFull;

  void jump(Duration time) {
    offsetNanos += time.toNanos();
  }

  void advance(Duration time) {
    manual.advance(time);
  }

  @Override
  public long nanoTime() {
    return manual.nanoTime() + offsetNanos;
  }

  @Override
  public Cancellable schedule(long atNanos, Runnable task) {
    return manual.schedule(atNanos - offsetNanos, task);
  }

  @Override
  public long random() {
    return manual.random();
  }

  @Override
  public void execute(Runnable task) {
    if (isFull) {
      throw new RejectedExecutionException("full");
    }
    manual.execute(task);
  }

  @Override
  public void sleepUntil(long atNanos) throws InterruptedException {
    manual.sleepUntil(atNanos - offsetNanos);
  }
}
