package dev.evenkeel.jdbc;

import dev.evenkeel.core.Checks;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of the pool, lent to one user until it is closed: its statements are guarded, and a
 * transaction that was cut is rolled back whatever its user does.
 */
final class GuardedConnection implements InvocationHandler {

  private static final Logger LOG = LoggerFactory.getLogger(EvenkeelDataSource.class);

  private final Connection target;
  private final JdbcSettings settings;
  private final DatabaseAddress address;
  private final Transaction transaction;
  private final AtomicBoolean lent = new AtomicBoolean(true);

  private GuardedConnection(Connection target, JdbcSettings settings, DatabaseAddress address) {
    this.target = target;
    this.settings = settings;
    this.address = address;
    transaction = new Transaction(target, settings, address);
  }

  static Connection over(Connection target, JdbcSettings settings, DatabaseAddress address) {
    return Delegation.proxy(Connection.class, new GuardedConnection(target, settings, address));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] args)
      throws Throwable {
    return switch (method.getName()) {
      case "createStatement" -> statement(Statement.class, proxy, method, args);
      case "prepareStatement" -> statement(PreparedStatement.class, proxy, method, args);
      case "prepareCall" -> statement(CallableStatement.class, proxy, method, args);
      case "commit" -> commit();
      case "rollback" ->
        args == null || args.length == 0 ? rollback() : Delegation.call(target, method, args);
      case "setAutoCommit" -> setAutoCommit(args != null && Boolean.TRUE.equals(args[0]));
      case "close" -> close();
      default -> Delegation.common(proxy, target, method, args);
    };
  }

  private <S extends Statement> S statement(
      Class<S> type, Object proxy, Method method, @Nullable Object @Nullable [] args)
      throws Throwable {
    S statement = Checks.notNull("statement", type.cast(Delegation.call(target, method, args)));
    GuardedStatement guarded = new GuardedStatement(
        statement, (Connection) proxy, Delegation.sql(args), settings, address, transaction);
    return Delegation.proxy(type, guarded);
  }

  private @Nullable Object commit() throws SQLException {
    RuntimeException late = transaction.whyNotCommitted();
    if (late != null || transaction.isCut()) {
      rollback();
      if (late != null) {
        throw late;
      }
      throw new SQLTransactionRollbackException(
          settings.name() + ": a statement was cancelled, so the transaction was rolled back",
          "40000");
    }
    try {
      target.commit();
    } catch (Throwable failure) {
      transaction.failed(failure);
      throw failure;
    }
    transaction.ended();
    return null;
  }

  private @Nullable Object rollback() throws SQLException {
    try {
      target.rollback();
    } finally {
      transaction.ended();
    }
    return null;
  }

  /** Which commits what is open. */
  private @Nullable Object setAutoCommit(boolean on) throws SQLException {
    if (on && transaction.isCut()) {
      rollback();
    }
    target.setAutoCommit(on);
    transaction.autoCommit(on);
    return null;
  }

  private @Nullable Object close() throws SQLException {
    if (!lent.compareAndSet(true, false)) {
      target.close(); // once more does nothing
      return null;
    }
    try {
      rollBackIfCut();
    } finally {
      try {
        target.close();
      } finally {
        settings.permits().release();
        transaction.ended();
      }
    }
    return null;
  }

  private void rollBackIfCut() {
    if (!transaction.isCut() || transaction.isBroken()) {
      return;
    }
    try {
      target.rollback();
    } catch (SQLException | RuntimeException fault) { // the pool finds out that it is of no use
      LOG.debug("a transaction that was cut could not be rolled back", fault);
    }
  }
}
