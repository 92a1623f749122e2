package dev.evenkeel.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class GeneratorTest {

  private static long with(String field, String value) {
    return LongStream.range(0, 2_000)
        .filter(seed -> value.equals(Generator.draw(seed).fields().get(field)))
        .count();
  }

  private static long with(String field) {
    return LongStream.range(0, 2_000)
        .filter(seed -> Generator.draw(seed).fields().containsKey(field))
        .count();
  }

  @Test
  void sameSeed_sameWorld_andAnotherSeedAnother() {
    assertThat(Generator.draw(7)).isEqualTo(Generator.draw(7));
    assertThat(Generator.draw(8)).isNotEqualTo(Generator.draw(7));
  }

  @Test
  void halfOfTheWorlds_haveNoLimitOfCapacity() {
    assertThat(with("server.limit", "none")).isBetween(1_000L, 1_400L);
  }

  @Test
  void everythingOdd_isDrawnOftenEnough() {
    for (String field : new String[] {
      "server.slowFactor", "server.errorShare", "server.coldErrorShare", "server.hitShareAfter",
      "server.stepAfter", "server.capacityAfter", "clients.loadAfter", "clients.burstEvery",
      "clients.burst", "clients.firstShare", "clients.restartShare", "clients.resetShare",
      "clients.freezeShare", "clients.startupLength", "clients.samples", "clients.deadline",
      "clients.clock", "clients.clockStep", "trouble.brownout", "trouble.againAfter",
      "evenkeel.slowCallRate"
    }) {
      assertThat(with(field)).as(field).isGreaterThan(50);
    }
    assertThat(with("trouble.kind", "flapping")).isGreaterThan(50);
    assertThat(with("trouble.kind", "slow")).isGreaterThan(50);
    assertThat(with("server.deadCalls", "hang")).isGreaterThan(50);
    assertThat(with("evenkeel.windowType", "time")).isGreaterThan(50);
  }

  @Test
  void asAFile_itSaysHowToRunItAgain() {
    assertThat(Generator.draw(7).text("two\nlines"))
        .startsWith("# two\n# lines\n# Run it with --first-seed 7.\nname = W7\nclients.count = ");
  }
}
