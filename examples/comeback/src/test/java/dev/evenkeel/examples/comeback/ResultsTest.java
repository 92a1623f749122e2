package dev.evenkeel.examples.comeback;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is made of several runs, and what is kept of them. */
class ResultsTest {

  private static final Settings SETTINGS = Settings.full(1);

  @Test
  void median_isOfEachMeasureByItself() {
    ResultRow row = ResultRow.median(
        "Evenkeel",
        List.of(
            measures(9, OptionalDouble.of(20), 0, 500),
            measures(7, OptionalDouble.of(30), 2, 700),
            measures(8, OptionalDouble.of(40), 1, 600)));

    assertThat(row)
        .isEqualTo(new ResultRow("Evenkeel", "8.0 s", "30 s", "1", "600 (19 %)", "900 ms"));
  }

  @Test
  void runThatDidNotComeBack_isTheWorst() {
    Measures never = measures(150, OptionalDouble.empty(), 1, 500);

    assertThat(ResultRow.median(
                "", List.of(never, measures(9, OptionalDouble.of(20), 0, 500), never))
            .t99())
        .isEqualTo("not within 150 s");
    assertThat(ResultRow.median("", List.of(measures(9, OptionalDouble.of(20), 0, 500), never)))
        .as("of two the worse")
        .isEqualTo(ResultRow.of("", never));
  }

  @Test
  void folder_hasAFileForEachRun_andOneToRead(@TempDir Path folder) throws IOException {
    Path results = folder.resolve("new");

    ResultFolder.write(results, List.of(run(1, 30), run(2, 31), run(3, 32)));

    try (var files = Files.list(results)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("README.md", "run-1.json", "run-2.json", "run-3.json");
    }
    assertThat(Files.readString(results.resolve("run-2.json")))
        .contains("\"seed\": 2,")
        .contains("\"name\": \"evenkeel\",")
        .contains("\"killedSeconds\": 30.000,")
        .contains("\"startShare\": 1.000,")
        .contains("\"t99Seconds\": 10.500,")
        .contains("\"okPerSecond\": [160, 160, ")
        .doesNotContain("NaN");
    assertThat(Files.readString(results.resolve("README.md")))
        .contains("--runs 3")
        .contains("## Medians")
        .containsPattern("\\| Evenkeel \\| 10.5 s \\| 10.5 s \\| 0 \\| 3,280 \\(100 %\\) \\| - \\|")
        .containsPattern("## Run 3: 2026-01-02T03:04:05Z, seed 3, load of the machine 0.5")
        .contains("| Physical limit | 6.7 s | 22 s | 0 |  |  |")
        .contains(
            "until the kill: Three attempts 100.0 %, Resilience4j 100.0 %, Evenkeel 100.0 %.");
  }

  private static Run run(long seed, double backSeconds) {
    List<Recording> recordings = Arrays.stream(Contestant.values())
        .map(contestant -> new Bins()
            .seconds(30, Bins.NORMAL)
            .seconds(backSeconds, 0)
            .seconds(30, Bins.NORMAL)
            .of(contestant, 30, 50.5))
        .toList();
    Settings settings = Settings.full(seed);
    return new Run(
        Instant.parse("2026-01-02T03:04:05Z"),
        settings,
        new Machine(2, 0.5, "17.0.1", "Linux amd64"),
        Result.of(recordings, settings));
  }

  private static Measures measures(
      double debt, OptionalDouble t99, int relapses, long sentWhileDead) {
    return new Measures(
        1,
        150,
        debt,
        t99,
        DoubleStream.iterate(1, at -> at + 1).limit(relapses).boxed().toList(),
        sentWhileDead,
        (double) sentWhileDead / (20 * SETTINGS.normalRate()),
        900);
  }
}
