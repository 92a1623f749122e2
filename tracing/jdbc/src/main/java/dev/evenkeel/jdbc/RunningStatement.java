package dev.evenkeel.jdbc;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.CheckedRunnable;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Kernel;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One execution of a statement, and how it is ended from outside: by {@link Statement#cancel},
 * again and again because a cancel that arrives before the statement does is lost; and if that does
 * not help in time, because the network is gone or the driver has no cancel, by
 * {@link Connection#abort}. When {@link #end} has returned, no cancel is under way that could hit
 * what the connection does next. Thread-safe.
 */
final class RunningStatement implements CheckedRunnable<RuntimeException> {

  private static final Logger LOG = LoggerFactory.getLogger(EvenkeelDataSource.class);
  private static final long FIRST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long LONGEST_END_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Statement statement;
  private final Connection connection;
  private final Kernel kernel;
  private final long abortAfterNanos;
  private boolean ended;
  private boolean cancelled;
  private boolean cancelling;
  private boolean aborted;

  /** What {@link #run} was given to; set before the statement is executed, on its thread. */
  private Cancellable armed = () -> false;

  private RunningStatement(Statement statement, Connection connection, JdbcSettings settings) {
    this.statement = statement;
    this.connection = connection;
    kernel = settings.kernel();
    abortAfterNanos = settings.abortAfterNanos();
  }

  /**
   * To be called right before the execution, and {@link #end} right after it.
   *
   * @return null if there is nothing that could end it
   */
  static @Nullable RunningStatement start(
      Statement statement, Connection connection, JdbcSettings settings, CallContext call) {
    Deadline deadline = call.deadline();
    if (!call.isAttempt() && deadline == null) {
      return null;
    }
    RunningStatement running = new RunningStatement(statement, connection, settings);
    if (call.isAttempt() || deadline == null) {
      running.armed = call.onAbort(running);
    } else {
      Kernel kernel = settings.kernel();
      running.armed = kernel.schedule(
          kernel.nanoTime() + deadline.remaining().toNanos(),
          () -> kernel.executeBlocking(running::run));
    }
    return running;
  }

  /** Ends it from outside; returns when it has ended, or its connection was aborted. Blocks. */
  @Override
  public void run() {
    lock.lock();
    try {
      if (ended || cancelled) {
        return;
      }
      cancelled = true;
    } finally {
      lock.unlock();
    }
    long abortAt = kernel.nanoTime() + abortAfterNanos;
    Cancellable timer =
        kernel.schedule(abortAt, () -> kernel.executeBlocking(this::abortUnlessEnded));
    try {
      long wait = FIRST_WAIT_NANOS;
      while (cancelOnce() && awaitEnd(wait)) {
        wait = Math.min(wait * 2, LONGEST_WAIT_NANOS);
      }
    } finally {
      timer.cancel();
    }
  }

  /** Whether it had not ended before. */
  private boolean cancelOnce() {
    lock.lock();
    try {
      if (ended || aborted) {
        return false;
      }
      cancelling = true;
    } finally {
      lock.unlock();
    }
    try {
      statement.cancel();
    } catch (SQLException | RuntimeException fault) { // not supported, or the network is gone
      LOG.debug(
          "a statement could not be cancelled; its connection is aborted if it goes on", fault);
    } finally {
      lock.lock();
      try {
        cancelling = false;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
    return true;
  }

  /** Waits for its end; whether it goes on and may be cancelled again. */
  private boolean awaitEnd(long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (!ended && !aborted && left > 0) {
        left = changed.awaitNanos(left);
      }
      return !ended && !aborted;
    } catch (
        InterruptedException stop) { // nobody interrupts the kernel's threads; the timer aborts
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void abortUnlessEnded() {
    lock.lock();
    try {
      if (ended || aborted) {
        return;
      }
      aborted = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    abort("a statement did not end when it was cancelled");
  }

  /** Closes the connection's socket under whoever waits on it. */
  private void abort(String why) {
    LOG.warn("{}: its connection is aborted", why);
    try {
      connection.abort(kernel::executeBlocking);
    } catch (SQLException | RuntimeException fault) {
      LOG.warn("a connection could not be aborted; its statement ends by itself", fault);
    }
  }

  /** How it ended. */
  enum End {
    /** Nobody has ended it from outside. */
    BY_ITSELF,
    CANCELLED,
    /** The connection is of no use any more. */
    BROKEN
  }

  /** It has ended: waits until no cancel is under way, for a second at most. */
  End end() {
    if (armed.cancel()) {
      return End.BY_ITSELF; // nobody has begun, and nobody will
    }
    boolean interrupted = false;
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
      long left = LONGEST_END_NANOS;
      while (cancelling && left > 0) {
        try {
          left = changed.awaitNanos(left);
        } catch (InterruptedException fromOutside) {
          interrupted = true;
        }
      }
      if (!cancelling || aborted) {
        return aborted ? End.BROKEN : cancelled ? End.CANCELLED : End.BY_ITSELF;
      }
    } finally {
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    abort("a cancel hangs and could hit a later statement");
    return End.BROKEN;
  }
}
