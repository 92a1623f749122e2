package dev.evenkeel.benchmarks.spring;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Starts the same application with Evenkeel's starter and without it, in turn, each time in a
 * process of its own, and prints by how much the starts differ.
 */
final class StartCost {

  private static final String MARK = "start-cost:";

  private StartCost() {}

  /**
   * One start.
   *
   * @param millis from the process's beginning to the application's being ready
   * @param cpuMillis what all its threads worked until then: on a busy machine the truer figure
   * @param heapMegabytes what is in use after a collection
   * @param otherMegabytes classes and code
   */
  record Start(double millis, double cpuMillis, double heapMegabytes, double otherMegabytes) {

    String line() {
      return String.format(
          Locale.ROOT,
          "%s %.1f %.1f %.3f %.3f",
          MARK,
          millis,
          cpuMillis,
          heapMegabytes,
          otherMegabytes);
    }

    static Start read(String line) {
      String[] parts = line.substring(line.indexOf(MARK)).split(" ", -1);
      return new Start(
          Double.parseDouble(parts[1]),
          Double.parseDouble(parts[2]),
          Double.parseDouble(parts[3]),
          Double.parseDouble(parts[4]));
    }
  }

  static void measure(int pairs) throws IOException, InterruptedException {
    start(true); // the files come into the system's cache
    start(false);
    List<Start> with = new ArrayList<>();
    List<Start> without = new ArrayList<>();
    for (int pair = 0; pair < pairs; pair++) {
      boolean withFirst = pair % 2 == 0;
      Start first = start(withFirst);
      Start second = start(!withFirst);
      with.add(withFirst ? first : second);
      without.add(withFirst ? second : first);
      System.out.printf(
          Locale.ROOT,
          "pair %2d: %7.0f ms with, %7.0f ms without%n",
          pair + 1,
          with.get(pair).millis,
          without.get(pair).millis);
    }
    print("start, ms", with, without, Start::millis);
    print("CPU, ms", with, without, Start::cpuMillis);
    print("heap, MB", with, without, Start::heapMegabytes);
    print("classes and code, MB", with, without, Start::otherMegabytes);
    print("memory, MB", with, without, start -> start.heapMegabytes() + start.otherMegabytes());
  }

  private static void print(
      String what, List<Start> with, List<Start> without, ToDoubleFunction<Start> figure) {
    double[] differences = new double[with.size()];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = figure.applyAsDouble(with.get(i)) - figure.applyAsDouble(without.get(i));
    }
    Arrays.sort(differences);
    System.out.printf(
        Locale.ROOT,
        "%-22s median with %8.2f, without %8.2f; difference %7.2f (quartiles %7.2f .. %7.2f)%n",
        what,
        median(with, figure),
        median(without, figure),
        quantile(differences, 0.5),
        quantile(differences, 0.25),
        quantile(differences, 0.75));
  }

  private static double median(List<Start> starts, ToDoubleFunction<Start> figure) {
    return quantile(starts.stream().mapToDouble(figure).sorted().toArray(), 0.5);
  }

  private static double quantile(double[] sorted, double share) {
    return sorted[(int) Math.round(share * (sorted.length - 1))];
  }

  private static Start start(boolean withStarter) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-XX:+UseSerialGC",
        "-cp",
        classPath(withStarter),
        StartedApplication.class.getName(),
        withStarter ? "with" : "without"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines;
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      lines = output.lines().collect(Collectors.toList());
    }
    int end = process.waitFor();
    return lines.stream()
        .filter(line -> line.contains(MARK))
        .findFirst()
        .map(Start::read)
        .orElseThrow(() -> new IOException(
            "ended with " + end + ": " + String.join(System.lineSeparator(), lines)));
  }

  /** Without the starter there is nothing of what it brings. */
  private static String classPath(boolean withStarter) {
    String own = System.getProperty("java.class.path");
    return Arrays.stream(own.split(File.pathSeparator, -1))
        .filter(entry -> !isOfBenchmarks(entry))
        .filter(entry -> withStarter || !isOfStarter(entry))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static boolean isOfBenchmarks(String entry) {
    return entry.contains("resilience4j-spring")
        || entry.contains("resilience4j-micrometer")
        || entry.contains("resilience4j-annotations")
        || entry.contains("resilience4j-framework-common")
        || entry.contains("resilience4j-consumer")
        || entry.contains("aspectj")
        || entry.contains("jmh");
  }

  private static boolean isOfStarter(String entry) {
    boolean isThis = entry.replace('\\', '/').contains("/benchmarks/spring/");
    return !isThis
        && (entry.contains("resilience4j")
            || entry.contains("evenkeel-")
            || entry.replace('\\', '/').endsWith("/target/classes"));
  }
}
