package dev.evenkeel.examples.journey;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The hops of one trace, each below the one that caused it. */
final class Tree {

  /** A hop and how deep it lies. */
  record Row(Hop hop, int depth) {}

  private Tree() {}

  static List<Row> rows(List<Hop> hops) {
    Set<String> known = hops.stream().map(Hop::span).collect(Collectors.toCollection(HashSet::new));
    List<Row> rows = new ArrayList<>();
    hops.stream()
        .filter(hop -> !known.contains(hop.parent()))
        .sorted(Comparator.comparingLong(Hop::beginMicros))
        .forEach(root -> add(root, 0, hops, rows));
    return rows;
  }

  private static void add(Hop hop, int depth, List<Hop> hops, List<Row> rows) {
    rows.add(new Row(hop, depth));
    hops.stream()
        .filter(child -> child.parent().equals(hop.span()))
        .sorted(Comparator.comparingLong(Hop::beginMicros))
        .forEach(child -> add(child, depth + 1, hops, rows));
  }

  /** For a terminal. */
  static String text(List<Row> rows) {
    int width = rows.stream().mapToInt(row -> name(row).length()).max().orElse(1);
    return rows.stream().map(row -> line(row, width)).collect(Collectors.joining("\n"));
  }

  private static String line(Row row, int width) {
    Hop hop = row.hop();
    String left = hop.timeLeftMillis() < 0 ? "none" : hop.timeLeftMillis() + " ms";
    return String.format(
        "  %-" + width + "s   time left %8s   took %5d ms   %s",
        name(row),
        left,
        hop.millis(),
        hop.outcome());
  }

  private static String name(Row row) {
    Hop hop = row.hop();
    return "  ".repeat(row.depth()) + hop.service() + " " + hop.kind() + " " + hop.name();
  }
}
