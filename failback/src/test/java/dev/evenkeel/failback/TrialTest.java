package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** When more is tried than was borne, how fast, and when it goes back. */
class TrialTest {

  private static final double LATENCY = 50_000_000;
  private static final Offset<Double> EXACTLY = within(1e-9);

  private double multiple = 2;

  private void observe(Trial trial, long answers, double latency, double seconds) {
    trial.observe(multiple, Sums.good(answers, latency), seconds);
  }

  private double next(Trial trial) {
    multiple = trial.next(multiple, LATENCY / 1e9, 0);
    return multiple;
  }

  /** So many answers within so long, after which it goes on. */
  private double goOn(Trial trial, long answers, double latency, double seconds) {
    observe(trial, answers, latency, seconds);
    return next(trial);
  }

  /** One that has begun and knows nothing of before. */
  private Trial blind() {
    multiple = 2;
    Trial trial = new Trial(0, 20, 0);
    assertThat(next(trial)).as("it begins where it was").isEqualTo(2);
    return trial;
  }

  /** One that has begun and knows how quick the dependency was. */
  private Trial knowing() {
    Trial trial = new Trial(0, 20, 0);
    observe(trial, 1_000, LATENCY, 1);
    next(trial);
    return trial;
  }

  /** Calls fail while more is tried. */
  private void fails(Trial trial) {
    next(trial);
    trial.tooMuch(0);
    multiple = 2;
  }

  /** Whether three times as slow answers, after 16 s of quick ones, make it go back. */
  private boolean goesBack(double callSeconds) {
    multiple = 2;
    Trial trial = new Trial(0, 20, 0);
    observe(trial, 100, LATENCY, 16);
    for (int i = 0; i < 5 && !trial.isFull(); i++) {
      multiple = trial.next(multiple, callSeconds, 0);
      observe(trial, 100, 3 * LATENCY, 1);
    }
    return trial.isFull();
  }

  @Test
  void longCalls_areNotComparedWithThoseThatCameBackFirst() {
    assertThat(goesBack(7.9)).as("16 s are twice what a call takes").isTrue();
    assertThat(goesBack(8.1)).isFalse();
  }

  @Test
  void first_isDueAfterFifteenSeconds() {
    Trial trial = new Trial(0, 20, 0);
    observe(trial, 0, LATENCY, 14.9);
    assertThat(trial.isDue()).isFalse();
    observe(trial, 0, LATENCY, 0.2);
    assertThat(trial.isDue()).isTrue();
    assertThat(trial.waitSeconds()).isEqualTo(15);
  }

  @Test
  void first_isDueSoonerWhereLessMayBeRefused() {
    assertThat(new Trial(0, 4, 0).waitSeconds()).isEqualTo(3);
  }

  @Test
  void next_isDueAfterFiveSeconds_andTwiceAsLongEachTime_upToTwoMinutes() {
    Trial trial = new Trial(0, 20, 0);
    for (double wait : new double[] {5, 10, 20, 40, 80, 120, 120}) {
      fails(trial);
      assertThat(trial.waitSeconds()).isEqualTo(wait);
      observe(trial, 0, LATENCY, wait - 0.1);
      assertThat(trial.isDue()).as("before %s s", wait).isFalse();
      observe(trial, 0, LATENCY, 0.2);
      assertThat(trial.isDue()).as("after %s s", wait).isTrue();
    }
  }

  @Test
  void waitOfTheRampBefore_isTakenOver_andDoubles() {
    assertThat(new Trial(3, 20, 0).waitSeconds())
        .as("never less than the first")
        .isEqualTo(15);
    Trial trial = new Trial(40, 20, 0);
    assertThat(trial.waitSeconds()).isEqualTo(40);
    fails(trial);
    assertThat(trial.waitSeconds()).isEqualTo(80);
    trial = new Trial(100, 20, 0);
    fails(trial);
    assertThat(trial.waitSeconds()).isEqualTo(120);
  }

  @Test
  void aDependencyThatHasBecomeQuicker_isTriedSooner() {
    Trial trial = knowing();
    for (int i = 0; i < 3; i++) {
      observe(trial, 1_000, LATENCY, 1);
      fails(trial); // 5, 10, 20
    }
    observe(trial, 1_000, LATENCY / 2, 4.9);
    assertThat(trial.isDue()).as("not at once").isFalse();
    observe(trial, 1_000, LATENCY / 2, 0.2);
    assertThat(trial.isDue()).isTrue();
    Trial unchanged = knowing();
    for (int i = 0; i < 3; i++) {
      observe(unchanged, 1_000, LATENCY, 1);
      fails(unchanged);
    }
    observe(unchanged, 1_000, LATENCY, 10);
    assertThat(unchanged.isDue()).isFalse();
  }

  @Test
  void aDependencyThatHasBecomeQuicker_isNotTriedBeforeTheUsualWaitWhereThatIsShort() {
    Trial trial = knowing();
    fails(trial);
    fails(trial); // 10
    observe(trial, 1_000, LATENCY / 2, 9);
    assertThat(trial.isDue()).isFalse();
  }

  @Test
  void growth_isThreeTenthsOfTheLogarithmASecond() {
    assertThat(goOn(blind(), 100, LATENCY, 1)).isCloseTo(2 * Math.exp(0.3), EXACTLY);
  }

  @Test
  void growth_isNoFasterThanAnswersCome() {
    assertThat(goOn(blind(), 1, LATENCY, 2)).isCloseTo(2 * Math.exp(0.4), EXACTLY);
    assertThat(goOn(blind(), 0, LATENCY, 2)).isEqualTo(2);
  }

  @Test
  void growth_isNoFasterThanItCanShow() {
    Trial trial = blind();
    observe(trial, 100, LATENCY, 1);
    assertThat(trial.next(2, 5, 0))
        .as("a fifth of a latency")
        .isCloseTo(2 * Math.exp(0.2), EXACTLY);
  }

  @Test
  void growth_countsTwoSecondsAtMost() {
    assertThat(goOn(blind(), 100, LATENCY, 60)).isCloseTo(2 * Math.exp(0.6), EXACTLY);
  }

  @Test
  void growth_countsWhatCameWhileTheLimitDidNotBind() {
    Trial trial = blind();
    observe(trial, 50, LATENCY, 0.5);
    observe(trial, 50, LATENCY, 0.5);
    assertThat(next(trial)).isCloseTo(2 * Math.exp(0.3), EXACTLY);
    assertThat(next(trial)).as("once").isCloseTo(2 * Math.exp(0.3), EXACTLY);
  }

  /** How far it gets with nothing that tells. */
  private Trial atTheLimit() {
    Trial trial = blind();
    for (int i = 0; i < 10 && multiple < 6; i++) {
      goOn(trial, 100, LATENCY, 2);
    }
    assertThat(multiple).as("three times what was borne").isEqualTo(6);
    return trial;
  }

  @Test
  void limit_isThreeTimesWhatWasBorne_untilThreeAnswersInThreeSeconds() {
    Trial few = atTheLimit();
    assertThat(goOn(few, 2, LATENCY, 3.1)).as("two answers").isEqualTo(6);
    assertThat(goOn(few, 1, LATENCY, 0.1)).as("the third").isGreaterThan(6);
    Trial soon = atTheLimit();
    assertThat(goOn(soon, 100, LATENCY, 2.9)).as("2.9 s").isEqualTo(6);
    assertThat(goOn(soon, 100, LATENCY, 0.2)).isCloseTo(6 * Math.exp(0.06), EXACTLY);
    for (int i = 0; i < 3; i++) {
      goOn(soon, 100, LATENCY, 2);
    }
    assertThat(multiple).as("and three times that").isEqualTo(18);
  }

  @Test
  void whatDoesNotBecomeSlower_isTriedFasterAndFaster() {
    Trial trial = knowing();
    assertThat(goOn(trial, 1_000, LATENCY, 1)).isCloseTo(2 * Math.exp(0.3), EXACTLY);
    assertThat(goOn(trial, 1_000, LATENCY, 1))
        .as("1.35 times as many tell nothing yet")
        .isCloseTo(2 * Math.exp(0.6), EXACTLY);
    double before = multiple;
    goOn(trial, 1_000, LATENCY, 1);
    assertThat(multiple / before).as("with the pace of before").isCloseTo(Math.exp(0.3), EXACTLY);
    double pace = 0.3 * 1.5; // by half a second, from 1.5 times as many on
    for (int i = 0; i < 6; i++) {
      before = multiple;
      goOn(trial, 1_000, LATENCY, 1);
      assertThat(multiple / before).as("second %s", i).isCloseTo(Math.exp(pace), EXACTLY);
      pace = Math.min(0.7, 1.5 * pace);
    }
    assertThat(multiple).as("no limit").isGreaterThan(18);
  }

  @Test
  void pace_isTheFirstOneInEachTrial() {
    Trial trial = knowing();
    for (int i = 0; i < 6; i++) {
      goOn(trial, 1_000, LATENCY, 1);
    }
    trial.tooMuch(0);
    multiple = 2;
    next(trial);
    assertThat(goOn(trial, 1_000, LATENCY, 1)).isCloseTo(2 * Math.exp(0.3), EXACTLY);
  }

  @Test
  void whatBecomesSlower_isFull_andItGoesBackToWhereItBegan() {
    Trial trial = knowing();
    for (int i = 0; i < 5; i++) {
      goOn(trial, 1_000, LATENCY, 1);
    }
    assertThat(multiple).isGreaterThan(6);
    for (int i = 0; i < 20 && multiple > 2; i++) {
      goOn(trial, 1_000, 2 * LATENCY, 1);
    }
    assertThat(multiple).isEqualTo(2);
    assertThat(trial.isDue()).isFalse();
    assertThat(trial.waitSeconds()).isEqualTo(5);
  }

  @Test
  void failuresThatWereNotTheLoad_takeNothingAway() {
    Trial trial = new Trial(0, 20, 0);
    fails(trial);
    assertThat(trial.isFull()).isTrue();
    assertThat(trial.waitSeconds()).isEqualTo(5);
    fails(trial);
    trial.notTooMuch();
    assertThat(trial.isFull()).as("the first time it was").isTrue();
    fails(trial);
    assertThat(trial.waitSeconds()).as("the second is as if it had not been").isEqualTo(10);
    Trial never = new Trial(0, 20, 0);
    never.tooMuch(0);
    never.notTooMuch();
    assertThat(never.isFull()).isFalse();
  }

  @Test
  void failuresWhileNothingIsTried_putNoTrialOffForLonger() {
    Trial trial = new Trial(0, 20, 0);
    for (int i = 0; i < 10; i++) {
      trial.tooMuch(0);
      assertThat(trial.isFull()).isTrue();
      assertThat(trial.waitSeconds()).as("flap %s", i).isEqualTo(5);
      trial = new Trial(trial.waitSeconds(), 20, 0); // the next ramp
    }
    fails(trial);
    assertThat(trial.waitSeconds()).as("after one that failed").isEqualTo(10);
    trial.tooMuch(0);
    assertThat(trial.waitSeconds()).isEqualTo(10);
  }
}
