package dev.evenkeel.http;

import dev.evenkeel.core.Kernel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that does on the socket whatever a test wants, and sees when the client closes. */
final class RawServer implements AutoCloseable {

  /** What to do once the head of a request has been read. */
  interface Script {
    void answer(Connection connection, List<String> head) throws IOException, InterruptedException;
  }

  private final ServerSocket socket;
  private final Script script;
  private final BlockingQueue<Long> closings = new LinkedBlockingQueue<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private volatile boolean closed;
  final AtomicInteger connections = new AtomicInteger();
  final AtomicInteger requests = new AtomicInteger();

  RawServer(Script script) {
    this.script = script;
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    daemon(this::accept);
  }

  /** Sends nothing at all. */
  static RawServer silent() {
    return new RawServer((connection, head) -> connection.awaitClose());
  }

  /** Sends the headers and some of the body, and then nothing more. */
  static RawServer stallingInBody() {
    return new RawServer((connection, head) -> {
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nfirst line\nsecond");
      connection.awaitClose();
    });
  }

  /** Sends a body that never ends, a few bytes at a time. */
  static RawServer dripping() {
    return new RawServer((connection, head) -> {
      connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      daemon(() -> connection.drip(Long.MAX_VALUE));
      connection.awaitClose();
    });
  }

  /** Answers at once. */
  static RawServer answering(String answer) {
    return new RawServer((connection, head) -> connection.write(answer));
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
  }

  /** When, in nanoseconds, the next connection was closed by the client. */
  long awaitClosing() throws InterruptedException {
    Long at = closings.poll(20, TimeUnit.SECONDS);
    if (at == null) {
      throw new AssertionError("the client has not closed its connection within 20 s");
    }
    return at;
  }

  boolean sawClosing() {
    return !closings.isEmpty();
  }

  private void accept() {
    try {
      while (true) {
        Socket accepted = socket.accept();
        accepted.setTcpNoDelay(true);
        open.add(accepted);
        if (closed) { // a thread that waits in accept() may still be given one
          accepted.close();
          return;
        }
        connections.incrementAndGet();
        daemon(() -> serve(new Connection(accepted)));
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private void serve(Connection connection) {
    try {
      List<String> head = connection.readHead();
      while (!head.isEmpty()) {
        requests.incrementAndGet();
        script.answer(connection, head);
        head = connection.readHead();
      }
    } catch (IOException | InterruptedException reset) {
      // as good as closed
    }
    closings.add(System.nanoTime());
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "raw-server");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    closed = true;
    try {
      socket.close();
      for (Socket one : open) {
        one.close();
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** One connection of a client. */
  static final class Connection {

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final BufferedReader reader;

    Connection(Socket socket) {
      this.socket = socket;
      try {
        in = socket.getInputStream();
        out = socket.getOutputStream();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
      reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
    }

    /** The lines of a request's head; empty if the client has closed. */
    List<String> readHead() throws IOException {
      List<String> lines = new CopyOnWriteArrayList<>();
      String line = reader.readLine();
      while (line != null && !line.isEmpty()) {
        lines.add(line);
        line = reader.readLine();
      }
      return lines;
    }

    void write(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }

    void drip(long chunks) {
      Kernel kernel = Kernel.system();
      try {
        for (long i = 0; i < chunks; i++) {
          write("4\r\nab\n\n\r\n");
          kernel.sleepUntil(kernel.nanoTime() + 5_000_000);
        }
      } catch (IOException | InterruptedException closed) {
        // the client has gone
      }
    }

    /** Returns when the client has closed. */
    void awaitClose() throws IOException {
      while (reader.read() >= 0) {
        // whatever it still sends
      }
    }

    /** Says that nothing more will come. */
    void end() throws IOException {
      socket.shutdownOutput();
    }

    /** Closes so that the client sees a reset. */
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }
}
