package dev.evenkeel.simulator.world;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The worlds in a few lines, for a terminal. */
public final class WorldSummary {

  private static final double STUCK = 0.5; // of what the best policy answers late

  private WorldSummary() {}

  /**
   * What was lost by each policy, and which promises were broken.
   *
   * @param results the worlds
   * @return lines
   */
  public static String of(List<WorldResult> results) {
    Map<String, List<Double>> beyond = new LinkedHashMap<>();
    Map<String, int[]> counts = new LinkedHashMap<>(); // runs, relapsed, stuck
    for (WorldResult result : results) {
      double best = result.losses().stream().mapToDouble(Loss::lateShare).max().orElse(1);
      for (Loss loss : result.losses()) {
        beyond
            .computeIfAbsent(loss.policy(), policy -> new ArrayList<>())
            .add(result.secondsBeyondBest(loss));
        int[] count = counts.computeIfAbsent(loss.policy(), policy -> new int[3]);
        count[0]++;
        count[1] += loss.relapses().count() > 0 ? 1 : 0;
        count[2] += loss.lateShare() < STUCK * best ? 1 : 0;
      }
    }
    StringBuilder text =
        new StringBuilder("\nLost after the return, in seconds of traffic beyond the"
            + " best policy of each world\n");
    text.append(String.format(
        Locale.ROOT,
        "%-21s %8s %8s %8s %8s %9s %9s %10s %8s%n",
        "policy",
        "median",
        "75 %",
        "90 %",
        "99 %",
        "99.9 %",
        "worst",
        "relapsed",
        "stuck"));
    beyond.forEach((policy, seconds) -> {
      double[] sorted =
          seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      int[] count = Objects.requireNonNull(counts.get(policy));
      text.append(String.format(
          Locale.ROOT,
          "%-21s %8.1f %8.1f %8.1f %8.1f %9.1f %9.1f %8.2f %% %6.2f %%%n",
          policy,
          at(sorted, 0.5),
          at(sorted, 0.75),
          at(sorted, 0.9),
          at(sorted, 0.99),
          at(sorted, 0.999),
          at(sorted, 1),
          100.0 * count[1] / count[0],
          100.0 * count[2] / count[0]));
    });
    long judged = results.stream().filter(result -> result.judged() > 0).count();
    text.append(String.format(
        Locale.ROOT,
        "%nPromises, in %d worlds (liveness applies to %d of them):%n",
        results.size(),
        judged));
    for (Broken.Promise promise : Broken.Promise.values()) {
      long[] seeds = results.stream()
          .filter(result -> result.broken().stream().anyMatch(b -> b.promise() == promise))
          .mapToLong(result -> result.world().seed())
          .toArray();
      text.append(String.format(Locale.ROOT, "  %-40s broken in %d%n", promise, seeds.length));
    }
    long[] all = results.stream()
        .filter(result -> !result.broken().isEmpty())
        .mapToLong(result -> result.world().seed())
        .toArray();
    text.append(String.format(Locale.ROOT, "  %-40s broken in %d%n", "any", all.length));
    if (all.length > 0) {
      text.append("  seeds: ")
          .append(Arrays.toString(Arrays.copyOf(all, Math.min(all.length, 50))));
      text.append(all.length > 50 ? " ...\n" : "\n");
    }
    return text.toString();
  }

  private static double at(double[] sorted, double quantile) {
    return sorted[(int) Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))];
  }

  /**
   * The worst worlds, a few lines each.
   *
   * @param worst the worst first
   * @return lines
   */
  public static String worst(List<WorldResult> worst) {
    StringBuilder text = new StringBuilder("\nThe worst worlds:\n");
    for (WorldResult result : worst) {
      text.append(remark(result).replace("\n", "\n    ")).append('\n');
    }
    return text.toString();
  }

  /**
   * One world with its figures.
   *
   * @param result the world
   * @return lines
   */
  public static String remark(WorldResult result) {
    StringBuilder text = new StringBuilder();
    text.append(String.format(
        Locale.ROOT,
        "world %d: lost in s of traffic, of %.0f s:",
        result.world().seed(),
        result.ours().asked() / result.callsPerSecond()));
    for (Loss loss : result.losses()) {
      text.append(String.format(
          Locale.ROOT, " %s %.1f", loss.policy(), loss.lost() / result.callsPerSecond()));
    }
    for (Broken broken : result.broken()) {
      text.append("\nBROKEN ").append(broken.promise()).append(": ").append(broken.figures());
    }
    return text.toString();
  }
}
