package dev.evenkeel.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the guards save, with a few seeds; {@code -Devenkeel.measure=true} also holds the table of
 * docs/fleets.md against all 20.
 */
class FleetTest {

  private static final Path PAGE = Path.of("../docs/fleets.md");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void sharedOutage_takesTheFleetOut_andNotWithTheGuard(long seed) {
    FleetResult without = FleetCase.SHARED_WITHOUT.run(seed);
    assertThat(without.leastInService()).isZero();
    assertThat(without.servedMeanwhile()).isLessThan(0.1);

    FleetResult guarded = FleetCase.SHARED_GUARDED.run(seed);
    assertThat(guarded.leastInService()).isEqualTo(SharedOutage.NODES);
    assertThat(guarded.secondsNotAllIn()).isZero();
    // Seven of ten requests do not need what is dead.
    assertThat(guarded.servedMeanwhile()).isBetween(0.69, 0.71);
    assertThat(guarded.servedAfter()).isGreaterThan(0.98).isGreaterThan(without.servedAfter());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void oneOfThreeDependencies_takesTheFleetOutForHalfAMinute_andNotWithAFleetSignal(long seed) {
    FleetResult without = FleetCase.ONE_OF_THREE_WITHOUT.run(seed);
    assertThat(without.servedMeanwhile()).isLessThan(0.1);

    FleetResult guarded = FleetCase.ONE_OF_THREE_GUARDED.run(seed);
    assertThat(guarded.secondsNotAllIn()).isBetween(30, 45);
    assertThat(guarded.servedMeanwhile()).isGreaterThan(0.5);

    FleetResult signal = FleetCase.ONE_OF_THREE_SIGNAL.run(seed);
    assertThat(signal.leastInService()).isGreaterThanOrEqualTo(SharedOutage.NODES * 8 / 10);
    assertThat(signal.servedMeanwhile()).isBetween(0.69, 0.71);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void blackHole_attractsHalfOfTheTraffic_andIsTakenOutByTheGuard(long seed) {
    FleetResult without = FleetCase.BLACK_HOLE_WITHOUT.run(seed);
    assertThat(without.servedMeanwhile()).isLessThan(0.5);

    FleetResult guarded = FleetCase.BLACK_HOLE_GUARDED.run(seed);
    assertThat(guarded.servedMeanwhile()).isGreaterThan(0.9);
    assertThat(guarded.leastInService()).as("nobody else is out").isEqualTo(BlackHole.NODES - 1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void allFailFast_forAReasonNobodyChecks_andTheGuardTakesNobodyOut(long seed) {
    FleetResult without = FleetCase.ALL_FAIL_WITHOUT.run(seed);
    FleetResult guarded = FleetCase.ALL_FAIL_GUARDED.run(seed);
    assertThat(guarded.leastInService()).isEqualTo(BlackHole.NODES);
    assertThat(guarded.servedMeanwhile()).isBetween(0.39, 0.41);

    FleetResult signal = FleetCase.ALL_FAIL_SIGNAL.run(seed);
    assertThat(signal.leastInService()).isGreaterThanOrEqualTo(BlackHole.NODES * 6 / 10);
    assertThat(signal.servedMeanwhile()).isGreaterThan(without.servedMeanwhile() - 0.01);
  }

  @ParameterizedTest
  @EnumSource(FleetCase.class)
  void thePage_hasARowForEachCase(FleetCase one) throws IOException {
    assertThat(Files.readString(PAGE)).contains("| " + one.trouble() + " | " + one.guard() + " |");
  }

  @Test
  void theSameSeed_isTheSameRun_andTheTableSaysSo() throws IOException {
    String row = FleetTable.row(FleetCase.BLACK_HOLE_GUARDED, 7, 1);
    assertThat(FleetTable.row(FleetCase.BLACK_HOLE_GUARDED, 7, 1)).isEqualTo(row);
    if (Boolean.getBoolean("evenkeel.measure")) {
      assertThat(Files.readString(PAGE)).contains(FleetTable.of(1, 20));
    }
  }
}
