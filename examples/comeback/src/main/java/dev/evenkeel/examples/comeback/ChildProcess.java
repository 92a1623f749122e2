package dev.evenkeel.examples.comeback;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** One started process: its lines as they come, and its end. */
final class ChildProcess {

  /** Gets each line of standard output, on a thread of the child's own. */
  interface LineListener {
    void line(String line, long nowNanos);
  }

  private static final int LAST_WORDS = 12;
  private static final long END_TIMEOUT_SECONDS = 10;
  private static final long START_TIMEOUT_SECONDS = 30;

  private final String name;
  private final Process process;
  private final Deque<String> lastWords = new ArrayDeque<>();
  private volatile boolean killed;

  ChildProcess(String name, Process process, LineListener listener) {
    this.name = name;
    this.process = process;
    read("output", process.getInputStream(), line -> listener.line(line, System.nanoTime()));
    read("errors", process.getErrorStream(), this::remember);
  }

  void send(String line) {
    try {
      Writer input = process.outputWriter(StandardCharsets.UTF_8);
      input.write(line + "\n");
      input.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(failure("does not listen"), e);
    }
  }

  /** No goodbye: connections are reset, requests in the queue are gone. */
  void kill() {
    killed = true;
    process.destroyForcibly();
  }

  void awaitEnd() {
    try {
      if (!process.waitFor(END_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(failure("did not end when killed"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits for something the child is to say while it starts; fails as soon as it cannot any more.
   */
  <T> T await(CompletableFuture<T> said) throws InterruptedException {
    long startNanos = System.nanoTime();
    while (System.nanoTime() - startNanos < TimeUnit.SECONDS.toNanos(START_TIMEOUT_SECONDS)) {
      try {
        return said.get(100, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        requireAlive();
      } catch (ExecutionException e) {
        throw new IllegalStateException(failure("said what was not expected"), e.getCause());
      }
    }
    throw new IllegalStateException(
        failure("did not start within " + START_TIMEOUT_SECONDS + " s"));
  }

  /** Fails if the process has ended by itself. */
  void requireAlive() {
    if (!process.isAlive() && !killed) {
      throw new IllegalStateException(failure("ended unexpectedly"));
    }
  }

  private String failure(String what) {
    synchronized (lastWords) {
      return "%s (process %d) %s.%n%s"
          .formatted(name, process.pid(), what, String.join(System.lineSeparator(), lastWords));
    }
  }

  private void remember(String line) {
    synchronized (lastWords) {
      lastWords.addLast(line);
      if (lastWords.size() > LAST_WORDS) {
        lastWords.removeFirst();
      }
    }
  }

  private void read(String what, InputStream stream, Consumer<String> lines) {
    Thread reader = new Thread(
        () -> {
          try (var input =
              new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            input.lines().forEach(lines);
          } catch (IOException | UncheckedIOException e) {
            // The stream breaks off when the process is killed.
          }
        },
        name + " " + what);
    reader.setDaemon(true);
    reader.start();
  }
}
