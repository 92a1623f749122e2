package dev.evenkeel.outbox;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.tracing.MessagePropagator;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes messages in the user's own transaction, so that they are sent if, and only if, it is
 * committed. An {@link OutboxRelay} sends them, at least once.
 *
 * <pre>{@code
 * connection.setAutoCommit(false);
 * orders.insert(connection, order);
 * outbox.add(connection, OutboxMessage.of("orders", body).withKey(order.id()));
 * connection.commit();
 * }</pre>
 *
 * <p>The table is the user's to create, with the script for the database that is in this jar:
 * {@code dev/evenkeel/outbox/postgresql.sql}, {@code mariadb.sql} (also for MySQL), {@code h2.sql}.
 * The trace and the criticality of the call travel with the message. Thread-safe.
 */
public final class Outbox {

  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

  private final OpenTelemetry telemetry;
  private final MessagePropagator propagator = MessagePropagator.standard();

  private Outbox(OpenTelemetry telemetry) {
    this.telemetry = telemetry;
  }

  /**
   * An outbox that writes down the trace by the global OpenTelemetry, if that is set.
   *
   * @return an outbox
   */
  public static Outbox create() {
    return new Outbox(GlobalOpenTelemetry.getOrNoop());
  }

  /**
   * An outbox that writes down the trace by an OpenTelemetry.
   *
   * @param telemetry whose propagators are used
   * @return an outbox
   */
  public static Outbox create(OpenTelemetry telemetry) {
    return new Outbox(Checks.notNull("telemetry", telemetry));
  }

  /**
   * Adds a message, in the transaction of the connection.
   *
   * @param connection a connection in a transaction
   * @param message the message
   * @throws SQLException as the database does: also if there is no table, or a message with this id
   * @throws IllegalStateException if the connection has no transaction, or there is no script for
   *     its database
   * @throws IllegalArgumentException if the headers are longer than 8,000 characters
   */
  public void add(Connection connection, OutboxMessage message) throws SQLException {
    Checks.notNull("connection", connection);
    Checks.notNull("message", message);
    if (connection.getAutoCommit()) {
      throw new IllegalStateException(
          "connection: auto-commit (expected: the transaction that the message belongs to)");
    }
    String headers = headers(message);
    SqlDialect dialect = SqlDialect.of(connection);
    try (PreparedStatement insert = connection.prepareStatement(dialect.add())) {
      insert.setString(1, message.id());
      insert.setString(2, message.topic());
      insert.setString(3, message.key());
      insert.setString(4, headers);
      insert.setBytes(5, message.body());
      insert.executeUpdate();
    }
  }

  private String headers(OutboxMessage message) {
    Map<String, String> all = new LinkedHashMap<>();
    Context context = Context.current();
    try {
      telemetry.getPropagators().getTextMapPropagator().inject(context, all, Map::put);
      propagator.inject(context, all, Map::put);
    } catch (RuntimeException fault) { // of a propagator: the message is more than its trace
      LOG.debug("a message is sent without its trace", fault);
      all.clear();
    }
    MessagePropagator.deadlineFields().forEach(all::remove);
    Deadline deadline = message.deadline();
    if (deadline != null) {
      propagator.injectDeadline(deadline, all, Map::put);
    }
    all.putAll(message.headers());
    String text = Headers.encode(all);
    if (text.length() > Headers.MAX_LENGTH) {
      all.remove("baggage"); // of others, and of any length
      text = Headers.encode(all);
    }
    if (text.length() > Headers.MAX_LENGTH) {
      throw new IllegalArgumentException("headers: " + text.length()
          + " characters, percent-encoded (expected: at most " + Headers.MAX_LENGTH + ")");
    }
    return text;
  }
}
