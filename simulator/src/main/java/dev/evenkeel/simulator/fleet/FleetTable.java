package dev.evenkeel.simulator.fleet;

import dev.evenkeel.core.CallContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToDoubleFunction;

/** All cases over some seeds, as a table in Markdown: the median, and the least and the most. */
public final class FleetTable {

  private FleetTable() {}

  /**
   * Runs all cases.
   *
   * @param firstSeed the first seed
   * @param seeds how many, 1 or more
   * @return the table
   */
  public static String of(long firstSeed, int seeds) {
    StringBuilder table = new StringBuilder()
        .append("| trouble | guard | served meanwhile, % | served in the minute after, %")
        .append(" | fewest of 10 nodes in service | seconds with a node out |\n")
        .append("|---|---|---|---|---|---|\n");
    for (FleetCase one : FleetCase.values()) {
      table.append(row(one, firstSeed, seeds));
    }
    return table.toString();
  }

  static String row(FleetCase one, long firstSeed, int seeds) {
    List<FleetResult> all = new ArrayList<>();
    for (int i = 0; i < seeds; i++) {
      all.add(onThreadOfItsOwn(one, firstSeed + i));
    }
    return "| " + one.trouble() + " | " + one.guard() + " | "
        + figures("%.1f", all, result -> 100 * result.servedMeanwhile()) + " | "
        + figures("%.1f", all, result -> 100 * result.servedAfter()) + " | "
        + figures("%.0f", all, FleetResult::leastInService) + " | "
        + figures("%.0f", all, FleetResult::secondsNotAllIn) + " |\n";
  }

  /**
   * Which call is the next sample is kept by each thread, and forgotten at a collection unless a
   * call or a context is under way: so each run has a thread of its own, within a context.
   */
  private static FleetResult onThreadOfItsOwn(FleetCase one, long seed) {
    return CompletableFuture.supplyAsync(
            () -> CallContext.current().call(() -> one.run(seed)),
            task -> new Thread(task, "fleet").start())
        .join();
  }

  private static String figures(
      String format, List<FleetResult> results, ToDoubleFunction<FleetResult> figure) {
    double[] sorted = results.stream().mapToDouble(figure).sorted().toArray();
    double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    String[] texts = Arrays.stream(new double[] {median, sorted[0], sorted[sorted.length - 1]})
        .mapToObj(number -> String.format(Locale.ROOT, format, number))
        .toArray(String[]::new);
    return texts[1].equals(texts[2])
        ? texts[0]
        : texts[0] + " (" + texts[1] + " to " + texts[2] + ")";
  }
}
