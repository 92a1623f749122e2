package dev.evenkeel.examples.comeback;

import java.util.ArrayList;
import java.util.List;

/** The outcome as text. */
final class ResultTable {

  private static final String ROW = "%-30s %16s %18s %10s %22s %12s%n";

  private ResultTable() {}

  /** One run, with what is best possible. */
  static List<ResultRow> of(List<Result> results, PhysicalLimit limit) {
    List<ResultRow> rows = new ArrayList<>();
    for (Result result : results) {
      rows.add(ResultRow.of(result.label(), result.measures()));
    }
    rows.add(ResultRow.of(limit));
    return List.copyOf(rows);
  }

  /** The medians of several runs, with what is best possible. */
  static List<ResultRow> medians(List<Run> runs, PhysicalLimit limit) {
    List<ResultRow> rows = new ArrayList<>();
    for (Contestant contestant : Contestant.values()) {
      rows.add(ResultRow.median(
          contestant.label, runs.stream().map(run -> run.measuresOf(contestant)).toList()));
    }
    rows.add(ResultRow.of(limit));
    return List.copyOf(rows);
  }

  static String text(List<ResultRow> rows) {
    StringBuilder table = new StringBuilder(line(ResultRow.HEAD));
    rows.forEach(row -> table.append(line(row)));
    return table.toString();
  }

  private static String line(ResultRow row) {
    return Figures.format(ROW, row.cells().toArray());
  }

  static String markdown(List<ResultRow> rows) {
    StringBuilder table =
        new StringBuilder(markdown(ResultRow.HEAD)).append("|---|---|---|---|---|---|\n");
    rows.forEach(row -> table.append(markdown(row)));
    return table.toString();
  }

  private static String markdown(ResultRow row) {
    return "| " + String.join(" | ", row.cells()) + " |\n";
  }
}
