package dev.evenkeel.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.simulator.world.Generator;
import dev.evenkeel.simulator.world.World;
import dev.evenkeel.simulator.world.WorldCsv;
import dev.evenkeel.simulator.world.WorldResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorldsCommandTest {

  @TempDir
  private Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    return Main.run(
        List.of(arguments),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        false);
  }

  @Test
  void worlds_printsDistributionAndPromises_andWritesTheWorst() throws IOException {
    Path csv = directory.resolve("worlds.csv");
    Path worst = directory.resolve("worst");
    int code = run(
        "worlds",
        "--count",
        "3",
        "--first-seed",
        "5",
        "--policies",
        "none,evenkeel",
        "--worst",
        "2",
        "--out",
        worst.toString(),
        "--csv",
        csv.toString());
    assertThat(code).isIn(0, WorldsCommand.BROKEN);
    String text = out.toString(StandardCharsets.UTF_8);
    assertThat(text)
        .contains(
            "evenkeel", "without-failback", "none", "liveness: not closed", "The worst worlds");
    assertThat(code == 0)
        .isEqualTo(text.contains("any                                      broken in 0"));
    assertThat(Files.readAllLines(csv)).hasSize(1 + 3 * 5);
    try (var files = Files.list(worst)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void sameSeeds_sameResults_onHoweverManyThreads() throws InterruptedException {
    assertThat(csv("1")).isEqualTo(csv("3"));
  }

  private static String csv(String threads) throws InterruptedException {
    WorldsOptions options =
        WorldsOptions.parse(List.of("--count", "6", "--threads", threads, "--policies", "judged"));
    PrintStream nowhere =
        new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    return WorldCsv.of(WorldsCommand.results(options, new Progress(nowhere, false)));
  }

  @Test
  void aWorldsFile_isTheSameWorld() throws IOException {
    World world = Generator.draw(9);
    WorldResult result = new WorldRun(world).result(List.of());
    Path file = Files.writeString(directory.resolve("world-9.scenario"), world.text("mine"));
    Scenario scenario = ScenarioFile.read(file.toString(), List.of());
    Recorder again = new Simulation(scenario, PolicyName.EVENKEEL, 9).run(false);
    assertThat(again.askedAfter).isEqualTo(result.ours().asked());
    assertThat(again.lostAfter).isEqualTo(result.ours().lost());
  }

  @Test
  void everyWorld_isAValidScenario_ofBoundedSize() {
    for (long seed = 0; seed < 3_000; seed++) {
      Scenario scenario = new WorldRun(Generator.draw(seed)).scenario();
      double calls = scenario.normalRate() * scenario.returnsSeconds()
          + scenario.laterRate() * scenario.number(Field.OBSERVE);
      assertThat(calls).as("calls in world " + seed).isLessThan(400_000);
      assertThat(scenario.clients()).isBetween(1, 2_000);
      assertThat(Notes.of(scenario)).as("notes on world " + seed).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "worlds --count 0 | --count: 0 (expected: a whole number from 1 to 1000000)",
        "worlds --count | --count: nothing (expected: a value)",
        "worlds --policies magic | --policies: magic (expected: evenkeel,",
        "worlds --colour | --colour: unknown (expected: --count,",
      })
  void wrongCommandLine_isExitCode2AndSaysWhatIsExpected(String line, String message) {
    assertThat(run(line.split(" "))).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("error: ").contains(message);
  }
}
