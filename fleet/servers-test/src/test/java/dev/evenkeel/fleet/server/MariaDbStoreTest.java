package dev.evenkeel.fleet.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.fleet.FleetStore;
import dev.evenkeel.fleet.SqlFleetStore;
import dev.evenkeel.testkit.junit.FleetStoreContract;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class MariaDbStoreTest extends FleetStoreContract {

  @Override
  protected FleetStore newStore() throws Exception {
    return Database.MARIADB.newStore();
  }

  @Test
  void exchange_withoutTables_namesTheScript() throws Exception {
    Database.MARIADB.dropTables();
    FleetStore store = new SqlFleetStore(Database.MARIADB.source());
    assertThatThrownBy(() -> store.exchange("inventory", "a", "r"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining(Database.MARIADB.scriptName());
  }
}
