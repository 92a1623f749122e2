package dev.evenkeel.jdbc;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.DeadlineExceededException;
import dev.evenkeel.tracing.CallContexts;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The transaction that is open on a connection, if any: whether a statement of it was cut, and its
 * span, from its first statement to its end. As thread-safe as the driver's connection; only
 * whether it was cut is looked at by others.
 */
final class Transaction {

  private final Connection connection;
  private final JdbcSettings settings;
  private final DatabaseAddress address;
  private volatile boolean cut;
  private volatile boolean broken;

  /** Null if nobody has asked yet. */
  private @Nullable Boolean autoCommit;

  private @Nullable Span span;

  /** What was around the transaction when it began. */
  private @Nullable Span outer;

  Transaction(Connection connection, JdbcSettings settings, DatabaseAddress address) {
    this.connection = connection;
    this.settings = settings;
    this.address = address;
  }

  /** The pool's connection. */
  Connection connection() {
    return connection;
  }

  /** The context that is a statement's parent: the transaction, unless a span lies between. */
  Context parent(Context current) throws SQLException {
    if (!settings.spans().isEnabled() || isAutoCommit()) {
      return current;
    }
    Span around = Span.fromContext(current);
    Span own = span;
    if (own == null) {
      own = settings.spans().transaction(current, address);
      span = own;
      outer = around;
    }
    boolean direct = outer != null && outer.getSpanContext().equals(around.getSpanContext());
    return direct && own.getSpanContext().isValid() ? current.with(own) : current;
  }

  private boolean isAutoCommit() throws SQLException {
    Boolean known = autoCommit;
    if (known == null) {
      known = connection.getAutoCommit();
      autoCommit = known;
    }
    return known;
  }

  void autoCommit(boolean on) {
    autoCommit = on;
    if (on) {
      ended();
    }
  }

  /** A statement was cancelled: what it had done is not known. */
  void cut() {
    try {
      cut = !isAutoCommit();
    } catch (SQLException fault) { // of a connection that is of no use
      cut = true;
    }
  }

  /** The connection was aborted. */
  void broken() {
    broken = true;
    cut = true;
  }

  boolean isCut() {
    return cut;
  }

  boolean isBroken() {
    return broken;
  }

  /** Null if the deadline has not passed. */
  @Nullable RuntimeException whyNotCommitted() {
    CallContext call = CallContexts.effective(Context.current());
    Deadline deadline = call.deadline();
    return deadline != null && deadline.isExpired()
        ? new DeadlineExceededException(settings.name(), true, null)
        : null;
  }

  /** It was committed or rolled back, or the connection was closed. */
  void ended() {
    cut = false;
    Span own = span;
    if (own != null) {
      span = null;
      outer = null;
      DatabaseSpans.end(own);
    }
  }

  /** It could not be committed; whether it was is up to the database. */
  void failed(Throwable failure) {
    Span own = span;
    if (own != null) {
      span = null;
      outer = null;
      DatabaseSpans.failed(own, address, failure);
    }
  }
}
