package dev.evenkeel.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LivenessJudgeTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long ABLE = 100 * SECOND;
  private static final long WITHIN = 60 * SECOND;

  private final CallLog log = new CallLog(ABLE);

  private static LivenessJudge judge(long endSeconds) {
    return new LivenessJudge(new long[] {ABLE}, new long[] {WITHIN}, endSeconds * SECOND);
  }

  /** A call a second, from one second to before another. */
  private void asked(int from, int to, boolean admitted) {
    for (int second = from; second < to; second++) {
      log.asked(0, admitted, second * SECOND);
    }
  }

  private List<Broken.Promise> broken(long endSeconds) {
    return judge(endSeconds).judge(log).stream().map(Broken::promise).toList();
  }

  @Test
  void allAdmittedAndClosedInTime_isNoBreach() {
    log.changed(0, false, 50 * SECOND);
    asked(100, 159, false);
    asked(159, 400, true);
    log.changed(0, true, 219 * SECOND);
    assertThat(broken(400)).isEmpty();
  }

  @Test
  void refusesOn_isABreach() {
    log.changed(0, false, 50 * SECOND);
    asked(100, 170, false);
    asked(170, 400, true);
    log.changed(0, true, 200 * SECOND);
    assertThat(broken(400)).containsExactly(Broken.Promise.ALL_ADMITTED);
  }

  @Test
  void twoRefusedByChance_areNone() {
    asked(100, 158, true);
    asked(158, 162, false);
    asked(162, 400, true);
    assertThat(broken(400)).isEmpty();
  }

  @Test
  void closesTooLate_isABreach() {
    log.changed(0, false, 50 * SECOND);
    asked(100, 400, true);
    log.changed(0, true, 221 * SECOND);
    log.changed(0, false, 222 * SECOND);
    assertThat(broken(400)).containsExactly(Broken.Promise.CLOSED);
  }

  @Test
  void closedAllAlong_needsNoChange() {
    asked(100, 400, true);
    assertThat(broken(400)).isEmpty();
  }

  @Test
  void tripsAgainAndStaysOpen_isABreach() {
    asked(100, 200, true);
    log.changed(0, false, 200 * SECOND);
    asked(200, 400, false);
    assertThat(broken(400)).containsExactly(Broken.Promise.ALL_ADMITTED);
  }

  @Test
  void tooShortARun_isNotJudged() {
    log.changed(0, false, 50 * SECOND);
    asked(100, 150, false);
    assertThat(judge(150).judged()).isZero();
    assertThat(broken(150)).isEmpty();
  }

  @Test
  void neverAble_isNotJudged() {
    LivenessJudge judge =
        new LivenessJudge(new long[] {Long.MAX_VALUE}, new long[] {WITHIN}, 1_000 * SECOND);
    asked(100, 900, false);
    assertThat(judge.judged()).isZero();
    assertThat(judge.judge(log)).isEmpty();
  }
}
