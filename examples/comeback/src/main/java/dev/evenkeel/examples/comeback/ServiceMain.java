package dev.evenkeel.examples.comeback;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The service process. Its work is waiting, not computing, so what is measured does not depend on
 * how fast this machine is. A client that gave up is not noticed: its request is done all the same,
 * as in most services.
 */
final class ServiceMain {

  /** What a service says on its standard output once it accepts connections; the port follows. */
  static final String LISTENING = "listening ";

  private static final int BACKLOG = 2048;
  private static final int BIND_ATTEMPTS = 100;
  private static final long BIND_WAIT_MILLIS = 100;

  private final WorkQueue<HttpExchange> work;
  private final long patienceNanos;
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
  private final ExecutorService connections = Executors.newFixedThreadPool(4);
  private final LongAdder served = new LongAdder();
  private final LongAdder abandoned = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private long bins;

  private ServiceMain(ServiceSpec spec) {
    this.work = new WorkQueue<>(spec);
    this.patienceNanos = TimeUnit.MILLISECONDS.toNanos(spec.patienceMillis());
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    Parent.exitWhenGone();
    ServiceSpec spec = ServiceSpec.parse(List.of(args));
    new ServiceMain(spec).listen(spec.port());
  }

  private void listen(int port) throws IOException, InterruptedException {
    HttpServer server = bind(port);
    server.setExecutor(connections);
    server.createContext("/", this::accept);
    server.start();
    Parent.tell(LISTENING + server.getAddress().getPort());
    long binNanos = Settings.BIN.toNanos();
    var unused = timer.scheduleAtFixedRate(this::report, binNanos, binNanos, TimeUnit.NANOSECONDS);
  }

  /**
   * Linux lets a restarted server have its port back at once (the JDK sets SO_REUSEADDR), unless
   * some client's outgoing connection happens to have been given that very port meanwhile; that
   * passes.
   */
  private static HttpServer bind(int port) throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        return HttpServer.create(new InetSocketAddress(loopback, port), BACKLOG);
      } catch (BindException e) {
        if (attempt == BIND_ATTEMPTS) {
          throw new IOException(
              "port: %d (expected: free within %d ms, but something else listens there)"
                  .formatted(port, BIND_ATTEMPTS * BIND_WAIT_MILLIS),
              e);
        }
        TimeUnit.MILLISECONDS.sleep(BIND_WAIT_MILLIS);
      }
    }
  }

  private void accept(HttpExchange exchange) {
    boolean accepted;
    WorkQueue.@Nullable Running<HttpExchange> started = null;
    synchronized (work) {
      long nowNanos = System.nanoTime();
      accepted = work.offer(exchange, nowNanos);
      if (accepted) {
        started = work.startNext(nowNanos);
      }
    }
    if (accepted) {
      finishLater(started);
    } else {
      refused.increment();
      respond(exchange, 503);
    }
  }

  private void finishLater(WorkQueue.@Nullable Running<HttpExchange> running) {
    if (running != null) {
      long waitNanos = running.doneNanos() - System.nanoTime();
      var unused = timer.schedule(() -> finish(running), waitNanos, TimeUnit.NANOSECONDS);
    }
  }

  private void finish(WorkQueue.Running<HttpExchange> running) {
    WorkQueue.@Nullable Running<HttpExchange> next;
    synchronized (work) {
      work.finished();
      next = work.startNext(running.doneNanos());
    }
    finishLater(next);
    served.increment();
    if (running.doneNanos() - running.arrivedNanos() > patienceNanos) {
      abandoned.increment();
    }
    connections.execute(() -> respond(running.request(), 200));
  }

  private static void respond(HttpExchange exchange, int status) {
    try {
      exchange.sendResponseHeaders(status, -1);
    } catch (IOException e) {
      exchange.close(); // The client has gone: nobody is left to tell.
    }
  }

  private void report() {
    double capacity;
    int waiting;
    synchronized (work) {
      capacity = work.capacity();
      waiting = work.waiting();
    }
    ServiceBin bin = new ServiceBin(
        bins++,
        capacity,
        served.sumThenReset(),
        abandoned.sumThenReset(),
        refused.sumThenReset(),
        waiting);
    Parent.tell(bin.toLine());
  }
}
