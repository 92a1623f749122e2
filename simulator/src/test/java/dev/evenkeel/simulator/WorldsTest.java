package dev.evenkeel.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.simulator.world.WorldResult;
import dev.evenkeel.simulator.world.WorldSummary;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The two promises, in worlds that nobody has chosen; {@code docs/worlds.md} says which. */
class WorldsTest {

  private static final long FIRST_SEED = 500_001;

  /**
   * Worlds in which a promise is still broken: open work, {@code docs/failback.md} section 2a says
   * what kinds. The list must be exact: nothing may be added to it, and what holds leaves it.
   */
  private static final Set<Long> STILL_BROKEN = Set.of(500_077L, 500_091L, 500_133L, 500_141L);

  @Test
  void threeHundredWorlds_breakNoPromiseThatIsNotKnownToBeBroken() throws InterruptedException {
    WorldsOptions options = WorldsOptions.parse(List.of(
        "--count", "300", "--first-seed", Long.toString(FIRST_SEED), "--policies", "judged"));
    PrintStream nowhere =
        new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    List<WorldResult> results = WorldsCommand.results(options, new Progress(nowhere, false));
    assertThat(results).hasSize(300);
    assertThat(results.stream().filter(result -> result.judged() > 0).count())
        .as("worlds in which liveness can be judged")
        .isGreaterThan(180);
    List<WorldResult> broken =
        results.stream().filter(result -> !result.broken().isEmpty()).toList();
    assertThat(broken.stream()
            .filter(result -> !STILL_BROKEN.contains(result.world().seed()))
            .map(WorldSummary::remark)
            .toList())
        .isEmpty();
    assertThat(broken.stream().map(result -> result.world().seed()).collect(Collectors.toSet()))
        .as("what holds now leaves the list")
        .isEqualTo(STILL_BROKEN);
  }
}
