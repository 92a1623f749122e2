package dev.evenkeel.jdbc;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.DeadlineExceededException;
import dev.evenkeel.jdbc.RunningStatement.End;
import dev.evenkeel.tracing.CallContexts;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** A statement that ends with the attempt or the deadline it is executed under, and has a span. */
final class GuardedStatement implements InvocationHandler {

  private final Statement target;
  private final Connection connection;
  private final @Nullable String prepared;
  private final JdbcSettings settings;
  private final DatabaseAddress address;
  private final Transaction transaction;

  /** What {@code addBatch} has collected. */
  private int batchSize;

  private @Nullable String batched;

  /**
   * Creates it.
   *
   * @param connection the proxy that it comes from
   * @param prepared its text; null if each execution brings one
   */
  GuardedStatement(
      Statement target,
      Connection connection,
      @Nullable String prepared,
      JdbcSettings settings,
      DatabaseAddress address,
      Transaction transaction) {
    this.target = target;
    this.connection = connection;
    this.prepared = prepared;
    this.settings = settings;
    this.address = address;
    this.transaction = transaction;
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] args)
      throws Throwable {
    return switch (method.getName()) {
      case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate" -> {
        String sql = Delegation.sql(args);
        yield execute(method, args, sql == null ? prepared : sql, 0);
      }
      case "executeBatch", "executeLargeBatch" -> {
        String sql = batched == null ? prepared : batched;
        int size = batchSize;
        forgetBatch();
        yield execute(method, args, sql, size);
      }
      case "addBatch" -> {
        Object added = Delegation.call(target, method, args);
        batchSize++;
        batched = batched == null ? Delegation.sql(args) : batched;
        yield added;
      }
      case "clearBatch" -> {
        forgetBatch();
        yield Delegation.call(target, method, args);
      }
      case "getConnection" -> connection;
      default -> Delegation.common(proxy, target, method, args);
    };
  }

  private void forgetBatch() {
    batchSize = 0;
    batched = null;
  }

  private @Nullable Object execute(
      Method method, @Nullable Object @Nullable [] args, @Nullable String sql, int batch)
      throws Throwable {
    Context context = Context.current();
    CallContext call = CallContexts.effective(context);
    Deadline deadline = call.deadline();
    if (deadline != null && deadline.isExpired()) {
      throw new DeadlineExceededException(settings.name(), false, null);
    }
    if (transaction.isCut()) {
      throw new SQLTransactionRollbackException(
          settings.name()
              + ": a statement of this transaction was cancelled (expected: a rollback)",
          "25000");
    }
    Span span = settings.spans().isEnabled()
        ? settings.spans().statement(transaction.parent(context), address, text(sql), batch)
        : Span.getInvalid();
    RunningStatement running =
        RunningStatement.start(target, transaction.connection(), settings, call);
    Object result = null;
    Throwable failure = null;
    try {
      result = Delegation.call(target, method, args);
    } catch (Throwable thrown) {
      failure = thrown;
    }
    End end = running == null ? End.BY_ITSELF : running.end();
    settle(end);
    endSpan(span, end, failure, deadline);
    if (failure != null) {
      throw explained(failure, end, call, deadline);
    }
    return result;
  }

  private static String text(@Nullable String sql) {
    return sql == null ? "" : sql;
  }

  private void settle(End end) {
    switch (end) {
      case BROKEN -> transaction.broken();
      case CANCELLED -> transaction.cut();
      default -> {}
    }
  }

  private void endSpan(
      Span span, End end, @Nullable Throwable failure, @Nullable Deadline deadline) {
    if (!span.getSpanContext().isValid()) {
      return;
    }
    if (failure == null) {
      DatabaseSpans.end(span);
    } else if (end == End.BY_ITSELF) {
      DatabaseSpans.failed(span, address, failure);
    } else if (deadline != null && deadline.isExpired()) {
      DatabaseSpans.timedOut(span);
    } else {
      DatabaseSpans.end(span); // its caller wanted it to end
    }
  }

  /** In a pipeline that says itself what it is; else it is the deadline that has passed. */
  private Throwable explained(
      Throwable failure, End end, CallContext call, @Nullable Deadline deadline) {
    boolean ours = end != End.BY_ITSELF
        && !call.isAttempt()
        && !(failure instanceof Error)
        && deadline != null;
    return ours ? new DeadlineExceededException(settings.name(), true, failure) : failure;
  }
}
