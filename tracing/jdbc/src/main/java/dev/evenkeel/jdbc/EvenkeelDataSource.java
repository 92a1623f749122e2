package dev.evenkeel.jdbc;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CheckedSupplier;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.DeadlineExceededException;
import dev.evenkeel.tracing.CallContexts;
import io.opentelemetry.context.Context;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A {@link DataSource} around a pool whose statements end with their deadline.
 *
 * <pre>{@code
 * DataSource orders = EvenkeelDataSource.builder(hikari)
 *     .pipeline(Pipeline.of("orders-db", Timeout.ofMillis(500), CircuitBreaker.standard()))
 *     .build();
 * }</pre>
 *
 * <ul>
 *   <li>When the attempt that a statement runs in is ended from outside (its timeout, a deadline,
 *       its caller), the statement is cancelled, and the caller gets the pipeline's own exception.
 *       Outside of a pipeline the deadline of the {@link CallContext} does the same, and the caller
 *       gets a {@link DeadlineExceededException}. A statement whose deadline has passed is not
 *       started.
 *   <li>A transaction with a statement that was cancelled, or whose deadline has passed, is not
 *       committed: {@code commit} and {@code close} roll it back. The connection is then of use
 *       again.
 *   <li>Getting a connection goes through a pipeline. Waiting for a connection of our own pool is a
 *       refusal, with {@link dev.evenkeel.core.RefusalReason#CONCURRENCY_LIMIT}, and no evidence
 *       against the database; failing to connect is.
 *   <li>Each statement and each transaction has a span, if there is an OpenTelemetry.
 * </ul>
 *
 * <p>The pool stays its owner's: it is to be closed by whoever made it. Thread-safe; its
 * connections are as thread-safe as the driver's.
 */
public final class EvenkeelDataSource implements DataSource {

  private final DataSource pool;
  private final JdbcSettings settings;

  /** Read from the first connection: all of a pool have the same. */
  private volatile @Nullable DatabaseAddress address;

  EvenkeelDataSource(DataSource pool, JdbcSettings settings) {
    this.pool = pool;
    this.settings = settings;
  }

  /**
   * A builder.
   *
   * @param pool where connections come from; nobody else should take any from it
   * @return without a pipeline: deadlines and spans only
   */
  public static EvenkeelDataSourceBuilder builder(DataSource pool) {
    return new EvenkeelDataSourceBuilder(Checks.notNull("pool", pool));
  }

  /**
   * A connection of the pool.
   *
   * @return a connection; closing it gives it back
   * @throws SQLException as the pool does, or if the thread is interrupted while it waits
   * @throws dev.evenkeel.core.CallRefusedException if all connections of the pool are in use, or
   *     the pipeline refuses to try
   * @throws DeadlineExceededException if the deadline has passed
   * @throws dev.evenkeel.core.CallTimeoutException if the pipeline's timeout has passed
   */
  @Override
  public Connection getConnection() throws SQLException {
    return open(pool::getConnection);
  }

  /**
   * A connection of the pool for another user; as {@link #getConnection()} otherwise.
   *
   * @param username the database's user
   * @param password the user's password
   * @return a connection; closing it gives it back
   * @throws SQLException as the pool does; most do not support this
   */
  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    return open(() -> pool.getConnection(username, password));
  }

  private Connection open(CheckedSupplier<Connection, SQLException> source) throws SQLException {
    CallContext call = CallContexts.effective(Context.current());
    Deadline deadline = call.deadline();
    if (deadline != null && deadline.isExpired()) {
      throw new DeadlineExceededException(settings.name(), false, null);
    }
    settings.permits().acquire(deadline);
    Connection connection = null;
    boolean handedOut = false;
    try {
      connection = settings.pipeline().call(source);
      Connection guarded = GuardedConnection.over(connection, settings, addressOf(connection));
      handedOut = true;
      return guarded;
    } finally {
      if (!handedOut) {
        giveBack(connection);
      }
    }
  }

  private void giveBack(@Nullable Connection connection) throws SQLException {
    try {
      if (connection != null) {
        connection.close();
      }
    } finally {
      settings.permits().release();
    }
  }

  private DatabaseAddress addressOf(Connection connection) {
    if (!settings.spans().isEnabled()) {
      return DatabaseAddress.UNKNOWN;
    }
    DatabaseAddress known = address;
    if (known == null) {
      try {
        known = DatabaseAddress.of(connection.getMetaData().getURL());
        address = known;
      } catch (SQLException | RuntimeException fault) { // the next one may say
        known = DatabaseAddress.UNKNOWN;
      }
    }
    return known;
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return pool.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    pool.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    pool.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return pool.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return pool.getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return type.isInstance(this) ? type.cast(this) : unwrapped(type);
  }

  private <T> T unwrapped(Class<T> type) throws SQLException {
    return type.isInstance(pool) ? type.cast(pool) : pool.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return type.isInstance(this) || type.isInstance(pool) || pool.isWrapperFor(type);
  }

  /** How many connections may be taken now, for tests; -1 if that is not counted. */
  int available() {
    return settings.permits().available();
  }

  @Override
  public String toString() {
    return "EvenkeelDataSource(" + settings.name() + ", " + pool + ")";
  }
}
