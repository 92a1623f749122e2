package dev.evenkeel.simulator.restart;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** All cases over some sizes and seeds, as a table in Markdown: the median, and the worst. */
public final class RestartTable {

  private RestartTable() {}

  /**
   * Runs all cases.
   *
   * @param sizes of the fleets, 1 or more nodes each
   * @param firstSeed the first seed
   * @param seeds how many, 1 or more
   * @return the table
   */
  public static String of(List<Integer> sizes, long firstSeed, int seeds) {
    StringBuilder table = new StringBuilder()
        .append("| nodes | start-up calls | peak over headroom | all ready over the shortest time")
        .append(" | half ready | ready, % | others lost, % | store calls/s, most |\n")
        .append("|---|---|---|---|---|---|---|---|\n");
    for (int nodes : sizes) {
      for (RestartCase one : RestartCase.values()) {
        List<RestartResult> all = new ArrayList<>();
        for (int i = 0; i < seeds; i++) {
          all.add(run(one, nodes, firstSeed + i));
        }
        table.append(row(one, nodes, all));
      }
    }
    return table.toString();
  }

  /**
   * Runs a case once.
   *
   * @param one the case
   * @param nodes how many start, 1 or more
   * @param seed of the run
   * @return how the fleet started
   */
  public static RestartResult run(RestartCase one, int nodes, long seed) {
    return new FleetRestart(one, nodes, seed).run();
  }

  private static String row(RestartCase one, int nodes, List<RestartResult> all) {
    double worstReady = all.stream().mapToInt(RestartResult::ready).min().orElseThrow();
    return "| " + nodes + " | " + one.label() + " | "
        + figures("%.2f", all, RestartResult::peak) + " | "
        + figures("%.2f", all, RestartResult::allReady) + " | "
        + figures("%.2f", all, RestartResult::halfReady) + " | "
        + String.format(Locale.ROOT, "%.0f", 100 * worstReady / nodes) + " | "
        + figures("%.1f", all, result -> 100 * result.othersLost()) + " | "
        + figures("%.0f", all, RestartResult::storeCallsPerSecond) + " |\n";
  }

  private static String figures(
      String format, List<RestartResult> results, ToDoubleFunction<RestartResult> figure) {
    double[] sorted = results.stream().mapToDouble(figure).sorted().toArray();
    double median = sorted[sorted.length / 2];
    return Arrays.stream(new double[] {median, sorted[sorted.length - 1]})
        .mapToObj(
            value -> Double.isInfinite(value) ? "never" : String.format(Locale.ROOT, format, value))
        .reduce((typical, worst) -> typical + " (" + worst + ")")
        .orElseThrow();
  }
}
