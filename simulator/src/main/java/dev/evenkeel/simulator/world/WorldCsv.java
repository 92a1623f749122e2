package dev.evenkeel.simulator.world;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** One row for each run of each world. */
public final class WorldCsv {

  private static final String HEAD = "seed,policy,calls_per_second,asked,lost,lost_s,beyond_best_s,"
      + "relapses,trips,late_share,events,judged,broken,world\n";

  private WorldCsv() {}

  /**
   * Writes all of it.
   *
   * @param results the worlds
   * @return the text of the file
   */
  public static String of(List<WorldResult> results) {
    StringBuilder rows = new StringBuilder(HEAD);
    for (WorldResult result : results) {
      for (Loss loss : result.losses()) {
        boolean ours = loss.policy().equals(result.ours().policy());
        String broken = ours
            ? result.broken().stream().map(b -> b.promise().name()).collect(Collectors.joining(" "))
            : "";
        String fields = ours
            ? result.world().fields().entrySet().stream()
                .map(field -> field.getKey() + "=" + field.getValue())
                .collect(Collectors.joining(" "))
            : "";
        rows.append(String.format(
            Locale.ROOT,
            "%d,%s,%.4f,%d,%d,%.3f,%.3f,%d,%d,%.4f,%d,%d,%s,%s%n",
            result.world().seed(),
            loss.policy(),
            result.callsPerSecond(),
            loss.asked(),
            loss.lost(),
            loss.lost() / result.callsPerSecond(),
            result.secondsBeyondBest(loss),
            loss.relapses().count(),
            loss.trips(),
            loss.lateShare(),
            loss.events(),
            result.judged(),
            broken,
            fields));
      }
    }
    return rows.toString();
  }
}
