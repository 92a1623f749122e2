package dev.evenkeel.outbox;

import dev.evenkeel.core.Checks;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Recognises messages that come again: what a consumer has handled is written down in the very
 * transaction in which it did so.
 *
 * <pre>{@code
 * connection.setAutoCommit(false);
 * if (inbox.isFirst(connection, message.idempotencyKey())) {
 *   shipping.book(connection, order);
 * }
 * connection.commit();
 * }</pre>
 *
 * <p>Where the same message is handled twice at the same moment, the second one waits for the
 * transaction of the first. The table is in the same scripts as that of {@link Outbox}.
 * Thread-safe.
 */
public final class Inbox {

  private final String consumer;

  private Inbox(String consumer) {
    this.consumer = consumer;
  }

  /**
   * The inbox of a consumer.
   *
   * @param consumer its name, 1 to 255 characters; each one handles every message once
   * @return an inbox
   */
  public static Inbox of(String consumer) {
    return new Inbox(OutboxMessage.bounded("consumer", consumer));
  }

  /**
   * Writes down that a message is handled in this transaction.
   *
   * @param connection a connection in a transaction
   * @param messageId the message's id, or idempotency key; 1 to 255 characters
   * @return false if it was handled before: there is nothing left to do
   * @throws SQLException as the database does
   * @throws IllegalStateException if the connection has no transaction, or there is no script for
   *     its database
   */
  public boolean isFirst(Connection connection, String messageId) throws SQLException {
    Checks.notNull("connection", connection);
    OutboxMessage.bounded("messageId", messageId);
    if (connection.getAutoCommit()) {
      throw new IllegalStateException(
          "connection: auto-commit (expected: the transaction in which the message is handled)");
    }
    SqlDialect dialect = SqlDialect.of(connection);
    try (PreparedStatement insert = connection.prepareStatement(dialect.receive())) {
      insert.setString(1, consumer);
      insert.setString(2, messageId);
      return insert.executeUpdate() > 0;
    }
  }

  /**
   * Forgets messages that were handled long ago: no relay or broker sends them again.
   *
   * @param connection a connection
   * @param age how old they must be, more than zero; days rather than hours
   * @return how many
   * @throws SQLException as the database does
   */
  public int forgetOlderThan(Connection connection, Duration age) throws SQLException {
    Checks.notNull("connection", connection);
    long millis = TimeUnit.NANOSECONDS.toMillis(Checks.positiveNanos("age", age));
    try (PreparedStatement delete =
        connection.prepareStatement(SqlDialect.of(connection).forget())) {
      delete.setString(1, consumer);
      delete.setLong(2, millis);
      return delete.executeUpdate();
    }
  }
}
