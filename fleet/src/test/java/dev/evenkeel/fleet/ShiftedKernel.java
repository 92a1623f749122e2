package dev.evenkeel.fleet;

import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.Kernel;

/** The kernel of a process whose clock began elsewhere. */
record ShiftedKernel(Kernel kernel, long nanos) implements Kernel {

  @Override
  public long nanoTime() {
    return kernel.nanoTime() + nanos;
  }

  @Override
  public Cancellable schedule(long atNanos, Runnable task) {
    return kernel.schedule(atNanos - nanos, task);
  }

  @Override
  public long random() {
    return kernel.random();
  }

  @Override
  public void execute(Runnable task) {
    kernel.execute(task);
  }

  @Override
  public void sleepUntil(long atNanos) throws InterruptedException {
    kernel.sleepUntil(atNanos - nanos);
  }
}
