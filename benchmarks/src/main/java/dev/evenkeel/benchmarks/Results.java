package dev.evenkeel.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All figures of a run and where they were made: what a file in {@code results/} holds. */
final class Results {

  private static final String COLUMNS = "case,contender,threads,ns,ns_min,ns_max,bytes";

  private final Map<String, String> about = new LinkedHashMap<>();
  private final Map<String, Result> figures = new LinkedHashMap<>();

  /** Says where and how the figures were made. */
  void about(String key, String value) {
    about.put(key, value);
  }

  Map<String, String> about() {
    return about;
  }

  /** Adds a figure, in place of an older one of the same benchmark. */
  void add(Result result) {
    figures.put(key(result.benchmark(), result.threads()), result);
  }

  Optional<Result> find(String benchmark, int threads) {
    return Optional.ofNullable(figures.get(key(benchmark, threads)));
  }

  List<Result> all() {
    return List.copyOf(figures.values());
  }

  /** The figures of each case, in the order in which the cases were first added. */
  Map<String, List<Result>> byCase() {
    Map<String, List<Result>> cases = new LinkedHashMap<>();
    for (Result result : figures.values()) {
      cases.computeIfAbsent(result.benchmarkCase(), name -> new ArrayList<>()).add(result);
    }
    return cases;
  }

  /** The feature version of the JDK that made them; 0 if unknown. */
  int jdk() {
    String version = about.getOrDefault("jdk", "0");
    String feature = version.split("[^0-9]", 2)[0];
    return feature.isEmpty() ? 0 : Integer.parseInt(feature);
  }

  String toCsv() {
    StringBuilder csv = new StringBuilder();
    about.forEach(
        (key, value) -> csv.append("# ").append(key).append(": ").append(value).append('\n'));
    csv.append(COLUMNS).append('\n');
    for (List<Result> results : new TreeMap<>(byCase()).values()) {
      for (Result result : results) {
        csv.append(result.benchmarkCase())
            .append(',')
            .append(result.contender())
            .append(',')
            .append(result.threads())
            .append(',')
            .append(number(result.nanos()))
            .append(',')
            .append(number(result.minNanos()))
            .append(',')
            .append(number(result.maxNanos()))
            .append(',')
            .append(number(result.bytes()))
            .append('\n');
      }
    }
    return csv.toString();
  }

  static Results read(Path file) throws IOException {
    return parse(Files.readString(file));
  }

  /**
   * Reads what {@link #toCsv} writes.
   *
   * @throws IllegalArgumentException if a line is none of ours; the message names it
   */
  static Results parse(String csv) {
    Results results = new Results();
    for (String line : csv.lines().toList()) {
      if (line.startsWith("# ")) {
        int colon = line.indexOf(": ");
        if (colon > 0) {
          results.about(line.substring(2, colon), line.substring(colon + 2));
        }
      } else if (!line.isBlank() && !line.equals(COLUMNS)) {
        results.add(result(line));
      }
    }
    return results;
  }

  private static Result result(String line) {
    String[] cells = line.split(",", -1);
    if (cells.length != 7) {
      throw new IllegalArgumentException("line: " + line + " (expected: " + COLUMNS + ")");
    }
    try {
      return new Result(
          cells[0] + "/" + cells[1],
          Integer.parseInt(cells[2]),
          parsed(cells[3]),
          parsed(cells[4]),
          parsed(cells[5]),
          parsed(cells[6]));
    } catch (NumberFormatException fault) {
      throw new IllegalArgumentException("line: " + line + " (expected: " + COLUMNS + ")", fault);
    }
  }

  private static String key(String benchmark, int threads) {
    return benchmark + " x" + threads;
  }

  private static double parsed(String cell) {
    return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.2f", value);
  }
}
