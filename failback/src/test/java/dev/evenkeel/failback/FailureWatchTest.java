package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.failback.FailureWatch.Finding;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Which failures are borne, which are answered, and which are a relapse. */
class FailureWatchTest {

  private static final double AT_ONCE = 1e-12; // seconds, in which nothing is forgotten
  private static final long PATIENCE = 250_000_000;
  private static final Offset<Double> EXACTLY = within(1e-9);

  private long now = Long.MAX_VALUE - PATIENCE / 2; // wraps around

  private Finding judge(FailureWatch watch, long good, long bad) {
    return watch.judge(Sums.failures(good, bad), AT_ONCE, now, PATIENCE);
  }

  private Finding judge(FailureWatch watch, long good, long bad, int inFlight) {
    StepSums sums = Sums.of(good + bad, 0, good, bad, 1e6, inFlight);
    return watch.judge(sums, AT_ONCE, now, PATIENCE);
  }

  @Test
  void whatFailedInHealthyTimes_isBorne_fivePercentAtLeast() {
    assertThat(new FailureWatch(0.5, 0).borne()).isEqualTo(0.05);
    assertThat(new FailureWatch(0.5, 0.2).borne()).isEqualTo(0.2);
    // 20 % and about three times 4 %
    assertThat(judge(new FailureWatch(0.5, 0.2), 68, 32)).isEqualTo(Finding.BORNE);
    assertThat(judge(new FailureWatch(0.5, 0.2), 67, 33)).isEqualTo(Finding.TOO_MANY);
  }

  /** One of which a fifth failed, and which was therefore answered. */
  private FailureWatch answered() {
    FailureWatch watch = new FailureWatch(0.5, 0);
    assertThat(judge(watch, 80, 20)).isEqualTo(Finding.TOO_MANY);
    return watch;
  }

  @Test
  void comparison_beginsWhenTheAnswerShows() {
    FailureWatch watch = answered();
    now += PATIENCE - 1;
    assertThat(judge(watch, 700, 300)).as("as if nothing was").isEqualTo(Finding.BORNE);
    now++;
    assertThat(judge(watch, 80, 20)).isEqualTo(Finding.NOT_LOAD);
  }

  @Test
  void comparison_takesEightFailuresThatWereToBeExpected() {
    FailureWatch watch = answered();
    now += PATIENCE;
    // 20 of 100 count as 17.9 %, with 16 calls more that fail as usual.
    assertThat(judge(watch, 40, 4)).as("7.9").isEqualTo(Finding.BORNE);
    assertThat(watch.borne()).isEqualTo(0.05);
    assertThat(judge(watch, 0, 1)).as("more than half").isEqualTo(Finding.NOT_LOAD);
    assertThat(watch.borne()).as("a tenth more than 5 of 45").isCloseTo(5.5 / 45, EXACTLY);
  }

  @Test
  void comparison_inWhichLessThanHalfFails_saysItWasTheLoad() {
    FailureWatch watch = answered();
    now += PATIENCE;
    assertThat(judge(watch, 47, 3)).isEqualTo(Finding.BORNE);
    assertThat(watch.borne()).isEqualTo(0.05);
    assertThat(judge(watch, 80, 20)).as("the next event").isEqualTo(Finding.TOO_MANY);
  }

  @Test
  void whatIsBorne_isNeverMoreThanWhatTrips() {
    FailureWatch watch = new FailureWatch(0.3, 0);
    assertThat(judge(watch, 72, 28)).isEqualTo(Finding.TOO_MANY);
    now += PATIENCE;
    assertThat(judge(watch, 72, 28)).isEqualTo(Finding.NOT_LOAD);
    assertThat(watch.borne()).isEqualTo(0.3);
  }

  /** One that bears 0.11. */
  private FailureWatch bearing() {
    FailureWatch watch = answered();
    now += PATIENCE;
    assertThat(judge(watch, 45, 5)).isEqualTo(Finding.NOT_LOAD);
    assertThat(watch.borne()).isCloseTo(0.11, EXACTLY);
    return watch;
  }

  @Test
  void whatNoLongerFails_isForgottenInAMinute() {
    FailureWatch watch = bearing();
    watch.judge(Sums.failures(100, 0), 60, now, PATIENCE);
    assertThat(watch.borne()).isCloseTo(0.05 + 0.06 / Math.E, EXACTLY);
  }

  @Test
  void whatStillFails_isNotForgotten_asSeenOverTenSeconds() {
    FailureWatch watch = bearing();
    watch.judge(Sums.failures(90, 10), 10, now, PATIENCE);
    double needed = 1.1 * (1 - 1 / Math.E) * 0.1;
    double expected = needed + (0.11 - needed) * Math.exp(-1 / 6.0);
    assertThat(watch.borne()).isCloseTo(expected, EXACTLY);
  }

  @Test
  void relapse_isByTheShareThatTrips() {
    assertThat(judge(new FailureWatch(0.3, 0), 12, 5)).isEqualTo(Finding.TOO_MANY);
    assertThat(judge(new FailureWatch(0.3, 0), 11, 5)).isEqualTo(Finding.RELAPSE);
    assertThat(judge(new FailureWatch(0.02, 0), 96, 5))
        .as("what is borne")
        .isNotEqualTo(Finding.RELAPSE);
    assertThat(judge(new FailureWatch(0.02, 0), 95, 5)).isEqualTo(Finding.RELAPSE);
  }

  /** After a hundred good answers, of which half count by then. */
  private boolean relapses(double borne, long good, long bad) {
    FailureWatch watch = new FailureWatch(0.5, borne);
    judge(watch, 100, 0);
    return judge(watch, good, bad) == Finding.RELAPSE;
  }

  @Test
  void relapse_isByMoreCalls_theNearerWhatIsBorneIsToWhatTrips() {
    // 3.5 standard deviations of 0.4 are 0.1 in 294 calls.
    assertThat(relapses(0.4, 48, 99)).isTrue();
    assertThat(relapses(0.4, 49, 98)).isFalse();
  }

  @Test
  void relapse_isByFiveHundredCallsAtMost() {
    assertThat(relapses(0.45, 100, 150)).isTrue();
    assertThat(relapses(0.45, 101, 149)).isFalse();
  }

  /** After so many good answers that only a row counts. */
  private FailureWatch longGood(double threshold, double borne) {
    FailureWatch watch = new FailureWatch(threshold, borne);
    judge(watch, 1_000_000, 0);
    return watch;
  }

  @Test
  void row_isLongerWhereSomeFailAnyway_soThatChanceMakesItOnceInAMillionTimes() {
    FailureWatch watch = longGood(0.5, 0.4);
    assertThat(judge(watch, 0, 15)).as("0.4 to the 15th").isNotEqualTo(Finding.RELAPSE);
    assertThat(judge(watch, 0, 1)).isEqualTo(Finding.RELAPSE);
  }

  @Test
  void row_endsAtLast_evenIfNearlyAllIsBorne() {
    FailureWatch watch = longGood(1, 0.995);
    for (int i = 0; i < 1_374; i++) {
      assertThat(judge(watch, 0, 1)).as("failure %s", i).isNotEqualTo(Finding.RELAPSE);
    }
    assertThat(judge(watch, 0, 1)).as("0.99 to the 1,375th").isEqualTo(Finding.RELAPSE);
  }

  @Test
  void row_isFive_whereLittleIsBorne() {
    assertThat(judge(longGood(0.5, 0), 0, 4)).isNotEqualTo(Finding.RELAPSE);
    assertThat(judge(longGood(0.5, 0), 0, 5)).isEqualTo(Finding.RELAPSE);
  }

  @Test
  void failuresThatAreBackFirst_areWeighedWithWhatIsUnderWay_untilOneIsGood() {
    assertThat(judge(new FailureWatch(0.5, 0), 0, 5, 5)).isEqualTo(Finding.RELAPSE);
    assertThat(judge(new FailureWatch(0.5, 0), 0, 5, 6)).isEqualTo(Finding.TOO_MANY);
    FailureWatch watch = new FailureWatch(0.5, 0);
    judge(watch, 1_000, 0, 6);
    assertThat(judge(watch, 0, 5, 6)).as("in a row").isEqualTo(Finding.RELAPSE);
  }

  @Test
  void failuresThatAreBackFirst_areNoEvent_ifTheyAreFewOfWhatIsUnderWay() {
    assertThat(judge(new FailureWatch(0.5, 0), 0, 3, 4)).as("of 7").isEqualTo(Finding.BORNE);
    assertThat(judge(new FailureWatch(0.5, 0), 0, 3, 3)).isEqualTo(Finding.TOO_MANY);
  }

  /** Of calls that take a second, so many began in the last one; the failures came at once. */
  private Finding judgeQuickFailures(FailureWatch watch, long good, long bad, int inFlight) {
    StepSums sums = new StepSums(good + bad, 0, good, bad, good * 1e9, 0, good, 0, 0, inFlight);
    return watch.judge(sums, AT_ONCE, now, PATIENCE);
  }

  @Test
  void whatMayStillBeGood_isCounted_alsoWhenSomeWere() {
    FailureWatch watch = new FailureWatch(0.5, 0.2);
    watch.began(100, 1, 1e9);
    assertThat(judgeQuickFailures(watch, 1, 20, 79)).isEqualTo(Finding.BORNE);
    FailureWatch without = new FailureWatch(0.5, 0.2);
    without.began(0, 1, 1e9);
    assertThat(judgeQuickFailures(without, 1, 20, 0)).isEqualTo(Finding.RELAPSE);
  }

  @Test
  void whatHasBeenUnderWayForLongerThanACallTakes_isNotCounted() {
    FailureWatch watch = new FailureWatch(0.5, 0.2);
    assertThat(judgeQuickFailures(watch, 1, 0, 80)).isEqualTo(Finding.BORNE);
    watch.began(100, 1, 1e9);
    watch.began(0, 10, 1e9);
    assertThat(judgeQuickFailures(watch, 0, 20, 79)).isEqualTo(Finding.RELAPSE);
  }

  @Test
  void failuresThatTakeAsLongAsSuccesses_areKnownNoSooner() {
    FailureWatch watch = new FailureWatch(0.5, 0.2);
    watch.began(100, 1, 1e6); // as long as the failures of judge() take
    assertThat(judge(watch, 1, 20, 79)).isEqualTo(Finding.RELAPSE);
  }

  @Test
  void fewCalls_areJudgedByWhatChanceDoesToFew() {
    assertThat(judge(new FailureWatch(0.9, 0.1), 6, 4))
        .as("1 of 80 by chance")
        .isEqualTo(Finding.BORNE);
    assertThat(judge(new FailureWatch(0.9, 0.1), 5, 5)).as("1 of 600").isEqualTo(Finding.TOO_MANY);
    assertThat(judge(new FailureWatch(0.9, 0.1), 0, 3)).as("all").isEqualTo(Finding.TOO_MANY);
  }

  /** The worst of many steps: what comes after it is better, whatever is done. */
  @Test
  void fewCallsOfWhichAllFailed_areComparedWithWhatIsLikely() {
    FailureWatch watch = new FailureWatch(0.9, 0.07);
    assertThat(judge(watch, 0, 3)).isEqualTo(Finding.TOO_MANY);
    now += PATIENCE;
    assertThat(judge(watch, 33, 5)).as("an eighth").isEqualTo(Finding.NOT_LOAD);
  }

  /** A burst of 40 of which 37 took 50 ms, and then the timeouts of the rest after a second. */
  @Test
  void timeoutsThatComeBackLast_areWeighedWithTheSuccessesThatBeganWithThem() {
    FailureWatch watch = new FailureWatch(0.5, 0.05);
    watch.began(40, 0.2, 50e6);
    assertThat(watch.judge(Sums.good(37, 50e6), 0.2, now, PATIENCE)).isEqualTo(Finding.BORNE);
    StepSums timeouts = Sums.of(0, 0, 0, 3, 1e9);
    assertThat(watch.judge(timeouts, 0.5, now, PATIENCE)).isEqualTo(Finding.BORNE);
    FailureWatch late = new FailureWatch(0.5, 0.05);
    late.began(40, 0.2, 50e6);
    late.judge(Sums.good(37, 50e6), 0.2, now, PATIENCE);
    assertThat(late.judge(timeouts, 60, now, PATIENCE))
        .as("long after")
        .isEqualTo(Finding.TOO_MANY);
  }
}
