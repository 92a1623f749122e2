package dev.evenkeel.examples.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A JVM of its own. Its first line says that it is ready; the others go to a listener. */
final class Child implements AutoCloseable {

  private static final long START_SECONDS = 60;

  private final String name;
  private final Process process;
  private final CompletableFuture<String> ready = new CompletableFuture<>();
  private volatile boolean killed;
  private volatile String lastWords = "";

  private Child(String name, Process process) {
    this.name = name;
    this.process = process;
  }

  /** Starts it with this program's class path. */
  static Child start(String name, Class<?> main, List<String> arguments, Consumer<String> lines)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx128m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Djdk.httpclient.redirects.retrylimit=1",
        "-Djdk.httpclient.disableRetryConnect=true",
        "-Dsun.net.httpserver.nodelay=true",
        "-cp",
        classPath(),
        main.getName()));
    command.addAll(arguments);
    Child child = new Child(name, new ProcessBuilder(command).start());
    child.read(child.process.inputReader(UTF_8), line -> {
      if (!child.ready.complete(line)) {
        lines.accept(line);
      }
    });
    child.read(child.process.errorReader(UTF_8), child::complains);
    return child;
  }

  /** Under {@code mvn exec:java} this program's class path is the class loader's. */
  private static String classPath() {
    if (Child.class.getClassLoader() instanceof URLClassLoader loader) {
      return Arrays.stream(loader.getURLs())
          .map(Child::file)
          .collect(Collectors.joining(File.pathSeparator));
    }
    return System.getProperty("java.class.path");
  }

  private static String file(URL url) {
    try {
      return Path.of(url.toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("class path entry: " + url + " (expected: a file)", e);
    }
  }

  /** The first line says what is wrong, the others where. */
  private void complains(String line) {
    if (lastWords.isEmpty()) {
      lastWords = line;
    }
  }

  private void read(BufferedReader output, Consumer<String> lines) {
    Thread reader = new Thread(
        () -> {
          try (output) {
            output.lines().forEach(lines);
          } catch (IOException | UncheckedIOException e) {
            // The stream breaks off when the process is killed.
          }
        },
        name + " output");
    reader.setDaemon(true);
    reader.start();
  }

  /** Its first line; fails if it ends before, or is not ready within a minute. */
  String awaitReady() throws InterruptedException {
    long startNanos = System.nanoTime();
    while (System.nanoTime() - startNanos < TimeUnit.SECONDS.toNanos(START_SECONDS)) {
      try {
        return ready.get(100, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        requireAlive();
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
    throw new IllegalStateException(name + ": not ready within " + START_SECONDS + " s");
  }

  void send(String line) {
    try {
      Writer input = process.outputWriter(UTF_8);
      input.write(line + "\n");
      input.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(name + ": does not listen", e);
    }
  }

  void requireAlive() {
    if (!process.isAlive() && !killed) {
      throw new IllegalStateException(name + ": ended unexpectedly. " + lastWords);
    }
  }

  /** No goodbye: connections are reset, requests in the queue are gone. */
  @Override
  public void close() {
    killed = true;
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
