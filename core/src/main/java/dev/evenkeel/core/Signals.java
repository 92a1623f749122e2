package dev.evenkeel.core;

/**
 * Where code runs that is short, but not ours, and may so block: an interrupt, a cancel, a close.
 */
final class Signals {

  private Signals() {}

  /** Runs a task soon, on a thread that may block. */
  static void send(Kernel kernel, Runnable task) {
    if (kernel instanceof SystemKernel system) {
      system.signal(task);
      return;
    }
    try {
      kernel.execute(task);
    } catch (Throwable rejected) {
      Kernel.system().signal(task);
    }
  }
}
