package dev.evenkeel.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a figure must not exceed.
 *
 * @param name for people
 * @param measure {@code ns} or {@code bytes}
 * @param threads whose figure
 * @param ours the benchmark
 * @param limit the most: times the peer's figure, or absolute without a peer
 * @param peer the benchmark it is held against, measured in the same run; null if none
 * @param jdk for which JDKs it holds: empty for all, {@code <21} or {@code >=21}
 */
record Target(
    String name,
    String measure,
    int threads,
    String ours,
    double limit,
    @Nullable String peer,
    String jdk) {

  private static final String COLUMNS = "name,measure,threads,ours,limit,peer,jdk";

  /** How a target was kept. */
  record Outcome(boolean met, String line) {}

  /**
   * Reads a file of targets: comments, a line of column names, a line for each.
   *
   * @throws IllegalArgumentException if a line is none of ours; the message names it
   */
  static List<Target> parse(String csv) {
    List<Target> targets = new ArrayList<>();
    for (String line : csv.lines().toList()) {
      if (!line.isBlank() && !line.startsWith("#") && !line.equals(COLUMNS)) {
        targets.add(target(line));
      }
    }
    return targets;
  }

  private static Target target(String line) {
    String[] cells = line.split(",", -1);
    try {
      if (cells.length == 7
          && List.of("ns", "bytes").contains(cells[1])
          && List.of("", "<21", ">=21").contains(cells[6])) {
        return new Target(
            cells[0],
            cells[1],
            Integer.parseInt(cells[2]),
            cells[3],
            Double.parseDouble(cells[4]),
            cells[5].isEmpty() ? null : cells[5],
            cells[6]);
      }
    } catch (NumberFormatException fault) {
      throw new IllegalArgumentException("target: " + line + " (expected: " + COLUMNS + ")", fault);
    }
    throw new IllegalArgumentException("target: " + line + " (expected: " + COLUMNS + ")");
  }

  boolean appliesTo(int feature) {
    return switch (jdk) {
      case "<21" -> feature < 21;
      case ">=21" -> feature >= 21;
      default -> true;
    };
  }

  /** Compares; a figure that is missing misses its target. */
  Outcome check(Results results) {
    Optional<Result> figure = results.find(ours, threads);
    if (figure.isEmpty()) {
      return missing(ours);
    }
    double value = measured(figure.get());
    double most = limit;
    String against = "";
    if (peer != null) {
      Optional<Result> other = results.find(peer, threads);
      if (other.isEmpty()) {
        return missing(peer);
      }
      double base = measured(other.get());
      most = limit * base;
      against = String.format(
          Locale.ROOT, " (%.3f of %s's %s, at most %.3f)", value / base, peer, amount(base), limit);
    }
    // JMH's allocation profile counts a little of the harness's own: whole bytes are compared.
    boolean met = measure.equals("bytes") ? Math.round(value) <= most : value <= most;
    String line = String.format(
        Locale.ROOT,
        "%-6s %s, %d thread%s: %s, at most %s%s",
        met ? "met" : "MISSED",
        name,
        threads,
        threads == 1 ? "" : "s",
        amount(value),
        amount(most),
        against);
    return new Outcome(met, line);
  }

  private Outcome missing(String benchmark) {
    String line = String.format(
        Locale.ROOT, "MISSED %s: no figure for %s with %d threads", name, benchmark, threads);
    return new Outcome(false, line);
  }

  private double measured(Result result) {
    return measure.equals("bytes") ? result.bytes() : result.nanos();
  }

  private String amount(double value) {
    return measure.equals("bytes")
        ? Math.round(value) + " B"
        : String.format(Locale.ROOT, value < 100 ? "%.1f ns" : "%.0f ns", value);
  }
}
