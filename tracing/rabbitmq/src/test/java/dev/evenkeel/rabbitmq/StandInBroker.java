package dev.evenkeel.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.DefaultExceptionHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A broker inside the test, on a port of its own: speaks as much AMQP 0-9-1 with the real client as
 * these tests need, and misbehaves on command. Queues are there when they are named here. It keeps
 * order as RabbitMQ does: what goes back, goes back to its place.
 */
final class StandInBroker implements AutoCloseable {

  /** What the broker says to a message that was published. */
  enum Confirms {
    ACK,
    NACK,
    SILENCE
  }

  /** A message in a queue. */
  static final class Stored implements Comparable<Stored> {
    final long place;
    final AMQP.BasicProperties properties;
    final byte[] body;
    final String exchange;
    final String routingKey;
    boolean redelivered;

    Stored(
        long place,
        AMQP.BasicProperties properties,
        byte[] body,
        String exchange,
        String routingKey) {
      this.place = place;
      this.properties = properties;
      this.body = body;
      this.exchange = exchange;
      this.routingKey = routingKey;
    }

    @Override
    public int compareTo(Stored other) {
      return Long.compare(place, other.place);
    }
  }

  private final ServerSocket door;
  private final List<StandInConnection> connections = new ArrayList<>();
  private final List<Connection> clients = new ArrayList<>();
  private long places;

  /** All state of the broker is under its own lock. */
  final Map<String, Deque<Stored>> queues = new HashMap<>();

  final List<Stored> deadLetters = new ArrayList<>();
  final List<Stored> published = new ArrayList<>();

  /** What clients did to deliveries and consumers, in order. */
  final List<String> log = new ArrayList<>();

  volatile Confirms confirms = Confirms.ACK;

  /** Lets nobody consume. */
  volatile boolean refuses;

  StandInBroker() throws IOException {
    door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread accepting = new Thread(this::accept, "stand-in-broker");
    accepting.setDaemon(true);
    accepting.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = door.accept();
        StandInConnection connection = new StandInConnection(this, socket);
        synchronized (this) {
          connections.add(connection);
        }
        connection.start();
      }
    } catch (IOException closed) {
      cut();
    }
  }

  Connection connect() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(door.getInetAddress().getHostAddress());
    factory.setPort(door.getLocalPort());
    factory.setNetworkRecoveryInterval(50);
    factory.setExceptionHandler(new DefaultExceptionHandler() {
      @Override
      protected void log(String message, Throwable why) {}
    });
    Connection connection = factory.newConnection();
    clients.add(connection);
    return connection;
  }

  synchronized void queue(String name) {
    queues.putIfAbsent(name, new ArrayDeque<>());
  }

  void put(String queue, String body) {
    put(queue, new AMQP.BasicProperties(), body);
  }

  synchronized void put(String queue, AMQP.BasicProperties properties, String body) {
    queue(queue);
    store(properties, body.getBytes(StandardCharsets.UTF_8), "", queue);
    deliver();
  }

  /** Puts a message into its queue; false if there is none. */
  synchronized boolean store(
      AMQP.BasicProperties properties, byte[] body, String exchange, String routingKey) {
    Stored stored = new Stored(++places, properties, body, exchange, routingKey);
    published.add(stored);
    Deque<Stored> queue = queues.get(routingKey);
    if (queue != null) {
      queue.addLast(stored);
    }
    return queue != null;
  }

  synchronized void deliver() {
    for (StandInConnection connection : connections) {
      connection.deliver();
    }
  }

  /** Back to its place. */
  synchronized void requeue(String queue, List<Stored> back) {
    Deque<Stored> present = queues.get(queue);
    if (present == null) {
      return;
    }
    List<Stored> all = new ArrayList<>(present);
    back.forEach(one -> one.redelivered = true);
    all.addAll(back);
    all.sort(null);
    queues.put(queue, new ArrayDeque<>(all));
  }

  synchronized int ready(String queue) {
    return queues.getOrDefault(queue, new ArrayDeque<>()).size();
  }

  synchronized List<String> log() {
    return List.copyOf(log);
  }

  synchronized int deadLetters() {
    return deadLetters.size();
  }

  synchronized Stored lastPublished() {
    return published.get(published.size() - 1);
  }

  synchronized int published() {
    return published.size();
  }

  /** Deletes a queue: its consumers are cancelled. */
  synchronized void delete(String queue) {
    queues.remove(queue);
    connections.forEach(connection -> connection.cancelConsumersOf(queue));
  }

  /** Tells all clients that it takes no messages; null: that it does again. */
  synchronized void block(String reason) {
    connections.forEach(connection -> connection.block(reason));
  }

  /** Says what is not in the protocol. */
  synchronized void sendGarbage() {
    connections.forEach(StandInConnection::sendGarbage);
  }

  /** Cuts all connections; new ones are served. */
  void cut() {
    List<StandInConnection> all;
    synchronized (this) {
      all = List.copyOf(connections);
      connections.clear();
    }
    all.forEach(StandInConnection::cut);
  }

  static void await(String what, BooleanSupplier condition) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - until > 0) {
        throw new AssertionError("not within 30 s: " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  @Override
  public void close() throws IOException {
    for (Connection client : clients) {
      client.abort(1_000);
    }
    door.close();
    cut();
  }
}
