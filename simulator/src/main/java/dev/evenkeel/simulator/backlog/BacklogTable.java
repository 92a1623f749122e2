package dev.evenkeel.simulator.backlog;

import dev.evenkeel.core.CallContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToDoubleFunction;

/** All cases over some seeds, as a table in Markdown: the median, and the least and the most. */
public final class BacklogTable {

  private BacklogTable() {}

  /**
   * Runs all cases.
   *
   * @param firstSeed the first seed
   * @param seeds how many, 1 or more
   * @return the table
   */
  public static String of(long firstSeed, int seeds) {
    StringBuilder table = new StringBuilder()
        .append("| A has | others served in the first minute, % | in all four, %")
        .append(" | goodput of B in the first minute, /s | drained after, s | relapses of B |\n")
        .append("|---|---|---|---|---|---|\n");
    for (BacklogCase one : BacklogCase.values()) {
      table.append(row(one, firstSeed, seeds));
    }
    return table.toString();
  }

  static String row(BacklogCase one, long firstSeed, int seeds) {
    List<BacklogResult> all = new ArrayList<>();
    for (int i = 0; i < seeds; i++) {
      all.add(onThreadOfItsOwn(one, firstSeed + i));
    }
    return "| " + one.protection() + " | "
        + figures("%.1f", all, result -> 100 * result.othersMinute()) + " | "
        + figures("%.1f", all, result -> 100 * result.others()) + " | "
        + figures("%.0f", all, BacklogResult::goodput) + " | "
        + figures("%.0f", all, BacklogResult::drainSeconds) + " | "
        + figures("%.0f", all, BacklogResult::relapses) + " |\n";
  }

  /** Which call is the next sample is kept by each thread: so each run has a thread of its own. */
  private static BacklogResult onThreadOfItsOwn(BacklogCase one, long seed) {
    return CompletableFuture.supplyAsync(
            () -> CallContext.current().call(() -> one.run(seed)),
            task -> new Thread(task, "backlog").start())
        .join();
  }

  private static String figures(
      String format, List<BacklogResult> results, ToDoubleFunction<BacklogResult> figure) {
    double[] sorted = results.stream().mapToDouble(figure).sorted().toArray();
    double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    String[] texts = Arrays.stream(new double[] {median, sorted[0], sorted[sorted.length - 1]})
        .mapToObj(number ->
            Double.isInfinite(number) ? "never" : String.format(Locale.ROOT, format, number))
        .toArray(String[]::new);
    return texts[1].equals(texts[2])
        ? texts[0]
        : texts[0] + " (" + texts[1] + " to " + texts[2] + ")";
  }
}
