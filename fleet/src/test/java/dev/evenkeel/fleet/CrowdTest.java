package dev.evenkeel.fleet;

import static dev.evenkeel.fleet.Rows.calls;
import static dev.evenkeel.fleet.Rows.following;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.failback.MemberReport;
import dev.evenkeel.failback.Memory;
import dev.evenkeel.failback.StepSums;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class CrowdTest {

  private static final long ROUND = 3;

  private final Crowd crowd = new Crowd(ROUND, true);

  private StepSums since(List<Row> rows) {
    return crowd.since(rows, 0);
  }

  private static List<Row> members(int count, StepSums sums) {
    return new ArrayList<>(Rows.some(count, i -> following("m" + i, ROUND, sums)));
  }

  @Test
  void since_twoSteps_countsEachCallOnce() {
    assertThat(since(members(20, calls(10, 8, 0))).good()).isEqualTo(160);
    StepSums second = since(members(20, calls(25, 18, 1)));
    assertThat(second.offered()).isEqualTo(300);
    assertThat(second.good()).isEqualTo(200);
    assertThat(second.bad()).isEqualTo(20);
    StepSums third = since(members(20, calls(25, 18, 1)));
    assertThat(third.good() + third.bad()).as("nothing new").isZero();
  }

  @Test
  void since_takenOver_doesNotCountWhatWasBefore() {
    Crowd second = new Crowd(ROUND, false);
    assertThat(second.since(members(20, calls(10, 8, 0)), 0).good()).isZero();
    assertThat(second.since(members(20, calls(20, 18, 0)), 0).good()).isEqualTo(200);
  }

  @Test
  void since_otherRound_isNotCounted() {
    List<Row> rows = members(2, calls(10, 8, 0));
    rows.add(following("late", ROUND - 1, calls(100, 80, 0)));
    assertThat(since(rows).good()).isEqualTo(16);
  }

  @Test
  void since_memberThatBeganAnew_countsNothingNegative() {
    var unused = since(members(3, calls(10, 8, 0)));
    StepSums sums = since(members(3, calls(2, 1, 0)));
    assertThat(sums.good()).isZero();
    assertThat(sums.offered()).isZero();
  }

  @Test
  void since_liarWithAThousandTimesTheTraffic_weighsAsFourMembers() {
    List<Row> rows = members(199, calls(10, 8, 0));
    rows.add(following("liar", ROUND, calls(10_000, 0, 10_000)));
    StepSums sums = since(rows);
    assertThat(sums.bad()).isLessThanOrEqualTo(40);
    assertThat(sums.offered()).isCloseTo(2_000, Percentage.withPercentage(2));
  }

  @Test
  void since_liarWithAThousandTimesTheLatency_movesTheMeanByTwoPercent() {
    List<Row> rows = members(199, calls(10, 8, 0));
    StepSums slow = new StepSums(10, 2, 8, 0, 8 * 50e9, 0, 8, 1e9, 1e12, 1);
    rows.add(following("liar", ROUND, slow));
    StepSums sums = since(rows);
    assertThat(sums.nanos() / sums.good()).isCloseTo(50e6, Percentage.withPercentage(2));
    assertThat(sums.logs()).as("says nothing about trials").isZero();
  }

  @Test
  void since_memberWhoseOwnNetworkIsBroken_isLeftOut() {
    List<Row> rows = members(19, calls(10, 8, 0));
    rows.add(following("broken", ROUND, calls(10, 0, 8)));
    assertThat(since(rows).bad()).isZero();
  }

  @Test
  void since_halfOfTheMembersFail_counts() {
    List<Row> rows = members(10, calls(10, 8, 0));
    for (int i = 0; i < 10; i++) {
      rows.add(following("failing" + i, ROUND, calls(10, 0, 8)));
    }
    assertThat(since(rows).bad()).isEqualTo(80);
  }

  @Test
  void since_judgedInAnotherTrial_isNotJudged() {
    assertThat(crowd.since(members(2, calls(10, 8, 0)), 1).judged()).isZero();
  }

  @Test
  void memory_sums_ratesAndMeansLatency() {
    Memory memory = Crowd.memory(Rows.some(20, i -> Rows.open("m" + i)));
    assertThat(memory.rate()).isCloseTo(200, within(1e-9));
    assertThat(memory.demand()).isCloseTo(200, within(1e-9));
    assertThat(memory.latencyNanos()).isCloseTo(Rows.MEMORY.latencyNanos(), within(1.0));
  }

  @Test
  void memory_burstsOfAFew_areChance() {
    Memory bursty = new Memory(10, 50e6, 0, 100, 10);
    MemberReport report = new MemberReport(Kind.OPEN, 0, bursty, 0, 0, 0, 0, 0, StepSums.NOTHING);
    List<Row> rows = new ArrayList<>(Rows.some(15, i -> Rows.open("m" + i)));
    rows.addAll(Rows.some(5, i -> new Row("b" + i, 0, report)));
    assertThat(Crowd.memory(rows).burst()).isZero();
    assertThat(Crowd.memory(Rows.some(4, i -> new Row("b" + i, 0, report))).burst())
        .isEqualTo(400);
  }

  @Test
  void memory_nobody_isNone() {
    assertThat(Crowd.memory(List.of())).isEqualTo(Memory.NONE);
  }
}
