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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A service as a process of its own, which ends with its parent. */
final class Child implements AutoCloseable {

  private final Process process;
  private final CompletableFuture<Integer> port = new CompletableFuture<>();

  Child(Consumer<Hop> log, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx128m",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        classPath(),
        Service.class.getName()));
    command.addAll(List.of(arguments));
    process = new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    Thread reader = new Thread(() -> read(log), "journey-" + arguments[0]);
    reader.setDaemon(true);
    reader.start();
  }

  private void read(Consumer<Hop> log) {
    try (BufferedReader lines = new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (line != null) {
        if (line.startsWith("PORT\t")) {
          port.complete(Integer.valueOf(line.substring("PORT\t".length())));
        }
        Hop.parse(line).ifPresent(log);
        line = lines.readLine();
      }
      port.completeExceptionally(new IOException("the service has ended"));
    } catch (IOException failure) {
      port.completeExceptionally(failure);
    }
  }

  int port() throws InterruptedException {
    try {
      return port.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failure) {
      throw new IllegalStateException("service: not started (expected: its port)", failure);
    }
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
