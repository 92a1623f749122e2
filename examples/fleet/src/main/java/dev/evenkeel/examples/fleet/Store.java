package dev.evenkeel.examples.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.evenkeel.fleet.FleetStore;
import dev.evenkeel.fleet.SqlFleetStore;
import dev.evenkeel.fleet.redis.RedisFleetStore;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.h2.tools.Server;
import org.jspecify.annotations.Nullable;

/** Where the processes meet. The parent prepares it, each process opens it by its address. */
final class Store implements AutoCloseable {

  static final String EMBEDDED = "embedded";
  static final String NONE = "none";

  private final String address;
  private final @Nullable Server server;
  private final @Nullable Connection keepsAlive;

  private Store(String address, @Nullable Server server, @Nullable Connection keepsAlive) {
    this.address = address;
    this.server = server;
    this.keepsAlive = keepsAlive;
  }

  /** The address, if it is one. */
  static String checked(String address) {
    if (isRedis(address)
        || address.startsWith("jdbc:postgresql:")
        || address.startsWith("jdbc:mariadb:")) {
      return address;
    }
    throw new IllegalArgumentException("--store: " + address
        + " (expected: jdbc:postgresql://..., jdbc:mariadb://... or redis://...)");
  }

  private static boolean isRedis(String address) {
    return address.startsWith("redis"); // rediss and redis-sentinel too
  }

  /** In the parent: with tables. */
  static Store prepare(String wanted) throws SQLException, IOException {
    if (wanted.equals(NONE) || isRedis(wanted)) {
      return new Store(wanted, null, null);
    }
    if (!wanted.equals(EMBEDDED)) {
      try (Connection connection = DriverManager.getConnection(wanted)) {
        createTables(connection, wanted.contains("postgres") ? "postgresql" : "mariadb");
      }
      return new Store(wanted, null, null);
    }
    System.setProperty("h2.bindAddress", "127.0.0.1");
    String name = "mem:" + UUID.randomUUID();
    Connection connection = DriverManager.getConnection("jdbc:h2:" + name + ";DB_CLOSE_DELAY=-1");
    createTables(connection, "h2");
    Server server = Server.createTcpServer("-tcpPort", "0").start();
    return new Store(
        "jdbc:h2:tcp://127.0.0.1:" + server.getPort() + "/" + name, server, connection);
  }

  /** By the script that is shipped, if they are not there. */
  private static void createTables(Connection connection, String database)
      throws SQLException, IOException {
    try (Statement statement = connection.createStatement()) {
      try {
        statement.execute("select 1 from evenkeel_fleet where 1 = 0");
        statement.execute("select 1 from evenkeel_fleet_report where 1 = 0");
      } catch (SQLException notThere) {
        for (String command : script(database).split(";", -1)) {
          if (!command.isBlank()) {
            statement.execute(command);
          }
        }
      }
    }
  }

  private static String script(String database) throws IOException {
    String name = database + ".sql";
    try (InputStream script = SqlFleetStore.class.getResourceAsStream(name)) {
      if (script == null) {
        throw new IOException(name + ": missing (expected: in the jar of evenkeel-fleet)");
      }
      return new String(script.readAllBytes(), UTF_8);
    }
  }

  String address() {
    return address;
  }

  /** For people. */
  static String label(String address) {
    if (address.equals(NONE)) {
      return "alone";
    }
    return address.startsWith("jdbc:h2:")
        ? "embedded H2"
        : address.replaceFirst("^jdbc:", "").replaceFirst(":.*", "");
  }

  /** In a process; null to be alone. */
  static @Nullable FleetStore open(String address) {
    if (address.equals(NONE)) {
      return null;
    }
    if (isRedis(address)) {
      return new RedisFleetStore(RedisClient.create(address).connect().async());
    }
    HikariConfig pool = new HikariConfig();
    pool.setJdbcUrl(address);
    pool.setMaximumPoolSize(2);
    return new SqlFleetStore(new HikariDataSource(pool));
  }

  @Override
  public void close() throws SQLException {
    if (server != null) {
      server.stop();
    }
    if (keepsAlive != null) {
      keepsAlive.close();
    }
  }
}
