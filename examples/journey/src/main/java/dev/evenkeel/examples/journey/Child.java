package dev.evenkeel.examples.journey;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A program of this example as a process of its own, which ends with its parent. */
final class Child implements AutoCloseable {

  private static final long START_SECONDS = 120;

  private final Process process;
  private final Map<String, List<String>> said = new HashMap<>(); // under the lock of this
  private boolean ended; // under the lock of this

  /**
   * Starts it.
   *
   * @param log gets the hops that it tells of
   * @param program the class with its {@code main}
   */
  Child(Consumer<Hop> log, Class<?> program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx128m",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        classPath(),
        program.getName()));
    command.addAll(List.of(arguments));
    process = new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    Thread reader = new Thread(() -> read(log), "journey-" + program.getSimpleName());
    reader.setDaemon(true);
    reader.start();
  }

  /** In a child: says something that its parent waits for. */
  static void say(String name, Object value) {
    System.out.println(name + "\t" + value);
  }

  /** In a child: returns when the parent has gone. */
  static void awaitParentsEnd() throws IOException {
    while (System.in.read() >= 0) {
      // nothing is ever said
    }
  }

  private void read(Consumer<Hop> log) {
    try (BufferedReader lines = new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (line != null) {
        Hop.parse(line).ifPresent(log);
        heard(line);
        line = lines.readLine();
      }
    } catch (IOException closed) {
      // it has ended
    }
    synchronized (this) {
      ended = true;
      notifyAll();
    }
  }

  private synchronized void heard(String line) {
    String[] part = line.split("\t", -1);
    if (part.length == 2) {
      said.computeIfAbsent(part[0], none -> new ArrayList<>()).add(part[1]);
      notifyAll();
    }
  }

  /** What it has said under a name until now, in order. */
  synchronized List<String> said(String name) {
    return List.copyOf(said.getOrDefault(name, List.of()));
  }

  /** The first that it says under a name. */
  synchronized String await(String name) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    long left = until - System.nanoTime();
    while (!said.containsKey(name) && !ended && left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = until - System.nanoTime();
    }
    List<String> values = said.get(name);
    if (values == null) {
      throw new IllegalStateException("process: not started (expected: its " + name + ")");
    }
    return values.get(0);
  }

  @Override
  public void close() {
    process.destroy();
  }

  /** Under {@code mvn exec:java} the program's class path is the class loader's. */
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
    } catch (URISyntaxException failure) {
      throw new IllegalStateException("class path entry: " + url + " (expected: a file)", failure);
    }
  }
}
