package dev.evenkeel.fleet.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A server that speaks Redis' protocol and answers what a test says. */
final class RespStub implements AutoCloseable {

  private final ServerSocket server;
  private final Function<List<String>, @Nullable String> answers;
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private final List<List<String>> commands = new CopyOnWriteArrayList<>();
  private volatile CountDownLatch greeting = new CountDownLatch(0);

  /**
   * Starts it.
   *
   * @param answers to each command, in the protocol; null for none at all
   */
  RespStub(Function<List<String>, @Nullable String> answers) throws IOException {
    this.answers = answers;
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start("stub", this::accept);
  }

  String uri() {
    return "redis://127.0.0.1:" + server.getLocalPort();
  }

  /** The scripts that were asked for, with their values. */
  List<List<String>> commands() {
    return commands;
  }

  /** Cuts all connections, and greets nobody who comes anew until the latch opens. */
  CountDownLatch cut() throws IOException {
    CountDownLatch latch = new CountDownLatch(1);
    greeting = latch;
    for (Socket connection : connections) {
      connection.close();
    }
    return latch;
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = server.accept();
        connections.add(connection);
        start("stub connection", () -> serve(connection));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      while (true) {
        List<String> command = read(in);
        String answer = answer(command);
        if (answer != null) {
          connection.getOutputStream().write(answer.getBytes(UTF_8));
          connection.getOutputStream().flush();
        }
      }
    } catch (IOException | InterruptedException e) {
      // the client has gone, or the test is over
    }
  }

  private @Nullable String answer(List<String> command) throws InterruptedException {
    return switch (command.get(0).toUpperCase(Locale.ROOT)) {
      case "HELLO" -> {
        greeting.await();
        yield "-ERR unknown command 'HELLO'\r\n";
      }
      case "EVAL", "EVALSHA" -> {
        commands.add(command);
        yield answers.apply(command);
      }
      default -> "+OK\r\n";
    };
  }

  /** Reads an array of bulk strings, which is what a client sends. */
  private static List<String> read(InputStream in) throws IOException {
    int count = length(in, '*');
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] word = in.readNBytes(length(in, '$'));
      words.add(new String(word, UTF_8));
      in.skipNBytes(2);
    }
    return words;
  }

  private static int length(InputStream in, char kind) throws IOException {
    int first = in.read();
    if (first != kind) {
      throw new EOFException("read " + first + " (expected: " + kind + ")");
    }
    StringBuilder digits = new StringBuilder();
    for (int c = in.read(); c != '\r'; c = in.read()) {
      if (c < 0) {
        throw new EOFException();
      }
      digits.append((char) c);
    }
    in.skipNBytes(1);
    return Integer.parseInt(digits.toString());
  }

  @Override
  public void close() throws IOException {
    greeting.countDown();
    server.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }
}
