package dev.evenkeel.outbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** The tables of one test, in an H2 of its own. */
final class Table {

  private final DataSource source;

  Table() throws Exception {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    source = h2;
    try (Connection connection = h2.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(script(SqlDialect.H2));
    }
  }

  static String script(SqlDialect dialect) throws IOException {
    try (InputStream file = Table.class.getClassLoader().getResourceAsStream(dialect.script())) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  DataSource source() {
    return source;
  }

  void add(OutboxMessage... messages) throws SQLException {
    Outbox outbox = Outbox.create();
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      for (OutboxMessage message : messages) {
        outbox.add(connection, message);
      }
      connection.commit();
    }
  }

  int count(String where) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT COUNT(*) FROM evenkeel_outbox WHERE " + where)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  void run(String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Whatever waits for another attempt waits for long. */
  void letNoTimePass() throws SQLException {
    run("UPDATE evenkeel_outbox SET next_at = next_at + 600000 WHERE next_at > 0");
  }

  /** Whatever waits for another attempt may have it now. */
  void letTimePass() throws SQLException {
    run("UPDATE evenkeel_outbox SET next_at = 0");
  }
}
