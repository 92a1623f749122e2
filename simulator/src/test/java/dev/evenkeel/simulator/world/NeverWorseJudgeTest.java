package dev.evenkeel.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NeverWorseJudgeTest {

  private static Loss loss(long lost, int relapses) {
    return new Loss("some", 100_000, lost, new Relapses(relapses, true), 1, 1, 0);
  }

  private static Loss neverBack() {
    return new Loss("some", 100_000, 90_000, new Relapses(0, false), 1, 0, 0);
  }

  private static List<Broken.Promise> relapsesInFiveRuns(int[] ours, int[] theirs) {
    NeverWorseJudge judge = new NeverWorseJudge(0, 50);
    for (int i = 0; i < 5; i++) {
      judge.add(loss(1_000, ours[i]), List.of(loss(1_000, theirs[i]), loss(1_000, 0)));
    }
    return judge.judge().stream().map(Broken::promise).toList();
  }

  private static List<Broken> judge(Loss ours, List<Loss> theirs, double noticeCalls) {
    NeverWorseJudge judge = new NeverWorseJudge(noticeCalls, 50);
    judge.add(ours, theirs);
    return judge.judge();
  }

  /** 1,000 of the median + 100 to notice + 2 s of 50/s + 3 + 3 sigma of 1,200 calls. */
  @ParameterizedTest
  @CsvSource({"0, false", "1200, false", "1306, false", "1307, true", "50000, true"})
  void lost_isHeldAgainstTheMedian(long lost, boolean isBroken) {
    List<Loss> theirs = List.of(loss(5_000, 0), loss(0, 0), loss(1_000, 0));
    List<Broken> broken = judge(loss(lost, 0), theirs, 100);
    assertThat(broken.stream().map(Broken::promise).toList())
        .isEqualTo(isBroken ? List.of(Broken.Promise.LOSES_NO_MORE) : List.of());
  }

  @ParameterizedTest
  @CsvSource({"0, false", "2, false", "3, true"})
  void relapses_areHeldAgainstTheMost(int relapses, boolean isBroken) {
    List<Loss> theirs = List.of(loss(0, 2), loss(0, 0), loss(0, 1));
    List<Broken> broken = judge(loss(0, relapses), theirs, 0);
    assertThat(broken.stream().map(Broken::promise).toList())
        .isEqualTo(isBroken ? List.of(Broken.Promise.NO_MORE_RELAPSES) : List.of());
  }

  @Test
  void breach_saysWithFigures() {
    List<Loss> theirs = List.of(loss(5_000, 0), loss(0, 0), loss(1_000, 0));
    assertThat(judge(loss(9_000, 0), theirs, 100).get(0).figures())
        .contains("lost 9000 of 100000", "1000 (0 to 5000) + 100 to notice + 100 (2 s)");
  }

  @Test
  void oneBadDraw_isOutvoted() {
    NeverWorseJudge judge = new NeverWorseJudge(0, 50);
    judge.add(loss(9_000, 1), List.of(loss(1_000, 0)));
    assertThat(judge.judge()).hasSize(2);
    for (int i = 0; i < 4; i++) {
      judge.add(loss(1_000, 0), List.of(loss(1_000, 0)));
    }
    assertThat(judge.judge()).isEmpty();
  }

  @Test
  void aRelapseInTwoOfFive_isABreach() {
    NeverWorseJudge judge = new NeverWorseJudge(0, 50);
    for (int i = 0; i < 5; i++) {
      judge.add(loss(1_000, i % 3 == 0 ? 1 : 0), List.of(loss(1_000, 0)));
    }
    assertThat(judge.judge())
        .extracting(Broken::promise)
        .containsExactly(Broken.Promise.NO_MORE_RELAPSES);
  }

  @Test
  void moreThanTwoSigmaOfTheirRelapses_areABreach() {
    int[] theirs = {2, 2, 2, 2, 1};
    assertThat(relapsesInFiveRuns(new int[] {3, 3, 3, 3, 3}, theirs)).isEmpty();
    assertThat(relapsesInFiveRuns(new int[] {4, 3, 3, 3, 3}, theirs))
        .containsExactly(Broken.Promise.NO_MORE_RELAPSES);
  }

  @Test
  void relapses_areNotHeldAgainstWhoeverNeverCameBack() {
    NeverWorseJudge judge = new NeverWorseJudge(0, 50);
    judge.add(loss(1_000, 9), List.of(loss(1_000, 0), neverBack()));
    assertThat(judge.judge()).isEmpty();
    judge.add(loss(1_000, 2), List.of(loss(1_000, 0), loss(1_000, 0)));
    assertThat(judge.judge())
        .as("with another seed theirs did come back")
        .extracting(Broken::promise)
        .containsExactly(Broken.Promise.NO_MORE_RELAPSES);
  }

  @Test
  void whatIsLost_isHeldAgainstWhoeverNeverCameBack() {
    NeverWorseJudge judge = new NeverWorseJudge(0, 50);
    judge.add(loss(95_000, 0), List.of(neverBack()));
    assertThat(judge.judge())
        .extracting(Broken::promise)
        .containsExactly(Broken.Promise.LOSES_NO_MORE);
  }
}
