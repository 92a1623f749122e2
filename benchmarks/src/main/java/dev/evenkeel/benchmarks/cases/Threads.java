package dev.evenkeel.benchmarks.cases;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Daemon threads, and virtual ones where there are any. */
final class Threads {

  private Threads() {}

  static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "benchmark");
    thread.setDaemon(true);
    return thread;
  }

  /** By reflection: this is compiled for Java 17, and virtual threads come with 21. */
  static ExecutorService virtual() {
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (ReflectiveOperationException tooOld) {
      throw new IllegalStateException("virtual threads need Java 21 or newer", tooOld);
    }
  }
}
