package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BaselineTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long LATENCY = 50_000_000;

  private long now = Long.MAX_VALUE - 20 * SECOND; // wraps around
  private final Baseline baseline = new Baseline(Tolerance.STANDARD, now);

  /** A second with this many calls. */
  private void second(int good, int bad, long latency) {
    for (int i = 0; i < good + bad; i++) {
      baseline.onOffered(1);
    }
    for (int i = 0; i < good; i++) {
      baseline.onSuccess(latency, 1);
    }
    for (int i = 0; i < bad; i++) {
      baseline.onFailure();
    }
    now += SECOND;
    baseline.sample(now);
  }

  private void healthy(int seconds) {
    for (int i = 0; i < seconds; i++) {
      second(80, 0, LATENCY);
    }
  }

  @Test
  void healthySeconds_areRemembered() {
    healthy(60);
    assertThat(baseline.memory().rate()).isCloseTo(80, within(0.1));
    assertThat(baseline.memory().latencyNanos()).isCloseTo(LATENCY, within(1.0));
  }

  @Test
  void secondsBeforeTheTrip_teachNothing_evenIfTheirCallsSucceeded() {
    healthy(60);
    for (int i = 0; i < 8; i++) {
      second(20, 0, 18 * LATENCY); // a queue builds up
    }
    baseline.forgetLatest();
    healthy(1);
    assertThat(baseline.memory().rate()).isCloseTo(80, within(0.1));
    assertThat(baseline.memory().latencyNanos()).isCloseTo(LATENCY, within(1.0));
  }

  /** A process that was deployed a moment ago: its load rose for 8 s and has been full for 10. */
  @Test
  void trafficThatRoseBeforeTheTrip_wasBorne_ifCallsTookNoLonger() {
    for (int i = 0; i < 8; i++) {
      second(5 + 10 * i, 0, LATENCY);
    }
    healthy(10);
    assertThat(baseline.memory().rate()).isLessThan(60);
    baseline.forgetLatest();
    assertThat(baseline.memory().rate()).isCloseTo(80, within(0.1));
  }

  @Test
  void trafficThatRoseBeforeTheTrip_wasNotBorne_ifCallsTookLongerOrFailed() {
    for (int failed : new int[] {0, 40}) {
      long latency = failed == 0 ? 2 * LATENCY : LATENCY;
      Baseline risen = new Baseline(Tolerance.STANDARD, now);
      for (int i = 0; i < 35; i++) {
        boolean late = i >= 25;
        risen.onOffered(late ? 300 : 80);
        risen.onSuccess(late ? latency : LATENCY, late ? 240 : 80);
        for (int j = 0; late && j < failed; j++) {
          risen.onFailure();
        }
        now += SECOND;
        risen.sample(now);
      }
      risen.forgetLatest();
      assertThat(risen.memory().rate()).as(failed + " failed").isCloseTo(80, within(0.1));
    }
  }

  @Test
  void chanceBeforeTheTrip_isNoRise() {
    healthy(25);
    for (int i = 0; i < 10; i++) {
      second(87, 0, LATENCY); // 870 where 800 +- 28 are usual
    }
    baseline.forgetLatest();
    assertThat(baseline.memory().rate()).isCloseTo(80, within(0.1));
  }

  @Test
  void fewCalls_andAnOldMemory_knowNoRise() {
    for (int i = 0; i < 20; i++) {
      second(i < 10 ? 1 : 2, 0, LATENCY); // 20 calls where 10 are usual: chance, of so few
    }
    baseline.forgetLatest();
    assertThat(baseline.memory().rate()).isCloseTo(1, within(0.1));
    Baseline old = new Baseline(Tolerance.STANDARD, now);
    for (int i = 0; i < 70; i++) {
      int calls = i < 60 ? 80 : 160;
      old.onOffered(calls);
      old.onSuccess(LATENCY, calls);
      now += SECOND;
      old.sample(now);
    }
    old.forgetLatest();
    assertThat(old.memory().rate()).isCloseTo(80, within(0.1));
  }

  /** As a fleet's members are asked for their memory, long before anything comes back. */
  @Test
  void secondOfTheTrip_teachesNothing_ifItIsPassedOver() {
    healthy(60);
    for (int i = 0; i < 80; i++) {
      baseline.onOffered(1);
      if (i < 30) {
        baseline.onSuccess(LATENCY, 1); // the others hang
      } else if (i < 45) {
        baseline.onFailure();
      }
    }
    now += SECOND / 2;
    baseline.forgetLatest();
    baseline.passOver();
    for (int i = 0; i < 20; i++) {
      now += SECOND;
      baseline.sample(now);
    }
    assertThat(baseline.memory().burst()).isZero();
    assertThat(baseline.memory().rate()).isCloseTo(80, within(0.1));
    assertThat(baseline.memory().failureShare()).isZero();
  }

  @Test
  void outage_teachesNothing() {
    healthy(60);
    for (int i = 0; i < 60; i++) {
      second(1, 79, LATENCY);
    }
    assertThat(baseline.memory().rate()).isCloseTo(80, within(0.1));
  }

  @Test
  void youngMemory_isBetterThanNone() {
    healthy(5);
    assertThat(baseline.memory().rate()).isZero();
    baseline.forgetLatest();
    assertThat(baseline.memory().rate()).isCloseTo(80, within(0.1));
  }

  @Test
  void latency_isTheMeanOfAllCalls_notTheLeastOfAFew() {
    for (int i = 0; i < 60; i++) {
      second(40, 0, LATENCY);
      second(40, 0, 3 * LATENCY);
    }
    assertThat(baseline.memory().latencyNanos()).isCloseTo(2 * LATENCY, within(0.1 * LATENCY));
  }

  @Test
  void rareCalls_areCountedByTime() {
    for (int i = 0; i < 200; i++) {
      now += 5 * SECOND;
      second(1, 0, LATENCY);
    }
    assertThat(baseline.memory().rate()).isCloseTo(1 / 6.0, within(0.01));
    assertThat(baseline.memory().latencyNanos()).isCloseTo(LATENCY, within(1.0));
  }

  @Test
  void carefulLevel_isKeptOverATripSoonAfterClosing_andForgottenLater() {
    assertThat(baseline.lesson(now).goodLevel()).isEqualTo(1);
    baseline.closed(Lesson.NONE.withGoodLevel(0.2), 1e6, now);
    assertThat(baseline.lesson(now + 5 * SECOND).goodLevel()).isEqualTo(0.2);
    assertThat(baseline.lesson(now + 60 * SECOND).goodLevel()).isEqualTo(1);
  }

  @Test
  void usual_isWhatCallsTakeOfLate_thenInHealthyTimes_orOnTheWayBackIfThatIsMore() {
    assertThat(baseline.usualNanos()).as("not known").isEqualTo(-1);
    baseline.onOffered(2);
    baseline.onSuccess(1_000, 2);
    assertThat(baseline.usualNanos()).as("of late").isEqualTo(1_000);
    healthy(60);
    assertThat(baseline.usualNanos()).isCloseTo(LATENCY, within(0.01 * LATENCY));
    baseline.cameBackLate(50 * SECOND);
    baseline.cameBackLate(2 * SECOND);
    assertThat(baseline.returnedNanos()).as("the longest").isEqualTo(50e9);
    baseline.cameBackLate(600 * SECOND);
    assertThat(baseline.returnedNanos()).as("the process stood still").isEqualTo(60e9);
    baseline.closed(Lesson.NONE, 3e9, now);
    assertThat(baseline.usualNanos()).as("on the way back").isEqualTo(3e9);
  }

  @Test
  void begun_countsWhatWasAskedForSinceItResumed_lessAShareOfWhatIsUnderWay() {
    healthy(3);
    baseline.resume(now);
    baseline.onOffered(10);
    second(0, 4, LATENCY); // and four that failed
    baseline.onOffered(6);
    baseline.onUnjudged();
    assertThat(baseline.begun(0)).isEqualTo(19);
    assertThat(baseline.begun(1)).as("those that ended").isEqualTo(4);
    assertThat(baseline.begun(0.5)).isEqualTo(11.5);
  }

  @Test
  void secondsBeforeTheTrip_teachNothingLaterEither() {
    healthy(60);
    for (int i = 0; i < 8; i++) {
      second(20, 0, 18 * LATENCY);
    }
    baseline.forgetLatest();
    healthy(12);
    assertThat(baseline.memory().rate()).isCloseTo(80, within(0.1));
    assertThat(baseline.memory().latencyNanos()).isCloseTo(LATENCY, within(1.0));
  }

  @Test
  void second_isLearnedWhenItIsTenSecondsOld() {
    healthy(10);
    assertThat(baseline.memory().rate()).isZero();
    healthy(1);
    assertThat(baseline.memory().rate()).isCloseTo(80, within(0.1));
  }

  @Test
  void secondsWithoutCalls_areNotTakenForSlowOnes() {
    healthy(60);
    for (int i = 0; i < 60; i++) {
      second(0, 0, LATENCY);
    }
    assertThat(baseline.memory().rate()).isCloseTo(80, within(0.1));
  }

  /** What a second teaches in which so many calls were asked for, succeeded and failed. */
  private static double learned(int offered, int good, int bad) {
    Baseline fresh = new Baseline(Tolerance.STANDARD, 0);
    fresh.onOffered(offered);
    fresh.onSuccess(LATENCY, good);
    for (int i = 0; i < bad; i++) {
      fresh.onFailure();
    }
    fresh.sample(SECOND);
    fresh.forgetLatest();
    return fresh.memory().rate();
  }

  @Test
  void second_isHealthyWithFourFifthsOfTheFailuresThatTrip_butNotWithMore() {
    assertThat(learned(100, 60, 40)).isEqualTo(60);
    assertThat(learned(100, 59, 41)).isZero();
  }

  @Test
  void second_isHealthyIfHalfOfWhatWasAskedForEnded_butNotWithLess() {
    assertThat(learned(80, 36, 4)).isEqualTo(36);
    assertThat(learned(80, 39, 0)).isZero();
  }

  @Test
  void sampledCalls_countAsManyOfTheSameLatency() {
    for (int i = 0; i < 30; i++) {
      now += SECOND;
      baseline.onSuccess(LATENCY, 64);
      baseline.sample(now);
    }
    assertThat(baseline.memory().rate()).isCloseTo(64, within(0.1));
    assertThat(baseline.memory().latencyNanos()).isCloseTo(LATENCY, within(1.0));
  }

  @Test
  void demand_followsWhatIsAskedForInAboutFiveSeconds() {
    second(100, 0, LATENCY);
    assertThat(baseline.memory().demand()).as("after one second").isCloseTo(100, within(0.1));
    for (int i = 0; i < 30; i++) {
      second(50, 50, LATENCY);
    }
    assertThat(baseline.memory().demand()).isCloseTo(100, within(0.1));
    for (int i = 0; i < 5; i++) {
      second(0, 0, LATENCY);
    }
    assertThat(baseline.memory().demand()).as("1/e of it").isCloseTo(36.8, within(0.1));
  }

  @Test
  void demand_isAveragedOnceASecond_notMoreOften() {
    for (int i = 0; i < 2; i++) {
      double before = baseline.memory().demand();
      baseline.onOffered(10 + i);
      baseline.sample(now + SECOND - 1);
      assertThat(baseline.memory().demand()).isEqualTo(before);
      now += SECOND;
      baseline.sample(now);
      assertThat(baseline.memory().demand()).isNotEqualTo(before);
    }
  }

  @Test
  void moreThanAThousandCallsASecond_areMany() {
    second(1_000, 0, LATENCY);
    assertThat(baseline.isBusy()).isFalse();
    second(1_100, 0, LATENCY);
    assertThat(baseline.isBusy()).isTrue();
  }

  @Test
  void demand_isAveragedOverEnoughCalls_butNotForEver() {
    assertThat(Baseline.demandHorizonSeconds(0)).isEqualTo(5);
    assertThat(Baseline.demandHorizonSeconds(80)).isEqualTo(5);
    assertThat(Baseline.demandHorizonSeconds(1.6)).isEqualTo(10);
    assertThat(Baseline.demandHorizonSeconds(0.16)).isEqualTo(100);
    assertThat(Baseline.demandHorizonSeconds(0.001)).isEqualTo(120);
  }

  @Test
  void second_isJudgedByTheFailuresThatTrip() {
    for (int bad : new int[] {8, 9}) {
      Baseline strict = new Baseline(new Tolerance(0.1, 1, Long.MAX_VALUE, 60), 0);
      strict.onOffered(100);
      strict.onSuccess(LATENCY, 100 - bad);
      for (int i = 0; i < bad; i++) {
        strict.onFailure();
      }
      strict.sample(SECOND);
      strict.forgetLatest();
      assertThat(strict.memory().rate()).isEqualTo(bad == 8 ? 92 : 0);
    }
  }

  @Test
  void failures_areRemembered() {
    for (int i = 0; i < 90; i++) {
      second(72, 8, LATENCY);
    }
    assertThat(baseline.memory().failureShare()).isCloseTo(0.1, within(1e-9));
    assertThat(baseline.memory().rate()).isCloseTo(72, within(0.1));
  }

  @Test
  void brownoutOfAMinute_doesNotMoveTheLatency() {
    healthy(200);
    for (int i = 0; i < 60; i++) {
      second(79, 0, 10 * LATENCY);
    }
    baseline.forgetLatest();
    assertThat(baseline.memory().latencyNanos()).isCloseTo(LATENCY, within(1.0));
  }

  @Test
  void callsThatSayNothing_areNotMissing() {
    for (int good : new int[] {19, 20}) {
      Baseline fresh = new Baseline(Tolerance.STANDARD, 0);
      fresh.onOffered(80);
      fresh.onSuccess(LATENCY, good);
      for (int i = 0; i < 40; i++) {
        fresh.onUnjudged();
      }
      fresh.sample(SECOND);
      fresh.forgetLatest();
      assertThat(fresh.memory().rate()).as("of 40").isEqualTo(good == 20 ? 20 : 0);
    }
  }

  /** A second at whose end so many calls more are in flight. */
  private void piledUp(int calls) {
    baseline.onOffered(calls);
    second(80, 0, LATENCY);
  }

  private void done(int calls) {
    baseline.onOffered(80 - calls);
    baseline.onSuccess(LATENCY, 80);
    now += SECOND;
    baseline.sample(now);
  }

  @Test
  void burst_isWhatWasInFlightBeyondASteadyLoad_andFades() {
    healthy(60);
    assertThat(baseline.memory().burst()).isZero();
    piledUp(40);
    done(40);
    healthy(8);
    assertThat(baseline.memory().burst()).as("not yet old enough").isZero();
    healthy(1);
    // 80 calls/s of 50 ms are 4 at once, and 4 sigma and 3 more.
    assertThat(baseline.memory().burst()).isCloseTo(40 - 15, within(1e-6));
    healthy(1);
    assertThat(baseline.memory().burst()).isCloseTo(0.98 * 40 - 15, within(1e-6));
  }

  /** All calls of 40 s come at one instant; the first answer makes the sample. */
  private void burst(int calls) {
    baseline.onOffered(calls);
    now += 40 * SECOND;
    baseline.onSuccess(LATENCY, 1);
    baseline.sample(now);
    baseline.onSuccess(LATENCY, calls - 1);
    now += SECOND;
    baseline.sample(now);
  }

  @Test
  void callsOfOneInstant_areABurst_andNoRate() {
    for (int i = 0; i < 20; i++) {
      burst(410);
    }
    assertThat(baseline.memory().rate()).as("410 in 41 s").isCloseTo(10, within(0.1));
    assertThat(baseline.memory().burst()).as("at once").isCloseTo(409, within(10.0));
  }

  @Test
  void burstThatFails_isNone() {
    healthy(60);
    baseline.onOffered(500);
    second(80, 0, LATENCY);
    for (int i = 0; i < 500; i++) {
      baseline.onFailure();
    }
    healthy(12);
    assertThat(baseline.memory().burst()).isZero();
    assertThat(baseline.memory().rate()).isCloseTo(80, within(0.1));
  }

  @Test
  void callsThatSayNothing_areNoLongerInFlight() {
    healthy(60);
    piledUp(40);
    for (int i = 0; i < 40; i++) {
      baseline.onUnjudged();
    }
    healthy(1);
    piledUp(20);
    done(20);
    healthy(12);
    assertThat(baseline.memory().burst()).as("of 40, not of 60").isLessThan(25);
  }

  /** What is remembered after ten seconds with so few calls. */
  private double afterTenSecondsWith(int good) {
    healthy(60);
    now += 9 * SECOND;
    second(good, 0, LATENCY);
    healthy(10); // it is learned when it is ten seconds old
    return baseline.memory().rate();
  }

  @Test
  void timeInWhichNobodyAsked_hardlyCounts() {
    assertThat(afterTenSecondsWith(79))
        .as("a tenth of the way to 7.9")
        .isCloseTo(80 - 0.1 * (80 - 7.9), within(1e-6));
  }

  @Test
  void timeWithATenthOfTheCalls_isASlowOne() {
    assertThat(afterTenSecondsWith(80))
        .as("as ten seconds of twenty")
        .isCloseTo(8 + 72 * Math.exp(-0.5), within(1e-6));
  }

  @Test
  void idleHours_areForgottenSoon() {
    healthy(60);
    now += 7_199 * SECOND;
    second(1, 0, LATENCY);
    healthy(10);
    assertThat(baseline.memory().rate()).isCloseTo(72, within(0.1));
  }

  @Test
  void resume_beginsTheCountAnew_andKeepsWhatIsRemembered() {
    healthy(60);
    Memory before = baseline.memory();
    baseline.onOffered(1_000);
    baseline.onSuccess(9 * LATENCY, 1_000);
    baseline.onFailure();
    now += 100 * SECOND;
    baseline.resume(now);
    assertThat(baseline.memory()).isEqualTo(before);
    healthy(1);
    assertThat(baseline.memory().demand()).isCloseTo(80, within(1e-6));
    healthy(12);
    assertThat(baseline.memory().rate()).isCloseTo(80, within(1e-6));
    assertThat(baseline.memory().latencyNanos()).isCloseTo(LATENCY, within(1.0));
    assertThat(baseline.memory().burst()).isZero();
  }

  @Test
  void resume_beginsASecond() {
    baseline.onOffered(10);
    now += SECOND - 1;
    baseline.resume(now);
    baseline.onOffered(20);
    baseline.sample(now + 1);
    baseline.sample(now + SECOND - 1);
    assertThat(baseline.memory().demand()).as("not yet").isZero();
    baseline.sample(now + SECOND);
    assertThat(baseline.memory().demand()).isEqualTo(20);
  }

  @Test
  void resume_forgetsWhatIsInFlight() {
    healthy(60);
    baseline.onOffered(100);
    baseline.resume(now);
    for (int i = 0; i < 30; i++) {
      baseline.onSuccess(LATENCY, 5); // of before
      baseline.onOffered(5);
      second(80, 0, LATENCY);
    }
    assertThat(baseline.memory().burst()).isZero();
  }

  @Test
  void callsBegunLately_areCountedInSlots_ratherTooFew() {
    healthy(40);
    assertThat(baseline.begunWithin(20e9, now)).isBetween(80L * 15, 80L * 20);
    assertThat(baseline.begunWithin(3e9, now)).as("less than a slot").isLessThanOrEqualTo(80 * 3);
    assertThat(baseline.begunWithin(0, now)).isZero();
    assertThat(baseline.begunWithin(1e15, now)).as("all").isEqualTo(80 * 40);
    now += 60 * SECOND; // nobody asks
    assertThat(baseline.begunWithin(50e9, now)).isZero();
    second(80, 0, LATENCY);
    assertThat(baseline.begunWithin(50e9, now))
        .as("began a minute ago, at least")
        .isZero();
    healthy(700);
    assertThat(baseline.begunWithin(1e15, now)).as("ten minutes").isBetween(80L * 632, 80L * 640);
    baseline.resume(now);
    assertThat(baseline.begunWithin(1e15, now)).isZero();
  }
}
