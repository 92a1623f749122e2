package dev.evenkeel.jdbc.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.evenkeel.outbox.Outbox;
import dev.evenkeel.outbox.OutboxMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The tables of one test, in a schema of their own that is dropped afterwards: the outbox, the
 * inbox, and {@code log}, which is the broker: what it holds was sent.
 */
final class Tables implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Pattern DATABASE = Pattern.compile("(//[^/]+/)[^?;]+");

  private final Server server;
  private final String schema = "evenkeel_" + Long.toHexString(System.nanoTime());
  private final String url;

  Tables(Server server) throws SQLException, IOException {
    this.server = server;
    boolean postgres = server == Server.POSTGRESQL;
    run("CREATE " + (postgres ? "SCHEMA " : "DATABASE ") + schema);
    url = postgres
        ? server.url() + (server.url().contains("?") ? "&" : "?") + "currentSchema=" + schema
        : DATABASE.matcher(server.url()).replaceFirst("$1" + schema);
    String script = script(postgres ? "postgresql.sql" : "mariadb.sql");
    try (HikariDataSource source = pool(1);
        Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      for (String each : script.replaceAll("--[^\n]*", "").split(";", -1)) {
        if (!each.isBlank()) {
          statement.execute(each);
        }
      }
      statement.execute("CREATE TABLE log (place "
          + (postgres ? "BIGSERIAL" : "BIGINT AUTO_INCREMENT")
          + " PRIMARY KEY, message_id VARCHAR(255), first INT)");
    }
  }

  private static String script(String name) throws IOException {
    try (InputStream file =
        Outbox.class.getClassLoader().getResourceAsStream("dev/evenkeel/outbox/" + name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void run(String sql) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  String url() {
    return url;
  }

  HikariDataSource pool(int size) {
    return pool(url, size);
  }

  static HikariDataSource pool(String url, int size) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(1);
    return new HikariDataSource(config);
  }

  /** Adds messages {@code key-number} in one transaction. */
  static void add(HikariDataSource source, String key, int from, int count) throws SQLException {
    Outbox outbox = Outbox.create();
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      for (int i = from; i < from + count; i++) {
        outbox.add(
            connection,
            OutboxMessage.of("orders", new byte[] {1}).withKey(key).withId(key + "-" + i));
      }
      connection.commit();
    }
  }

  /** As a broker that has confirmed it. */
  static void log(Connection connection, String id, boolean first) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO log (message_id, first) VALUES (?, ?)")) {
      insert.setString(1, id);
      insert.setInt(2, first ? 1 : 0);
      insert.executeUpdate();
    }
  }

  /** What was sent, in order. */
  List<String> log(String where) throws SQLException {
    List<String> ids = new ArrayList<>();
    try (HikariDataSource source = pool(1);
        Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(
            "SELECT message_id FROM log WHERE " + where + " ORDER BY place")) {
      while (rows.next()) {
        ids.add(rows.getString(1));
      }
    }
    return ids;
  }

  int left() throws SQLException {
    try (HikariDataSource source = pool(1);
        Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM evenkeel_outbox")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  void awaitEmpty() throws SQLException {
    long begin = System.nanoTime();
    while (left() > 0) {
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PATIENCE);
    }
  }

  /** Of each key all messages come, and in the order in which they were added. */
  static void assertInOrder(List<String> sent) {
    Map<String, Integer> last = new HashMap<>();
    for (String id : sent) {
      String key = id.substring(0, id.indexOf('-'));
      int number = Integer.parseInt(id.substring(id.indexOf('-') + 1));
      assertThat(number).as(id).isEqualTo(last.getOrDefault(key, -1) + 1);
      last.put(key, number);
    }
  }

  @Override
  public void close() throws SQLException {
    run(
        server == Server.POSTGRESQL
            ? "DROP SCHEMA " + schema + " CASCADE"
            : "DROP DATABASE " + schema);
  }
}
