package dev.evenkeel.outbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;

/** What differs between the databases. Times are the server's: its clients' clocks may differ. */
enum SqlDialect {
  POSTGRESQL(
      "postgresql.sql",
      "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
      "INSERT INTO evenkeel_inbox (consumer, message_id, received_at) VALUES (?, ?, %s)"
          + " ON CONFLICT DO NOTHING"),
  MARIADB(
      "mariadb.sql",
      "CAST(UNIX_TIMESTAMP(SYSDATE(3)) * 1000 AS SIGNED)",
      "INSERT IGNORE INTO evenkeel_inbox (consumer, message_id, received_at) VALUES (?, ?, %s)"),
  H2(
      "h2.sql",
      "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000 AS BIGINT)",
      "MERGE INTO evenkeel_inbox i USING (VALUES (?, ?)) n (consumer, message_id)"
          + " ON i.consumer = n.consumer AND i.message_id = n.message_id"
          + " WHEN NOT MATCHED THEN INSERT (consumer, message_id, received_at)"
          + " VALUES (n.consumer, n.message_id, %s)");

  static final String DELETE = "DELETE FROM evenkeel_outbox WHERE id = ?";

  static final String POSTPONE =
      "UPDATE evenkeel_outbox SET next_at = ?, failures = ?, set_aside = ? WHERE id = ?";

  private final String script;
  private final String now;
  private final String receive;

  SqlDialect(String script, String now, String receive) {
    this.script = script;
    this.now = now;
    this.receive = String.format(Locale.ROOT, receive, now);
  }

  /**
   * The dialect of a connection.
   *
   * @throws IllegalStateException if there is no script for it
   */
  static SqlDialect of(Connection connection) throws SQLException {
    String product = connection.getMetaData().getDatabaseProductName();
    String name = product == null ? "" : product.toLowerCase(Locale.ROOT);
    if (name.contains("postgresql")) {
      return POSTGRESQL;
    }
    if (name.contains("mariadb") || name.contains("mysql")) {
      return MARIADB;
    }
    if (name.equals("h2")) {
      return H2;
    }
    throw new IllegalStateException(
        "database: " + product + " (expected: PostgreSQL, MariaDB, MySQL or H2)");
  }

  /** Where the tables are described, on the class path. */
  String script() {
    return "dev/evenkeel/outbox/" + script;
  }

  /** Milliseconds since 1970. */
  String now() {
    return now;
  }

  String add() {
    return "INSERT INTO evenkeel_outbox"
        + " (message_id, topic, message_key, headers, body, created_at, next_at)"
        + " VALUES (?, ?, ?, ?, ?, " + now + ", 0)";
  }

  /** What is first in line, but for keys whose first message waits for its next attempt. */
  String list() {
    return "SELECT o.id, o.message_key FROM evenkeel_outbox o"
        + " WHERE o.set_aside = FALSE AND o.next_at <= " + now
        + " AND (o.message_key IS NULL OR NOT EXISTS (SELECT 1 FROM evenkeel_outbox w"
        + " WHERE w.message_key = o.message_key AND w.set_aside = FALSE AND w.next_at > " + now
        + ")) ORDER BY o.id LIMIT ?";
  }

  /** Those of the listed that nobody else has. */
  String lock(int count) {
    return "SELECT id, message_id, topic, message_key, headers, body, created_at, failures, " + now
        + " FROM evenkeel_outbox WHERE id IN (" + marks(count) + ") FOR UPDATE SKIP LOCKED";
  }

  String receive() {
    return receive;
  }

  String forget() {
    return "DELETE FROM evenkeel_inbox WHERE consumer = ? AND received_at < " + now + " - ?";
  }

  private static String marks(int count) {
    return "?, ".repeat(count - 1) + "?";
  }
}
