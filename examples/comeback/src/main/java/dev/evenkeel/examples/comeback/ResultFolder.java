package dev.evenkeel.examples.comeback;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What is kept of runs: a file of figures for each, and one that people read. Everything in the
 * latter can be reckoned again from the former.
 */
final class ResultFolder {

  private static final int BINS_PER_SECOND = (int) Math.round(1 / Settings.seconds(Settings.BIN));

  private ResultFolder() {}

  /** Writes all runs, over what is there of the same names. */
  static void write(Path folder, List<Run> runs) throws IOException {
    Files.createDirectories(folder);
    for (int number = 1; number <= runs.size(); number++) {
      Files.writeString(folder.resolve("run-" + number + ".json"), json(runs.get(number - 1)));
    }
    Files.writeString(folder.resolve("README.md"), markdown(runs));
  }

  static String markdown(List<Run> runs) {
    Run first = runs.get(0);
    PhysicalLimit limit = first.settings().limit();
    StringBuilder text = new StringBuilder(Figures.format(
        """
        # Runs of the comeback

        Written by `examples/comeback` with `--runs %d`; nothing was left out. JVM %s, %s,
        %d processors. What the measures are: `Measures`.

        ## Medians

        """,
        runs.size(),
        first.machine().java(),
        first.machine().system(),
        first.machine().processors()));
    text.append(ResultTable.markdown(ResultTable.medians(runs, limit)));
    for (int number = 1; number <= runs.size(); number++) {
      Run run = runs.get(number - 1);
      text.append(Figures.format(
          "%n## Run %d: %s, seed %d, load of the machine %.1f%n%n",
          number, run.at(), run.settings().seed(), run.machine().load()));
      text.append(ResultTable.markdown(ResultTable.of(run.results(), limit)));
      text.append("\n").append(run.start()).append("\n");
    }
    return text.toString();
  }

  static String json(Run run) {
    return Figures.format(
        """
        {
          "at": "%s",
          "seed": %d,
          "java": "%s",
          "system": "%s",
          "processors": %d,
          "load": %s,
          "contestants": [
        %s
          ]
        }
        """,
        run.at(),
        run.settings().seed(),
        run.machine().java(),
        run.machine().system(),
        run.machine().processors(),
        number(run.machine().load()),
        run.results().stream().map(ResultFolder::json).collect(Collectors.joining(",\n")));
  }

  private static String json(Result result) {
    Recording recording = result.recording();
    Measures measures = result.measures();
    double t99 = measures.t99Seconds().orElse(Double.NaN);
    String relapses = measures.relapseSeconds().stream()
        .map(ResultFolder::number)
        .collect(Collectors.joining(", "));
    return Figures.format(
        """
            {
              "name": "%s",
              "killedSeconds": %s,
              "returnedSeconds": %s,
              "startShare": %s,
              "observedSeconds": %s,
              "debtSeconds": %s,
              "t99Seconds": %s,
              "relapseSeconds": [%s],
              "sentWhileDead": %d,
              "sentWhileDeadShare": %s,
              "p99Millis": %s,
              "askedPerSecond": %s,
              "sentPerSecond": %s,
              "okPerSecond": %s,
              "failedPerSecond": %s
            }""",
        recording.contestant().key,
        number(recording.killedSeconds()),
        number(recording.returnedSeconds()),
        number(measures.startShare()),
        number(measures.observedSeconds()),
        number(measures.debtSeconds()),
        number(t99),
        relapses,
        measures.sentWhileDead(),
        number(measures.sentWhileDeadShare()),
        number(measures.p99Millis()),
        perSecond(recording.client(), ClientBin::asked),
        perSecond(recording.client(), ClientBin::sent),
        perSecond(recording.client(), ClientBin::ok),
        perSecond(recording.client(), ClientBin::failed));
  }

  /** JSON has no word for what is not a number. */
  private static String number(double value) {
    return Double.isFinite(value) ? Figures.format("%.3f", value) : "null";
  }

  private static String perSecond(List<ClientBin> bins, ToLongFunction<ClientBin> count) {
    return IntStream.iterate(0, at -> at < bins.size(), at -> at + BINS_PER_SECOND)
        .mapToLong(at -> bins.subList(at, Math.min(bins.size(), at + BINS_PER_SECOND)).stream()
            .mapToLong(count)
            .sum())
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
