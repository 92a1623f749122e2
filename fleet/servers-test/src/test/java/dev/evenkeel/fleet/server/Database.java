package dev.evenkeel.fleet.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.fleet.SqlFleetStore;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import javax.sql.DataSource;
import org.mariadb.jdbc.MariaDbDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A real database: at the address in the environment, else on this machine. */
enum Database {
  POSTGRESQL("EVENKEEL_POSTGRES", "jdbc:postgresql://127.0.0.1:5432/test?user=postgres") {
    @Override
    DataSource at(String url) {
      PGSimpleDataSource source = new PGSimpleDataSource();
      source.setURL(url);
      return source;
    }
  },
  MARIADB("EVENKEEL_MARIADB", "jdbc:mariadb://127.0.0.1:3306/test?user=root") {
    @Override
    DataSource at(String url) throws SQLException {
      return new MariaDbDataSource(url);
    }
  };

  private final String variable;
  private final String here;

  Database(String variable, String here) {
    this.variable = variable;
    this.here = here;
  }

  abstract DataSource at(String url) throws SQLException;

  DataSource source() throws SQLException {
    String given = System.getenv(variable);
    return at(given == null ? here : given);
  }

  /** A store with new tables, made by the script that is shipped. */
  SqlFleetStore newStore() throws SQLException, IOException {
    dropTables();
    try (Connection connection = source().getConnection();
        Statement statement = connection.createStatement()) {
      for (String command : script().split(";", -1)) {
        if (!command.isBlank()) {
          statement.execute(command);
        }
      }
    }
    return new SqlFleetStore(source());
  }

  void dropTables() throws SQLException {
    try (Connection connection = source().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("drop table if exists evenkeel_fleet");
      statement.execute("drop table if exists evenkeel_fleet_report");
    }
  }

  String scriptName() {
    return this == POSTGRESQL ? "postgresql.sql" : "mariadb.sql";
  }

  private String script() throws IOException {
    try (InputStream script = SqlFleetStore.class.getResourceAsStream(scriptName())) {
      return new String(Objects.requireNonNull(script).readAllBytes(), UTF_8);
    }
  }
}
