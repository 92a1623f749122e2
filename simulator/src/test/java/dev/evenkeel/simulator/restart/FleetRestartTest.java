package dev.evenkeel.simulator.restart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** S11, with few seeds and nodes, as the build shall stay quick; docs/failback.md has more. */
class FleetRestartTest {

  private static final double PEAK = 1.05; // of the headroom
  private static final double ALL_READY = 1.15; // of the shortest time

  @ParameterizedTest
  @CsvSource({"20, 1", "20, 2", "20, 3", "60, 1", "200, 1"})
  void withAStore_startUpLoadKeepsToTheHeadroom_andAllAreReadySoon(int nodes, long seed) {
    RestartResult result = RestartTable.run(RestartCase.SHARED, nodes, seed);
    assertThat(result.ready()).isEqualTo(nodes);
    assertThat(result.peak()).isLessThanOrEqualTo(PEAK);
    assertThat(result.allReady()).isLessThanOrEqualTo(ALL_READY);
    assertThat(result.othersLost()).isLessThan(0.001);
  }

  @Test
  void withoutAGate_nobodyStarts_andEverybodyElseIsHit() {
    RestartResult result = RestartTable.run(RestartCase.WITHOUT, 100, 1);
    assertThat(result.ready()).isLessThan(100);
    assertThat(result.othersLost()).isGreaterThan(0.5);
  }

  @ParameterizedTest
  @EnumSource(value = RestartCase.class, mode = Mode.EXCLUDE, names = "WITHOUT")
  void withAGate_allStart_andNobodyElseIsHit(RestartCase one) {
    RestartResult result = RestartTable.run(one, 100, 4);
    assertThat(result.ready()).isEqualTo(100);
    assertThat(result.allReady()).isLessThan(1.4);
    assertThat(result.peak()).isLessThan(2);
    assertThat(result.othersLost()).isLessThan(0.01);
  }

  @Test
  void oneNode_startsAtOnce() {
    RestartResult result = RestartTable.run(RestartCase.SHARED, 1, 1);
    assertThat(result.peak()).isLessThanOrEqualTo(PEAK);
    assertThat(result.allReady()).isLessThan(4); // half a second, and what its 16 at a time take
  }

  @Test
  void sameSeed_isTheSameRun() {
    assertThat(RestartTable.run(RestartCase.SHARED, 20, 7))
        .isEqualTo(RestartTable.run(RestartCase.SHARED, 20, 7));
  }

  @Test
  void table_hasARowForEachCase() {
    assertThat(RestartTable.of(List.of(5), 1, 2).lines().count())
        .isEqualTo(2 + RestartCase.values().length);
  }
}
