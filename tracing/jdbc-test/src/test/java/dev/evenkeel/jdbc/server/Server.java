package dev.evenkeel.jdbc.server;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A real database: at the address in the environment, else on this machine. */
enum Server {
  POSTGRESQL(
      "EVENKEEL_POSTGRES",
      "jdbc:postgresql://127.0.0.1:5432/test?user=postgres",
      "SELECT pg_sleep(3)",
      "SELECT COUNT(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep%'"
          + " AND pid <> pg_backend_pid()",
      "cancelSignalTimeout=1"),
  MARIADB(
      "EVENKEEL_MARIADB",
      "jdbc:mariadb://127.0.0.1:3306/test?user=root",
      "SELECT SLEEP(3)",
      "SELECT COUNT(*) FROM information_schema.processlist WHERE command = 'Query'"
          + " AND info LIKE '%SLEEP%' AND id <> CONNECTION_ID()",
      "socketTimeout=2000&connectTimeout=1000");

  private final String variable;
  private final String fallback;
  private final String sleep;
  private final String sleepers;
  private final String limits;

  Server(String variable, String fallback, String sleep, String sleepers, String limits) {
    this.variable = variable;
    this.fallback = fallback;
    this.sleep = sleep;
    this.sleepers = sleepers;
    this.limits = limits;
  }

  String url() {
    String given = System.getenv(variable);
    return given == null ? fallback : given;
  }

  /** A URL that tells the driver not to wait for a network that is gone. */
  String impatient(String url) {
    return url + (url.contains("?") ? "&" : "?") + limits;
  }

  /** Three seconds of doing nothing. */
  String sleep() {
    return sleep;
  }

  Connection connect() {
    try {
      return DriverManager.getConnection(url());
    } catch (SQLException away) {
      throw new IllegalStateException(
          "no " + this + " (expected: one on this machine, or its JDBC URL in " + variable
              + "): these tests need it",
          away);
    }
  }

  /** How many are asleep, by the server's own list. */
  int sleepers(Connection observer) throws SQLException {
    try (Statement statement = observer.createStatement();
        ResultSet rows = statement.executeQuery(sleepers)) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
