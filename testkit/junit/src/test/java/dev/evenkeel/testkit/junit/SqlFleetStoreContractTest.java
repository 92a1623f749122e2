package dev.evenkeel.testkit.junit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.fleet.FleetStore;
import dev.evenkeel.fleet.SqlFleetStore;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.UUID;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/** The store in SQL, in an embedded H2, with the script that is shipped for it. */
class SqlFleetStoreContractTest extends FleetStoreContract {

  @Override
  protected FleetStore newStore() throws Exception {
    JdbcDataSource database = database();
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(script());
    }
    return new SqlFleetStore(database);
  }

  private static JdbcDataSource database() {
    JdbcDataSource database = new JdbcDataSource();
    database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    return database;
  }

  private static String script() throws IOException {
    try (InputStream script = FleetStore.class.getResourceAsStream("h2.sql")) {
      return new String(Objects.requireNonNull(script).readAllBytes(), UTF_8);
    }
  }

  @Test
  void exchange_withoutTables_namesTheScript() {
    FleetStore store = new SqlFleetStore(database());
    assertThatThrownBy(() -> store.exchange("inventory", "a", "r"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("/dev/evenkeel/fleet/h2.sql");
  }
}
