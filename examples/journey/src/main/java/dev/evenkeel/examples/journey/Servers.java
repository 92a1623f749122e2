package dev.evenkeel.examples.journey;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Broker and database: embedded ones, or those whose addresses were given. On both the journey has
 * a queue and a table of its own, which are gone afterwards.
 */
final class Servers implements AutoCloseable {

  private final @Nullable Child embedded;
  private final String broker;
  private final String databaseUrl;
  private final String name = "orders_" + UUID.randomUUID().toString().substring(0, 8);
  private final Connection connection;
  private final Channel channel;
  private final java.sql.Connection database;
  private final Network network;

  private Servers(Options options) throws Exception {
    boolean needed = options.broker().isEmpty() || options.database().isEmpty();
    embedded = needed ? new Child(hop -> {}, Embedded.class) : null;
    databaseUrl = address(options.database(), "DATABASE");
    broker = address(options.broker(), "BROKER");
    connection = connect(broker);
    channel = connection.createChannel();
    channel.queueDeclare(name, true, false, false, null);
    database = DriverManager.getConnection(databaseUrl, new Properties());
    run("CREATE TABLE " + name + " (id VARCHAR(64) PRIMARY KEY)");
    network = new Network(databaseUrl);
  }

  private String address(String given, String wanted) throws InterruptedException {
    return given.isEmpty() && embedded != null ? embedded.await(wanted) : given;
  }

  static Servers start(Options options) throws Exception {
    return new Servers(options);
  }

  /** A connection that recovers by itself. */
  static Connection connect(String broker) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker);
    return factory.newConnection();
  }

  String broker() {
    return broker;
  }

  /** The name of the queue, and of the table. */
  String name() {
    return name;
  }

  /** What can be cut between shipping and the database. */
  Network network() {
    return network;
  }

  /** The database's URL for shipping, by way of the network. */
  String databaseUrl() {
    return network.through(databaseUrl);
  }

  long queued() throws IOException {
    return channel.messageCount(name);
  }

  /** The orders that were shipped, by the table. */
  Set<String> shipped() throws SQLException {
    Set<String> ids = new HashSet<>();
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id FROM " + name)) {
      while (rows.next()) {
        ids.add(rows.getString(1));
      }
    }
    return ids;
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws IOException, SQLException {
    network.close();
    run("DROP TABLE " + name);
    database.close();
    channel.queueDelete(name);
    connection.close(); // and its channel
    if (embedded != null) {
      embedded.close();
    }
  }
}
