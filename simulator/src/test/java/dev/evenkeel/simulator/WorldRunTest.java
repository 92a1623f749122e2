package dev.evenkeel.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.simulator.world.Broken;
import dev.evenkeel.simulator.world.Generator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is compared with what; {@code docs/worlds.md}. */
class WorldRunTest {

  private static List<Broken.Promise> broken(long seed) {
    return new WorldRun(Generator.draw(seed))
        .result(List.of()).broken().stream().map(Broken::promise).toList();
  }

  /** Ten rare callers trip by a row of failures, which the window of 20 calls never does. */
  @Test
  void onlyOursHasTripped_isNoMatterOfTheWayBack() {
    assertThat(broken(1_180_052)).doesNotContain(Broken.Promise.LOSES_NO_MORE);
  }

  /** The same rule, but one of theirs has tripped: it counts, as it did. */
  @Test
  void theirsHasTrippedToo_isJudgedWithTheRule() {
    assertThat(broken(1_161_252)).contains(Broken.Promise.LOSES_NO_MORE);
  }
}
