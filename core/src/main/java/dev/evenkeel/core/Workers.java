package dev.evenkeel.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Threads for tasks that are short unless code which is not ours makes them block: users'
 * continuations, an interrupt that closes a channel, a cancel. A few threads are enough as long as
 * none blocks. When a task has waited for some milliseconds because all threads are taken, another
 * thread starts, up to a bound; who blocks can so hold up nobody else for long. A thread that
 * cannot be started is tried again. Nothing is rejected. Thread-safe.
 *
 * <p>It has no thread to watch over the others: whoever owns it calls {@link #look} some
 * milliseconds after it asked for that.
 */
@SuppressForbidden("the kernel's own threads")
final class Workers {

  /** How long a task waits before another thread starts for it. */
  static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private static final int TRIES_AT_ONCE = 100;

  private record Waiting(Runnable task, long sinceNanos) {}

  private final ThreadFactory threads;
  private final int least;
  private final int most;
  private final long idleNanos;
  private final Runnable lookSoon;
  private final Faults faults;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private int size;
  private int idle;
  private boolean closing;

  /**
   * Creates it, without a thread.
   *
   * @param least up to so many threads start at once when there is a task for them
   * @param most so many there are at most
   * @param lookSoon asks for a call of {@link #look}
   */
  Workers(
      ThreadFactory threads, int least, int most, long idleNanos, Runnable lookSoon, String name) {
    this.threads = threads;
    this.least = least;
    this.most = most;
    this.idleNanos = idleNanos;
    this.lookSoon = lookSoon;
    this.faults = new Faults(name);
  }

  /** Runs a task soon. */
  void execute(Runnable task) {
    boolean start = false;
    boolean behind = false;
    acquire();
    try {
      closing = false;
      waiting.addLast(new Waiting(task, System.nanoTime()));
      if (idle >= waiting.size()) {
        work.signal();
      } else if (size < least) {
        size++;
        start = true;
      } else {
        behind = true;
      }
    } finally {
      lock.unlock();
    }
    if (start && !start()) {
      behind = true;
    }
    if (behind) {
      lookSoon.run();
    }
  }

  /** Starts a thread if a task has waited for too long. */
  void look(long nowNanos) {
    boolean start = false;
    boolean again;
    boolean full = false;
    acquire();
    try {
      Waiting oldest = waiting.peekFirst();
      if (oldest != null && idle == 0 && nowNanos - oldest.sinceNanos() >= PATIENCE_NANOS) {
        full = size >= most;
        start = !full;
        size += start ? 1 : 0;
      }
      again = oldest != null && size < most;
    } finally {
      lock.unlock();
    }
    if (start) {
      start();
    }
    if (full) {
      faults.report(
          "threads",
          new IllegalStateException("threads: all of " + most
              + " are blocked (expected: continuations that do not block)"),
          "further ones wait; give the pipeline an executor of its own");
    }
    if (again) {
      lookSoon.run();
    }
  }

  /** Starts one that is counted already. */
  private boolean start() {
    boolean started = false;
    try {
      threads.newThread(this::work).start();
      started = true;
    } catch (OutOfMemoryError noThreadToSpare) {
      // The next look tries again.
    } finally {
      if (!started) {
        gone();
      }
    }
    return started;
  }

  private void work() {
    boolean ended = false;
    try {
      for (Runnable task = next(); task != null; task = next()) {
        run(task);
      }
      ended = true;
    } finally {
      if (!ended) {
        gone(); // an Error in our own code, such as a heap that is exhausted
        lookSoon.run();
      }
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable fault) {
      faults.report("task", fault, "its thread goes on");
    }
  }

  /** The next task; null if the thread is to end, which then is counted no more. */
  private @Nullable Runnable next() {
    Thread.interrupted(); // of a task that is over
    lock.lock();
    try {
      long left = idleNanos;
      while (waiting.isEmpty()) {
        if (closing || left <= 0) {
          size--;
          return null;
        }
        idle++;
        try {
          left = work.awaitNanos(left);
        } catch (InterruptedException nobodysBusiness) {
          // A task of before may have left it; nobody else has this thread.
        } finally {
          idle--;
        }
      }
      return waiting.removeFirst().task();
    } finally {
      lock.unlock();
    }
  }

  /**
   * For everybody but the workers: never waits in the lock's queue. A virtual thread there, which
   * no carrier runs because the calls on all of them are busy, would keep the workers behind it
   * from the interrupts that end those calls.
   */
  @SuppressWarnings(
      "ThreadPriorityCheck") // yields for a lock that is held for less than a microsecond
  private void acquire() {
    for (int tries = 0; !lock.tryLock(); tries++) {
      if (tries < TRIES_AT_ONCE) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  private void gone() {
    acquire();
    try {
      size--;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the threads as soon as there is nothing to do; a later task starts them again. */
  void close() {
    acquire();
    try {
      closing = true;
      work.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** How many threads there are; for tests. */
  int size() {
    acquire();
    try {
      return size;
    } finally {
      lock.unlock();
    }
  }
}
