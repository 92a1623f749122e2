package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/** A kernel with one timer, which an actor of a stress test fires when it likes. */
final class HandKernel implements Kernel {

  private static final int PATIENCE = 10_000;

  private volatile @Nullable Runnable armed;

  @Override
  public long nanoTime() {
    return 0;
  }

  @Override
  public Cancellable schedule(long atNanos, Runnable task) {
    armed = task;
    return () -> {
      armed = null;
      return true;
    };
  }

  /** Fires the timer, if one is armed soon. */
  void fire() {
    for (int i = 0; i < PATIENCE; i++) {
      Runnable task = armed;
      if (task != null) {
        task.run();
        return;
      }
      Thread.onSpinWait();
    }
  }

  @Override
  public long random() {
    return 0;
  }

  @Override
  public void execute(Runnable task) {
    task.run();
  }

  @Override
  public void sleepUntil(long atNanos) {
    throw new UnsupportedOperationException("sleepUntil: nothing waits here");
  }
}
