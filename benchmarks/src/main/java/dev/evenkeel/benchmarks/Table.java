package dev.evenkeel.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Results for people, in Markdown: a table for each case, with what others cost times ours. */
final class Table {

  private static final String OURS = "evenkeel";

  private Table() {}

  static String of(Results results) {
    StringBuilder text = new StringBuilder("# Benchmark results\n\n");
    results
        .about()
        .forEach((key, value) ->
            text.append("- ").append(key).append(": ").append(value).append('\n'));
    text.append("\nMedian of the iterations, in nanoseconds for a call; bytes allocated by a call;"
        + " `x`: times Evenkeel's.\nWith two threads both use one instance.\n");
    for (Map.Entry<String, List<Result>> entry : results.byCase().entrySet()) {
      text.append("\n## ").append(entry.getKey()).append("\n\n");
      text.append(
          "| | 1 thread, ns | B | x | 2 threads, ns | B | x |\n|---|--:|--:|--:|--:|--:|--:|\n");
      for (String contender : contenders(entry.getValue())) {
        text.append("| ").append(contender).append(" |");
        for (int threads = 1; threads <= 2; threads++) {
          text.append(cells(results, entry.getKey(), contender, threads));
        }
        text.append('\n');
      }
    }
    return text.toString();
  }

  private static List<String> contenders(List<Result> results) {
    List<String> names = new ArrayList<>();
    for (Result result : results) {
      if (!names.contains(result.contender())) {
        names.add(result.contender());
      }
    }
    return names;
  }

  private static String cells(Results results, String name, String contender, int threads) {
    Optional<Result> figure = results.find(name + "/" + contender, threads);
    if (figure.isEmpty()) {
      return " | | |";
    }
    Result result = figure.get();
    Optional<Result> ours = results.find(name + "/" + OURS, threads);
    boolean timed = !Double.isNaN(result.nanos());
    double ratio = ours.isEmpty()
        ? Double.NaN
        : timed
            ? result.nanos() / ours.get().nanos()
            : result.bytes() / ours.get().bytes();
    return " " + (timed ? number(result.nanos()) : "") + " | " + Math.round(result.bytes()) + " | "
        + (Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "%.2f", ratio)) + " |";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
  }
}
