package dev.evenkeel.outbox;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.tracing.CallContexts;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One transaction of a relay: takes messages, publishes them one after the other, deletes what is
 * published. Used once, on one thread.
 */
final class RelayRound {

  private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);

  /** Locks, and a connection, are held for about so long at most. */
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** If so many fail before any succeeds, it is hardly the messages. */
  private static final int MOST_FAILURES_IN_A_ROW = 3;

  private static final long FIRST_BACKOFF_MILLIS = 1_000;
  private static final long LONGEST_BACKOFF_MILLIS = 60_000;
  private static final int MOST_CAUSES = 8;

  private final RelaySettings settings;
  private final RelayCounts counts;
  private final BooleanSupplier stopping;
  private final List<Long> done = new ArrayList<>();
  private final Set<String> stopped = new HashSet<>();
  private int sent;
  private int failedInARow;
  private long refusedNanos = -1;

  /**
   * How a round ended.
   *
   * @param sent how many were published
   * @param full whether there may be more
   * @param waitNanos how long to wait at least; -1 if nobody asked for a wait
   */
  record End(int sent, boolean full, long waitNanos) {}

  RelayRound(RelaySettings settings, RelayCounts counts, BooleanSupplier stopping) {
    this.settings = settings;
    this.counts = counts;
    this.stopping = stopping;
  }

  End run(int most) throws SQLException {
    try (Connection connection = settings.source().getConnection()) {
      boolean auto = connection.getAutoCommit();
      int isolation = connection.getTransactionIsolation();
      // Else MariaDB locks the gaps too, in which others add messages.
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      connection.setAutoCommit(false);
      try {
        End end = inTransaction(connection, most);
        connection.commit();
        counts.sent.add(sent);
        return end;
      } catch (Throwable failure) {
        rollBack(connection, failure);
        throw failure;
      } finally {
        restore(connection, auto, isolation);
      }
    }
  }

  private static void rollBack(Connection connection, Throwable failure) {
    try {
      connection.rollback();
    } catch (SQLException more) {
      failure.addSuppressed(more);
    }
  }

  private static void restore(Connection connection, boolean auto, int isolation) {
    try {
      connection.setAutoCommit(auto);
      connection.setTransactionIsolation(isolation);
    } catch (SQLException ofNoUse) { // the pool finds out
      LOG.debug("a connection could not be given back as it was", ofNoUse);
    }
  }

  private End inTransaction(Connection connection, int most) throws SQLException {
    Kernel kernel = settings.kernel();
    Claim claim = new Claim(connection, SqlDialect.of(connection));
    List<Claim.Row> rows = claim.take(most);
    long until = kernel.nanoTime() + LONGEST_NANOS;
    for (Claim.Row row : rows) {
      if (stopping.getAsBoolean() || refusedNanos >= 0 || until - kernel.nanoTime() <= 0) {
        break;
      }
      if (row.key() == null || !stopped.contains(row.key())) {
        handle(claim, row);
      }
    }
    claim.delete(done);
    return new End(sent, rows.size() >= most, refusedNanos);
  }

  private void handle(Claim claim, Claim.Row row) throws SQLException {
    OutboxMessage message = message(row);
    Throwable failure;
    try {
      Context said = extracted(message);
      CallContext call = lowered(CallContexts.effective(said), row);
      Deadline deadline = call.deadline();
      if (deadline != null && deadline.isExpired()) {
        counts.expired.increment();
        done.add(row.id());
        return;
      }
      failure =
          publish(withDeadline(message, deadline), said, call.withIdempotencyKey(row.messageId()));
    } catch (RuntimeException fault) { // of a propagator, or an id that somebody else has written
      failure = fault;
    }
    if (failure == null) {
      done.add(row.id());
      sent++;
      failedInARow = 0;
      counts.succeeded(row.messageId());
      return;
    }
    CallRefusedException refusal = refusalIn(failure);
    if (refusal != null) {
      refusedNanos = refusal.retryAfter().toNanos();
    } else {
      failed(claim, row, failure);
    }
  }

  /** Tries it again later, or sets it aside. */
  private void failed(Claim claim, Claim.Row row, Throwable failure) throws SQLException {
    counts.failed.increment();
    failedInARow++;
    if (row.key() != null) {
      stopped.add(row.key());
    }
    boolean itsOwn = counts.isItsOwn(row.messageId(), settings.pace());
    int failures = row.failures() + (itsOwn ? 1 : 0);
    boolean aside = failures >= settings.maxFailures() && settings.setAside();
    long wait = FIRST_BACKOFF_MILLIS << Math.min(6, row.failures());
    claim.postpone(
        row.id(), row.nowMillis() + Math.min(wait, LONGEST_BACKOFF_MILLIS), failures, aside);
    if (aside) {
      counts.setAside.increment();
      counts.forget(row.messageId());
      LOG.warn(
          "message {} to {} failed {} times and is set aside (expected: somebody looks at it,"
              + " and sets failures = 0 and set_aside = FALSE, or deletes it)",
          row.messageId(),
          row.topic(),
          failures,
          failure);
    } else {
      LOG.debug("message {} to {} failed", row.messageId(), row.topic(), failure);
    }
    if (failedInARow >= MOST_FAILURES_IN_A_ROW && sent == 0) {
      refusedNanos = TimeUnit.MILLISECONDS.toNanos(FIRST_BACKOFF_MILLIS);
    }
  }

  private static OutboxMessage message(Claim.Row row) {
    return new OutboxMessage(
        row.messageId(), row.topic(), row.key(), Headers.decode(row.headers()), row.body(), null);
  }

  private static OutboxMessage withDeadline(OutboxMessage message, @Nullable Deadline deadline) {
    return deadline == null ? message : message.withDeadline(deadline);
  }

  private Context extracted(OutboxMessage message) {
    Context traced = settings
        .telemetry()
        .getPropagators()
        .getTextMapPropagator()
        .extract(Context.root(), message.headers(), Headers.GETTER);
    return settings.propagator().extract(traced, message.headers(), Headers.GETTER);
  }

  /** Old work gives way to new. */
  private CallContext lowered(CallContext call, Claim.Row row) {
    Criticality most = settings.criticalityOfOld();
    boolean old = row.ageMillis() > settings.oldAfterMillis();
    return old && call.criticality().compareTo(most) < 0 ? call.withCriticality(most) : call;
  }

  /** Null if it is there. */
  @SuppressWarnings("try") // opened to be closed
  private @Nullable Throwable publish(OutboxMessage message, Context said, CallContext call) {
    try (Scope scope = CallContexts.with(said, call).makeCurrent()) {
      call.<Exception>run(
          () -> settings.pipeline().<Exception>run(() -> settings.publisher().publish(message)));
      return null;
    } catch (Throwable failure) { // also an Error: it is the message's, and the next one goes on
      return failure;
    } finally {
      Thread.interrupted(); // of a publisher that was interrupted; nobody else has this thread now
    }
  }

  /** A refusal by a gate, in whatever the publisher has wrapped it; null if it failed otherwise. */
  private static @Nullable CallRefusedException refusalIn(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
      if (cause instanceof CallRefusedException refused) {
        return refused;
      }
      cause = cause.getCause();
    }
    return null;
  }
}
