package dev.evenkeel.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.simulator.world.WorldResult;
import dev.evenkeel.simulator.world.WorldSummary;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The two promises, in worlds that nobody has chosen; {@code docs/worlds.md} says which. */
class WorldsTest {

  private static final long FIRST_SEED = 500_001;

  @Test
  void threeHundredWorlds_breakNoPromise() throws InterruptedException {
    WorldsOptions options = WorldsOptions.parse(List.of(
        "--count", "300", "--first-seed", Long.toString(FIRST_SEED), "--policies", "judged"));
    PrintStream nowhere =
        new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    List<WorldResult> results = WorldsCommand.results(options, new Progress(nowhere, false));
    assertThat(results).hasSize(300);
    assertThat(results.stream().filter(result -> result.judged() > 0).count())
        .as("worlds in which liveness can be judged")
        .isGreaterThan(180);
    assertThat(results.stream()
            .filter(result -> !result.broken().isEmpty())
            .map(WorldSummary::remark)
            .toList())
        .isEmpty();
  }
}
