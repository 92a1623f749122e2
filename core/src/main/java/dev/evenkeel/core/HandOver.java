package dev.evenkeel.core;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Takes what may call a user's code to a thread on which that may run. A user's executor is never
 * asked by the kernel's timer: it may block, throw, or run the task at once. Whatever it does, the
 * task runs: if the executor throws, or has not begun with it after a second, on a thread of the
 * kernel's.
 */
final class HandOver {

  private static final long LONGEST_WAIT_NANOS = 1_000_000_000;

  private final Kernel kernel;
  private final @Nullable Executor executor;
  private final Faults faults;

  HandOver(Kernel kernel, @Nullable Executor executor, Faults faults) {
    this.kernel = kernel;
    this.executor = executor;
    this.faults = faults;
  }

  /** Runs a task that is short unless a user's code in it is not. */
  void run(Runnable task) {
    Executor users = executor;
    if (users == null) {
      onKernel(task);
    } else {
      onKernel(() -> handTo(users, new Once(task)));
    }
  }

  private void onKernel(Runnable task) {
    try {
      kernel.execute(task);
    } catch (Throwable rejected) {
      faults.report("kernel.execute", rejected, "going on with another thread");
      Kernel.system().execute(task);
    }
  }

  private void handTo(Executor users, Once task) {
    try {
      task.patience = kernel.schedule(
          kernel.nanoTime() + LONGEST_WAIT_NANOS, () -> onKernel(() -> runInstead(task)));
      users.execute(task);
    } catch (Throwable rejected) {
      faults.report("executor", rejected, "going on with a thread of the kernel's");
      task.run();
    }
  }

  private void runInstead(Once task) {
    if (task.tryRun()) {
      faults.tellOnce(
          "executor is slow",
          "executor: has not begun with a task within 1 s, or dropped it (expected: threads to"
              + " spare); going on with the kernel's");
    }
  }

  /** Runs what may block for as long as a call does; tells if no thread is to spare for it. */
  void runBlocking(Runnable task, Runnable refused) {
    Executor users = executor;
    try {
      kernel.executeBlocking(
          users == null
              ? task
              : () -> {
                try {
                  users.execute(task);
                } catch (Throwable rejected) {
                  refuse(rejected, refused);
                }
              });
    } catch (Throwable rejected) {
      refuse(rejected, refused);
    }
  }

  private void refuse(Throwable rejected, Runnable refused) {
    if (!(rejected instanceof RejectedExecutionException)) {
      faults.report("executor", rejected, "going on without the task");
    }
    refused.run();
  }

  /** Runs once, whoever comes first. */
  private static final class Once extends AtomicBoolean implements Runnable {

    private static final long serialVersionUID = 1;

    private final transient Runnable task;
    private transient volatile @Nullable Cancellable patience;

    Once(Runnable task) {
      this.task = task;
    }

    boolean tryRun() {
      if (!compareAndSet(false, true)) {
        return false;
      }
      Cancellable armed = patience;
      if (armed != null) {
        armed.cancel();
      }
      task.run();
      return true;
    }

    @Override
    public void run() {
      tryRun();
    }
  }
}
