package dev.evenkeel.agent;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.jdbc.EvenkeelDataSource;
import dev.evenkeel.rabbitmq.EvenkeelConsumer;
import dev.evenkeel.rabbitmq.EvenkeelPublisher;
import dev.evenkeel.rabbitmq.Message;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.SynchronousQueue;
import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.SystemLauncherListener.DefaultSystemLauncherListener;
import org.apache.qpid.server.model.Port;
import org.apache.qpid.server.model.SystemConfig;
import org.apache.qpid.server.model.port.AmqpPort;
import org.h2.jdbcx.JdbcDataSource;

/** An order through a queue into a database, by Evenkeel's publisher, consumer and data source. */
final class Shop {

  private static final String QUEUE = "orders";

  private final SynchronousQueue<String> stored = new SynchronousQueue<>();
  private final EvenkeelDataSource source;
  private final EvenkeelPublisher publisher;

  Shop() throws Exception {
    JdbcDataSource database = new JdbcDataSource();
    database.setURL("jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1");
    try (java.sql.Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE shipments (id VARCHAR(64) PRIMARY KEY)");
    }
    source = EvenkeelDataSource.builder(database).build();
    ConnectionFactory factory = new ConnectionFactory();
    factory.setPort(startBroker());
    factory.setVirtualHost("default");
    Connection connection = factory.newConnection();
    try (Channel channel = connection.createChannel()) {
      channel.queueDeclare(QUEUE, true, false, false, Map.of());
    }
    publisher = EvenkeelPublisher.builder(connection).build();
    var unusedConsumer = EvenkeelConsumer.builder(connection, QUEUE, this::store)
        .pipeline(Pipeline.of("shipments"))
        .build()
        .start();
  }

  /** Returns when the order is in the database. */
  String order(String id) throws IOException {
    try {
      publisher.publish("", QUEUE, null, id.getBytes(StandardCharsets.UTF_8));
      return stored.take();
    } catch (InterruptedException stop) {
      throw (IOException) new InterruptedIOException("stopped").initCause(stop);
    }
  }

  private void store(Message message) throws Exception {
    String id = new String(message.body(), StandardCharsets.UTF_8);
    try (java.sql.Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO shipments (id) VALUES (?)")) {
        insert.setString(1, id);
        insert.executeUpdate();
      }
      connection.commit();
    }
    stored.put("evenkeel-timeout-ms=" + message.headers().get("evenkeel-timeout-ms"));
  }

  private static int startBroker() throws Exception {
    SystemConfig<?>[] system = new SystemConfig<?>[1];
    new SystemLauncher(new DefaultSystemLauncherListener() {
          @Override
          public void onContainerResolve(SystemConfig<?> resolved) {
            system[0] = resolved;
          }
        })
        .startup(Map.of(
            "type",
            "Memory",
            "initialConfigurationLocation",
            Objects.requireNonNull(Shop.class.getResource("broker.json")).toExternalForm(),
            "startupLoggedToSystemOut",
            false));
    for (Port<?> one : system[0].getContainer().getChildren(Port.class)) {
      if (one instanceof AmqpPort<?> amqp) {
        return amqp.getBoundPort();
      }
    }
    throw new IllegalStateException("broker: no port (expected: one for AMQP, in broker.json)");
  }
}
