package dev.evenkeel.healthcheck.http;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Faults;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.healthcheck.HealthThreads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A small HTTP/1.1 server for a {@link HealthEndpoint}, with a port and a thread of its own: a
 * service under overload still answers its probes.
 *
 * <p>It takes GET and HEAD, heads of up to 8 KiB, and 256 clients at once: one more closes the
 * oldest. Who takes longer than 5 s to send a head or to take an answer is cut, and so is who is
 * idle for 60 s. Nothing a client does makes another one wait. Thread-safe.
 */
public final class HealthServer implements AutoCloseable {

  static final int MAX_CONNECTIONS = 256;

  private static final int BACKLOG = 512;
  private static final long SWEEP_MILLIS = 100;

  private final HealthEndpoint endpoint;
  private final Kernel kernel;
  private final Faults faults;
  private final ServerSocketChannel listener;
  private final Selector selector;
  private final SelectionKey accepting;
  private final int port;
  private final Thread thread;
  private final Set<HttpConnection> connections = new LinkedHashSet<>();
  private volatile boolean closed;

  private HealthServer(HealthEndpoint endpoint, InetSocketAddress address, Kernel kernel)
      throws IOException {
    this.endpoint = endpoint;
    this.kernel = kernel;
    this.faults = new Faults("health server");
    selector = Selector.open();
    listener = ServerSocketChannel.open();
    try {
      listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      listener.bind(address, BACKLOG);
      listener.configureBlocking(false);
      accepting = listener.register(selector, SelectionKey.OP_ACCEPT);
      port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
    } catch (IOException | RuntimeException failed) {
      listener.close();
      selector.close();
      throw failed;
    }
    thread = HealthThreads.thread("evenkeel-health-http-" + port, this::serve);
  }

  /**
   * Starts a server on all of the machine's addresses.
   *
   * @param endpoint what answers
   * @param port 0 to 65535; 0 for any that is free
   * @return the running server
   * @throws IOException if the port cannot be had
   * @throws IllegalArgumentException if the port is out of range
   */
  public static HealthServer start(HealthEndpoint endpoint, int port) throws IOException {
    return start(endpoint, new InetSocketAddress(Checks.range("port", port, 0, 65_535)));
  }

  /**
   * Starts a server.
   *
   * @param endpoint what answers
   * @param address where to listen
   * @return the running server
   * @throws IOException if the address cannot be had
   */
  public static HealthServer start(HealthEndpoint endpoint, InetSocketAddress address)
      throws IOException {
    HealthServer server = new HealthServer(
        Checks.notNull("endpoint", endpoint), Checks.notNull("address", address), Kernel.system());
    server.thread.start();
    return server;
  }

  /**
   * The port it listens on.
   *
   * @return 1 to 65535
   */
  public int port() {
    return port;
  }

  /** Stops listening and closes all connections. */
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
  }

  private void serve() {
    try (listener;
        selector) {
      while (!closed) {
        turn();
      }
    } catch (Throwable fault) {
      faults.report("closing", fault, "it has stopped all the same");
    } finally {
      connections.forEach(HttpConnection::close);
    }
  }

  /** One look at who has something to say. Nothing ends the server but {@link #close}. */
  private void turn() {
    try {
      Thread.interrupted(); // it would close every channel that is used
      boolean idle = connections.isEmpty() && accepting.interestOps() != 0;
      selector.select(idle ? 0 : SWEEP_MILLIS);
      Deque<SelectionKey> ready = new ArrayDeque<>(selector.selectedKeys());
      selector.selectedKeys().clear();
      // Who is here already goes first: a flood of new clients does not close them unanswered.
      ready.forEach(this::proceed);
      if (ready.contains(accepting)) {
        accept();
      }
      sweep();
    } catch (Throwable fault) { // such as no memory just now
      faults.report("server", fault, "going on");
      pause();
    }
  }

  /** Else a fault that stays would go round and round. */
  private void pause() {
    try {
      kernel.sleepUntil(kernel.nanoTime() + SWEEP_MILLIS * 1_000_000);
    } catch (InterruptedException nobodysBusiness) {
      // goes on
    }
  }

  private void proceed(SelectionKey key) {
    if (key.attachment() instanceof HttpConnection connection) {
      boolean goesOn;
      try {
        goesOn = connection.proceed(kernel.nanoTime());
      } catch (IOException gone) {
        goesOn = false;
      } catch (Throwable fault) {
        faults.report("connection", fault, "it is closed");
        goesOn = false;
      }
      if (!goesOn) {
        end(connection);
      }
    }
  }

  private void accept() {
    try {
      for (int i = 0; i < MAX_CONNECTIONS / 2; i++) {
        SocketChannel channel = listener.accept();
        if (channel == null) {
          return;
        }
        if (connections.size() >= MAX_CONNECTIONS) {
          end(connections.iterator().next());
        }
        open(channel);
      }
    } catch (IOException noMoreFiles) {
      faults.report("accept", noMoreFiles, "going on with those who are here, and trying again");
      accepting.interestOps(0); // until the next sweep: else this would go round and round
    }
  }

  private void open(SocketChannel channel) throws IOException {
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      HttpConnection connection = new HttpConnection(channel, key, this::answer, kernel.nanoTime());
      key.attach(connection);
      connections.add(connection);
      proceed(key); // its request is often here already
    } catch (IOException gone) {
      channel.close();
    }
  }

  private HealthResponse answer(RequestHead head, SocketChannel from) {
    try {
      InetSocketAddress remote = (InetSocketAddress) from.getRemoteAddress();
      boolean local = remote != null && remote.getAddress().isLoopbackAddress();
      return endpoint.handle(new HealthRequest(
          head.method(),
          head.target(),
          head.accept(),
          head.authorization(),
          local && !head.forwarded()));
    } catch (Throwable fault) {
      faults.report("endpoint", fault, "answering 500");
      return new HealthResponse(500, Map.of(), "");
    } finally {
      Thread.interrupted(); // a rule's business, and it would close the channel
    }
  }

  private void sweep() {
    long now = kernel.nanoTime();
    for (HttpConnection connection : new ArrayList<>(connections)) {
      if (connection.isOverdue(now)) {
        end(connection);
      }
    }
    accepting.interestOps(SelectionKey.OP_ACCEPT);
  }

  private void end(HttpConnection connection) {
    connection.close();
    connections.remove(connection);
  }
}
