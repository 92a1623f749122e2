package dev.evenkeel.rabbitmq.server;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.DefaultExceptionHandler;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The real RabbitMQ of one test: at the address in EVENKEEL_RABBITMQ, else on this machine. Its
 * queues have names of their own, and are gone afterwards.
 */
final class Broker implements AutoCloseable {

  private static final String DEFAULT = "amqp://guest:guest@127.0.0.1:5672";

  private final URI address;
  private final List<Connection> connections = new ArrayList<>();
  private final List<String> queues = new ArrayList<>();
  private final Channel own;

  Broker() {
    String given = System.getenv("EVENKEEL_RABBITMQ");
    address = URI.create(given == null ? DEFAULT : given);
    try {
      own = connect().createChannel();
    } catch (Exception away) {
      throw new IllegalStateException(
          "no RabbitMQ at " + address.getHost() + ":" + address.getPort()
              + " (expected: one, here or at EVENKEEL_RABBITMQ=amqp://user:password@host:port):"
              + " these tests need it",
          away);
    }
  }

  ConnectionFactory factory() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(address);
    factory.setNetworkRecoveryInterval(200);
    factory.setConnectionTimeout(5_000);
    factory.setExceptionHandler(new DefaultExceptionHandler() {
      @Override
      public void handleUnexpectedConnectionDriverException(Connection cut, Throwable why) {}

      @Override
      protected void log(String message, Throwable why) {}
    });
    return factory;
  }

  Connection connect() throws Exception {
    return kept(factory().newConnection());
  }

  Connection connectThrough(TcpProxy proxy) throws Exception {
    ConnectionFactory factory = factory();
    factory.setHost("127.0.0.1");
    factory.setPort(proxy.port());
    return kept(factory.newConnection());
  }

  private Connection kept(Connection connection) {
    synchronized (connections) {
      connections.add(connection);
    }
    return connection;
  }

  TcpProxy proxy() throws IOException {
    return new TcpProxy(address.getHost(), address.getPort());
  }

  /** A queue that is gone after the test. */
  String queue(String name, Map<String, Object> arguments) throws IOException {
    String unique = name(name);
    own.queueDeclare(unique, true, false, false, arguments);
    return unique;
  }

  String name(String name) {
    String unique = "evenkeel-test-" + name + "-" + UUID.randomUUID();
    queues.add(unique);
    return unique;
  }

  Channel channel() {
    return own;
  }

  void send(String queue, String body) throws IOException {
    own.basicPublish("", queue, null, body.getBytes(StandardCharsets.UTF_8));
  }

  long ready(String queue) {
    try {
      return own.messageCount(queue);
    } catch (IOException gone) {
      throw new IllegalStateException(gone);
    }
  }

  long consumers(String queue) {
    try {
      return own.consumerCount(queue);
    } catch (IOException gone) {
      throw new IllegalStateException(gone);
    }
  }

  static void await(String what, BooleanSupplier condition) {
    await(what, 60, condition);
  }

  static void await(String what, int seconds, BooleanSupplier condition) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - until > 0) {
        throw new AssertionError("not within " + seconds + " s: " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  @Override
  public void close() throws IOException {
    try (Connection last = factory().newConnection();
        Channel cleaner = last.createChannel()) {
      for (String queue : queues) {
        cleaner.queueDelete(queue);
      }
    } catch (Exception away) {
      throw new IOException(away);
    }
    for (Connection connection : connections) {
      connection.abort(1_000);
    }
  }
}
