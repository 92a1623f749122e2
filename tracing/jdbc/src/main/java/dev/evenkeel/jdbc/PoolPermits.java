package dev.evenkeel.jdbc;

import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.RefusalReason;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * As many permits as the pool has connections, so that who waits for our own pool waits here, and
 * what the pool itself then fails with is the database's. First come, first served. Thread-safe.
 */
final class PoolPermits {

  private static final double MARGIN_SHARE = 0.05;
  private static final long MAX_MARGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final String name;
  private final @Nullable Semaphore permits;
  private final long maxWaitNanos;

  /**
   * Creates it.
   *
   * @param size 0 if it is not known: then there are as many permits as anybody wants
   */
  PoolPermits(String name, int size, long maxWaitNanos) {
    this.name = name;
    permits = size == 0 ? null : new Semaphore(size, true);
    this.maxWaitNanos = maxWaitNanos;
  }

  /**
   * Takes a permit, or refuses a little before the deadline: a timeout around this would blame the
   * database.
   *
   * @throws CallRefusedException if none came in time
   * @throws SQLException if the thread was interrupted
   */
  void acquire(@Nullable Deadline deadline) throws SQLException {
    Semaphore mine = permits;
    if (mine == null) {
      return;
    }
    long wait = maxWaitNanos;
    if (deadline != null) {
      long left = deadline.remaining().toNanos();
      wait = Math.min(wait, left - Math.min(MAX_MARGIN_NANOS, (long) (left * MARGIN_SHARE)));
    }
    try {
      if (!mine.tryAcquire(wait, TimeUnit.NANOSECONDS)) {
        throw new CallRefusedException(
            name, "pool", RefusalReason.CONCURRENCY_LIMIT, Duration.ZERO);
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new SQLTransientConnectionException(
          name + ": interrupted while waiting for a connection of the pool", stop);
    }
  }

  void release() {
    if (permits != null) {
      permits.release();
    }
  }

  /** How many are left, for tests; -1 if they are not counted. */
  int available() {
    return permits == null ? -1 : permits.availablePermits();
  }
}
