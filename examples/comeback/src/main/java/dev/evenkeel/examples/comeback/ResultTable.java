package dev.evenkeel.examples.comeback;

import java.util.List;

/** The outcome as plain text. */
final class ResultTable {

  private static final String ROW = "%-30s %14s %18s %10s %22s %12s%n";

  private ResultTable() {}

  static String of(List<Result> results, PhysicalLimit limit) {
    StringBuilder table = new StringBuilder();
    table.append(Figures.format(
        ROW, "", "recovery debt", "99 % again after", "relapses", "sent while dead", "p99"));
    for (Result result : results) {
      Measures measures = result.measures();
      table.append(Figures.format(
          ROW,
          result.label(),
          Figures.debt(measures),
          Figures.t99(measures),
          measures.relapseSeconds().size(),
          Figures.sentWhileDead(measures),
          Figures.p99(measures)));
    }
    table.append(Figures.format(
        ROW,
        "Physical limit",
        Figures.seconds(limit.debtSeconds()),
        Figures.seconds(limit.seconds()),
        0,
        "",
        ""));
    return table.toString();
  }
}
