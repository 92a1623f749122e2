package dev.evenkeel.simulator.backlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * S14: what pacing saves, with a few seeds; {@code -Devenkeel.measure=true} also holds the table of
 * docs/failback.md against all 20.
 */
class BacklogTest {

  private static final Path PAGE = Path.of("../docs/failback.md");

  @Test
  void withoutAnything_theBacklogTakesTheNextSystemDown_andIsNeverDrained() {
    BacklogResult without = BacklogCase.WITHOUT.run(1001);
    assertThat(without.others()).isLessThan(0.1);
    assertThat(without.drainSeconds()).isInfinite();
  }

  @ParameterizedTest
  @ValueSource(longs = {1001, 1002, 1003})
  void pacedFromTheReturnOn_andOldWorkShedFirst_theNextSystemDoesNotNotice(long seed) {
    BacklogResult paced = BacklogCase.SHEDDING.run(seed);
    assertThat(paced.relapses()).isZero();
    assertThat(paced.othersMinute()).isGreaterThan(0.99);
    assertThat(paced.goodput()).isGreaterThan(0.95 * Backlog.CAPACITY);
    // The backlog over the headroom is 180 s.
    assertThat(paced.drainSeconds()).isLessThan(220);
  }

  @ParameterizedTest
  @EnumSource(BacklogCase.class)
  void thePage_hasARowForEachCase(BacklogCase one) throws IOException {
    assertThat(Files.readString(PAGE)).contains("| " + one.protection() + " | ");
  }

  @Test
  void theSameSeed_isTheSameRun_andTheTableSaysSo() throws IOException {
    String row = BacklogTable.row(BacklogCase.SHEDDING, 7, 1);
    assertThat(BacklogTable.row(BacklogCase.SHEDDING, 7, 1)).isEqualTo(row);
    if (Boolean.getBoolean("evenkeel.measure")) {
      assertThat(Files.readString(PAGE)).contains(BacklogTable.of(1001, 20));
    }
  }
}
