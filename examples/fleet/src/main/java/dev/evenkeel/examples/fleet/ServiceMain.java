package dev.evenkeel.examples.fleet;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The service: a few workers before a queue, whose work is waiting, so that this machine's speed
 * does not matter. Cold it is slow, and it warms by serving. It does not notice that a client has
 * gone.
 */
final class ServiceMain {

  private static final int LONGEST_QUEUE = 1000;

  private final double capacity;
  private final double coldShare;
  private final double warmingRequests;
  private final int workers;
  private final SplittableRandom random = new SplittableRandom(7);
  private final Queue<HttpExchange> queue = new ArrayDeque<>();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
  private final ExecutorService connections = Executors.newFixedThreadPool(4);
  private int busy;
  private double served;

  private ServiceMain(String[] args) {
    capacity = Double.parseDouble(args[1]);
    coldShare = Double.parseDouble(args[2]);
    warmingRequests = Double.parseDouble(args[3]);
    workers = Integer.parseInt(args[4]);
  }

  /** The port (0 for any), capacity, share of it at the start, requests that warm it, workers. */
  public static void main(String[] args) throws IOException {
    Parent.exitWhenGone();
    new ServiceMain(args).listen(Integer.parseInt(args[0]));
  }

  private void listen(int port) throws IOException {
    HttpServer server = bind(port);
    server.setExecutor(connections);
    server.createContext("/", this::accept);
    server.start();
    Parent.tell(Integer.toString(server.getAddress().getPort()));
    long binNanos = Settings.BIN.toNanos();
    var unused = timer.scheduleAtFixedRate(
        () -> Parent.tell(Double.toString(present())), binNanos, binNanos, TimeUnit.NANOSECONDS);
  }

  /** Somebody's outgoing connection may have been given this very port meanwhile; it passes. */
  private static HttpServer bind(int port) throws IOException {
    long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (true) {
      try {
        return HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2048);
      } catch (BindException e) {
        if (System.nanoTime() - endNanos > 0) {
          throw e;
        }
        Thread.onSpinWait();
      }
    }
  }

  private synchronized double present() {
    return capacity * (1 - (1 - coldShare) * Math.exp(-served / warmingRequests));
  }

  private void accept(HttpExchange exchange) {
    boolean full;
    synchronized (this) {
      full = queue.size() >= LONGEST_QUEUE;
      if (!full) {
        queue.add(exchange);
        startNext();
      }
    }
    if (full) {
      respond(exchange, 503);
    }
  }

  private synchronized void startNext() {
    if (busy == workers || queue.isEmpty()) {
      return;
    }
    busy++;
    HttpExchange next = queue.remove();
    double meanNanos = workers / present() * 1e9;
    long nanos = (long) (-Math.log(1 - random.nextDouble()) * meanNanos);
    var unused = timer.schedule(() -> finish(next), nanos, TimeUnit.NANOSECONDS);
  }

  private void finish(HttpExchange exchange) {
    synchronized (this) {
      busy--;
      served++;
      startNext();
    }
    connections.execute(() -> respond(exchange, 200));
  }

  private static void respond(HttpExchange exchange, int status) {
    try {
      exchange.sendResponseHeaders(status, -1);
    } catch (IOException e) {
      exchange.close(); // the client has gone
    }
  }
}
