package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.failback.RampController.Decision;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Which failures the ramp lets pass, answers by stepping back, and takes for a relapse. */
class RampFailuresTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long STEP = SECOND / 5;
  private static final double LATENCY = 50_000_000;
  private static final Offset<Double> EXACTLY = within(1e-9);

  private long now = Long.MAX_VALUE - SECOND; // wraps around

  /** A process with 1,000 calls/s of 50 ms, which begins with a quarter of them. */
  private RampController ramp(double demand) {
    return ramp(Failback.standard(), demand);
  }

  private RampController ramp(Failback settings, double demand) {
    return Ramps.ramp(settings, 1_000, LATENCY, LATENCY, demand, 1, now);
  }

  /** One that has reached all of them. */
  private RampController fullRamp(double demand) {
    RampController ramp = ramp(demand);
    step(ramp, 2 * STEP, 400, 0);
    assertThat(ramp.share()).isCloseTo(1, EXACTLY);
    return ramp;
  }

  /** At 1,000 calls a second, with one refused, so that the limit binds. */
  private Decision step(RampController ramp, long elapsed, long good, long bad) {
    now += elapsed;
    return ramp.step(now, Sums.of(elapsed / 1_000_000, 1, good, bad, LATENCY));
  }

  /** Whether so many failures make a new ramp step back instead of growing. */
  private boolean stepsBack(long good, long bad) {
    RampController ramp = ramp(1_000);
    assertThat(step(ramp, STEP, good, bad)).isEqualTo(Decision.CONTINUE);
    assertThat(ramp.share()).isNotEqualTo(0.25);
    return ramp.share() < 0.25;
  }

  @Test
  void allowance_isFivePercentAndThreeStandardErrors() {
    assertThat(stepsBack(88, 12)).as("of 100").isFalse();
    assertThat(stepsBack(87, 13)).isTrue();
    assertThat(stepsBack(929, 71)).as("of 1,000").isFalse();
    assertThat(stepsBack(928, 72)).isTrue();
    assertThat(stepsBack(7_162, 438)).as("of 7,600").isFalse();
    assertThat(stepsBack(7_161, 439)).isTrue();
  }

  @Test
  void fewerThanThreeFailures_areNoEvent_whateverTheirShare() {
    assertThat(stepsBack(1, 2)).isFalse();
    assertThat(stepsBack(3, 3)).isTrue();
  }

  @Test
  void stepBack_isToNineTenthsOfTheDeliveredGoodput() {
    RampController ramp = fullRamp(1_000);
    step(ramp, 2 * SECOND, 1_600, 400);
    assertThat(ramp.share()).as("of 800 calls/s").isCloseTo(0.72, EXACTLY);
  }

  @Test
  void stepBack_isToNineTenthsOfItsShare_ifMoreWasDelivered() {
    RampController ramp = fullRamp(1_000);
    step(ramp, SECOND, 1_500, 300);
    assertThat(ramp.share()).isCloseTo(0.9, EXACTLY);
  }

  @Test
  void stepBack_isNotFurtherThanToHalf() {
    RampController ramp = fullRamp(1_000);
    step(ramp, SECOND, 110, 100);
    assertThat(ramp.share()).isCloseTo(0.5, EXACTLY);
  }

  @Test
  void stepBack_fromAboveAlsoTakesBackTheCallsInFlight() {
    RampController ramp = fullRamp(4_000);
    step(ramp, STEP, 200, 0);
    assertThat(ramp.maxInFlight()).as("twice 50, and two").isEqualTo(102);
    step(ramp, STEP, 180, 60);
    assertThat(ramp.maxInFlight()).isEqualTo(52);
  }

  /** Ten times the load may be in flight by now, and borne: a few failures are about the rate. */
  @Test
  void stepBack_leavesNineTenthsOfWhatIsInFlight_ifThatIsMoreThanInHealthyTimes() {
    RampController ramp = fullRamp(40_000);
    for (int i = 0; i < 5; i++) {
      step(ramp, STEP, 2_000, 0);
    }
    assertThat(ramp.maxInFlight()).isGreaterThan(1_000);
    now += STEP;
    var unused = ramp.step(now, Sums.of(2_000, 1, 1_600, 400, LATENCY, 500));
    assertThat(ramp.maxInFlight()).as("0.9 of 500, and two").isEqualTo(452);
  }

  @Test
  void stepBack_isOncePerEvent_untilItsEffectShows() {
    RampController ramp = fullRamp(1_000);
    step(ramp, SECOND, 800, 200);
    long untilAnswersAreNew = STEP + (long) LATENCY;
    step(ramp, untilAnswersAreNew - 1, 800, 200);
    double grown = 0.72 * Math.pow(1.5, 0.25);
    assertThat(ramp.share()).as("a nanosecond early").isCloseTo(grown, within(1e-6));
    step(ramp, 1, 800, 200);
    assertThat(ramp.share()).as("as many fail as before: not the load").isCloseTo(2, within(1e-6));
  }

  @Test
  void stepBack_comesAgain_ifTheFirstOneHelped() {
    RampController ramp = fullRamp(1_000);
    step(ramp, SECOND, 800, 200);
    step(ramp, SECOND, 920, 80);
    assertThat(ramp.share()).as("less than half: it was the load").isCloseTo(1.08, EXACTLY);
    step(ramp, SECOND, 800, 200);
    assertThat(ramp.share()).as("of 800").isCloseTo(0.72, EXACTLY);
  }

  @Test
  void rateAfterAStepBack_growsByHalfASecond() {
    RampController ramp = fullRamp(4_000);
    step(ramp, SECOND, 500, 200);
    assertThat(ramp.share()).isCloseTo(0.5, EXACTLY);
    step(ramp, SECOND, 500, 0);
    assertThat(ramp.share()).isCloseTo(0.75, EXACTLY);
    step(ramp, SECOND / 2, 400, 0);
    assertThat(ramp.share()).isCloseTo(0.75 * Math.sqrt(1.5), EXACTLY);
  }

  @Test
  void rateAfterAStepBack_isHeldUntilItIsMoreThanTwiceWhatIsAskedFor() {
    Failback doubling = Failback.builder().growthPerSecond(2).build();
    RampController ramp = ramp(doubling, 1_000);
    step(ramp, 2 * STEP, 400, 0);
    step(ramp, SECOND, 500, 200);
    assertThat(ramp.share()).isEqualTo(0.5);
    step(ramp, SECOND, 1_000, 0);
    assertThat(ramp.share()).isEqualTo(1);
    step(ramp, SECOND, 1_000, 0);
    assertThat(ramp.share()).as("of 1,000 calls/s, while 1,000 are asked for").isEqualTo(2);
    step(ramp, SECOND, 1_000, 0);
    assertThat(ramp.share()).as("the calls in flight alone").isGreaterThan(4);
  }

  @Test
  void whileTheRateAfterAStepBackBinds_noMoreCallsInFlightAreAllowedThanWereQuicklyReached() {
    RampController ramp = fullRamp(1_500);
    step(ramp, STEP, 140, 60);
    assertThat(ramp.share()).isLessThan(1);
    for (int i = 0; i < 10; i++) {
      step(ramp, STEP, Math.round(1_500 * ramp.admitProbability() / 5), 0);
      assertThat(ramp.maxInFlight()).as("twice 50, and 2").isLessThanOrEqualTo(102);
    }
  }

  @Test
  void relapse_isFiveFailuresThatAreHalfOfTheCalls() {
    assertThat(step(ramp(1_000), STEP, 5, 5)).isEqualTo(Decision.RELAPSE);
    assertThat(step(ramp(1_000), STEP, 6, 5)).as("less than half").isEqualTo(Decision.CONTINUE);
    assertThat(step(ramp(1_000), STEP, 1, 4)).as("four").isEqualTo(Decision.CONTINUE);
  }

  @Test
  void relapse_isByTheLastSixteenCalls() {
    RampController relapsing = ramp(1_000);
    step(relapsing, STEP, 1, 4);
    assertThat(step(relapsing, STEP, 2, 2)).as("3/4 of 4, and 2").isEqualTo(Decision.RELAPSE);
    RampController fading = ramp(1_000);
    step(fading, STEP, 1, 3);
    assertThat(step(fading, STEP, 2, 2)).as("3/4 of 3, and 2").isEqualTo(Decision.CONTINUE);
    RampController forgotten = ramp(1_000);
    step(forgotten, STEP, 1_000, 0);
    step(forgotten, STEP, 16, 4);
    assertThat(step(forgotten, STEP, 8, 8)).as("of the last 16").isEqualTo(Decision.RELAPSE);
  }

  @Test
  void relapse_isFiveFailuresInARow_evenAfterManySuccesses() {
    RampController five = fullRamp(1_000);
    assertThat(step(five, STEP, 0, 5)).isEqualTo(Decision.RELAPSE);
    RampController three = fullRamp(1_000);
    assertThat(step(three, STEP, 0, 3)).isEqualTo(Decision.CONTINUE);
    assertThat(step(three, STEP, 0, 3)).as("six by now").isEqualTo(Decision.RELAPSE);
  }

  @Test
  void fourFailuresInARow_areNoRelapse_andASuccessEndsTheRow() {
    RampController ramp = fullRamp(1_000);
    assertThat(step(ramp, STEP, 0, 4)).isEqualTo(Decision.CONTINUE);
    assertThat(step(ramp, STEP, 2, 1)).isEqualTo(Decision.CONTINUE);
    assertThat(step(ramp, STEP, 0, 3)).isEqualTo(Decision.CONTINUE);
  }

  @Test
  void failures_beginTheWayToTheExitAnew() {
    RampController ramp = ramp(100);
    for (int i = 0; i < 4; i++) {
      assertThat(calm(ramp, 100, 0)).isEqualTo(Decision.CONTINUE);
    }
    assertThat(calm(ramp, 80, 20)).isEqualTo(Decision.CONTINUE);
    int steps = 1;
    while (calm(ramp, 100, 0) == Decision.CONTINUE && steps < 100) {
      steps++;
    }
    assertThat(steps).as("five seconds after the limit binds no more").isEqualTo(5);
  }

  /** A second of 100 calls, none refused. */
  private Decision calm(RampController ramp, long good, long bad) {
    now += SECOND;
    return ramp.step(now, Sums.of(100, 0, good, bad, LATENCY));
  }
}
