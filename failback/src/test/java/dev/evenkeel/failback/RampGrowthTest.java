package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.failback.RampController.Decision;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What is asked for, when there are enough samples to decide by, and how fast it then grows. */
class RampGrowthTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long STEP = SECOND / 5;
  private static final double LATENCY = 50_000_000;
  private static final double SLOW = 2 * LATENCY;
  private static final double DEMAND = 100_000; // so that the limit binds
  private static final Offset<Double> EXACTLY = within(1e-9);

  private long now = Long.MAX_VALUE - SECOND; // wraps around

  /** A process with 1,000 calls/s of 50 ms whose dependency returns as quick as it was. */
  private RampController ramp(double demand) {
    return Ramps.ramp(Failback.standard(), 1_000, LATENCY, LATENCY, demand, 1, now);
  }

  /** One that has not borne more than it begins with, so that silence is no reason to grow. */
  private RampController carefulRamp(double demand) {
    return Ramps.ramp(Failback.standard(), 1_000, LATENCY, LATENCY, demand, 0.25, now);
  }

  /** Its dependency is twice as slow from the probe on. */
  private RampController slowRamp(double goodLevel) {
    double probe = 2 * SLOW - LATENCY; // half of it counts, and half of what is remembered
    return Ramps.ramp(Failback.standard(), 1_000, LATENCY, probe, DEMAND, goodLevel, now);
  }

  /** So many calls succeed and as many again are refused. */
  private Decision step(RampController ramp, long elapsed, long good, double latency) {
    now += elapsed;
    return ramp.step(now, Sums.of(2 * good, good, good, 0, latency));
  }

  /** The calls in flight, as a multiple of those in healthy times, of a ramp with this latency. */
  private static double multiple(RampController ramp, double latency) {
    return ramp.share() * latency / LATENCY;
  }

  @Test
  void demand_isAveragedOverFiveSeconds() {
    RampController ramp = carefulRamp(4_000);
    now += SECOND / 2;
    ramp.step(now, Sums.of(1_000, 1_000, 0, 0, 1)); // 2,000/s
    double demand = 4_000 - (1 - Math.exp(-0.1)) * 2_000;
    assertThat(ramp.admitProbability()).isCloseTo(250 / demand, EXACTLY);
    now += 10 * SECOND;
    ramp.step(now, Sums.of(20_000, 20_000, 0, 0, 1));
    demand = 2_000 + Math.exp(-2) * (demand - 2_000);
    assertThat(ramp.admitProbability()).isCloseTo(250 / demand, EXACTLY);
  }

  @Test
  void demandOfASmallProcess_isAveragedOverSixteenCalls() {
    RampController ramp = Ramps.ramp(Failback.standard(), 0.16, LATENCY, LATENCY, 4, 1, now);
    now += 10 * SECOND;
    ramp.step(now, Sums.of(0, 0, 0, 0, 1));
    double demand = 4 * Math.exp(-0.1); // of 100 s
    assertThat(ramp.admitProbability()).isCloseTo(1.5 * 0.16 / demand, EXACTLY);
  }

  @Test
  void stepWithoutTime_changesNothing() {
    RampController ramp = ramp(4_000);
    assertThat(ramp.step(now, Sums.of(100, 50, 50, 0, LATENCY))).isEqualTo(Decision.CONTINUE);
    assertThat(ramp.step(now - 1, Sums.of(100, 50, 0, 50, 1))).isEqualTo(Decision.CONTINUE);
    assertThat(ramp.share()).isEqualTo(0.25);
    assertThat(ramp.admitProbability()).isEqualTo(250 / 4_000.0);
  }

  @Test
  void threeSamples_areEnough_twoWaitForMore() {
    RampController three = ramp(DEMAND);
    step(three, STEP, 3, LATENCY);
    assertThat(three.share()).isCloseTo(0.5, EXACTLY);
    RampController two = ramp(DEMAND);
    step(two, STEP, 2, LATENCY);
    assertThat(two.share()).isEqualTo(0.25);
    step(two, STEP, 1, LATENCY);
    assertThat(two.share()).as("two steps' time").isCloseTo(1, EXACTLY);
  }

  @Test
  void oneSample_isEnoughAfterFiveSeconds() {
    RampController ramp = carefulRamp(DEMAND);
    step(ramp, SECOND, 1, LATENCY);
    step(ramp, 4 * SECOND - 1_000, 0, LATENCY);
    assertThat(ramp.share()).isEqualTo(0.25);
    RampController patient = carefulRamp(DEMAND);
    step(patient, SECOND, 1, LATENCY);
    step(patient, 4 * SECOND, 0, LATENCY);
    assertThat(patient.share()).as("25 doublings, to the ceiling").isCloseTo(2, EXACTLY);
  }

  @Test
  void growth_doublesByElapsedTime() {
    RampController ramp = ramp(DEMAND);
    step(ramp, STEP / 2, 50, LATENCY);
    assertThat(ramp.share()).isCloseTo(0.25 * Math.sqrt(2), EXACTLY);
  }

  @Test
  void slowDependency_isDoubledToItsHealthyCallsInFlight_andThenAddedTo() {
    RampController ramp = slowRamp(1);
    assertThat(multiple(ramp, SLOW)).isCloseTo(0.25, EXACTLY);
    step(ramp, STEP, 100, SLOW);
    assertThat(multiple(ramp, SLOW)).isCloseTo(0.5, EXACTLY);
    step(ramp, SECOND, 100, SLOW);
    assertThat(multiple(ramp, SLOW)).isCloseTo(1, EXACTLY);
    step(ramp, SECOND / 2, 100, SLOW);
    assertThat(multiple(ramp, SLOW)).as("0.3 a second").isCloseTo(1.15, EXACTLY);
    step(ramp, 4 * SECOND, 1_000, SLOW);
    assertThat(multiple(ramp, SLOW)).as("the ceiling").isCloseTo(2, EXACTLY);
  }

  @Test
  void growthAfterARelapse_isFastOnlyUpToTheLevelThatWasGood() {
    RampController ramp = slowRamp(0.4);
    step(ramp, STEP, 100, SLOW);
    assertThat(multiple(ramp, SLOW)).isCloseTo(0.4, EXACTLY);
    assertThat(ramp.lesson().goodLevel()).isEqualTo(0.4);
    step(ramp, STEP, 100, SLOW);
    assertThat(multiple(ramp, SLOW)).isCloseTo(0.46, EXACTLY);
    assertThat(ramp.lesson().goodLevel()).as("and learns").isCloseTo(0.46, EXACTLY);
  }

  @Test
  void growthAfterARelapse_isFastAllTheSameWhileTheLatencyIsHealthy() {
    RampController ramp =
        Ramps.ramp(Failback.standard(), 1_000, LATENCY, LATENCY, DEMAND, 0.2, now);
    assertThat(ramp.share()).isCloseTo(0.2, EXACTLY);
    step(ramp, 2 * STEP, 100, LATENCY);
    assertThat(ramp.share()).isCloseTo(0.8, EXACTLY);
    step(ramp, 2 * STEP, 100, LATENCY);
    assertThat(ramp.share()).isCloseTo(2, EXACTLY);
    assertThat(ramp.lesson().goodLevel()).as("never above 1").isEqualTo(1);
  }

  /** What ten seconds' worth of samples, so many a second, add beyond the ceiling. */
  private double addedBeyondTheCeiling(long samplesPerSecond) {
    RampController ramp = slowRamp(1);
    step(ramp, SECOND, 100, SLOW);
    step(ramp, 7 * SECOND / 2, 1_000, SLOW);
    assertThat(multiple(ramp, SLOW)).isCloseTo(2, EXACTLY);
    for (int i = 0; i < 5; i++) {
      step(ramp, 2 * SECOND, 2 * samplesPerSecond, SLOW);
    }
    return multiple(ramp, SLOW) - 2;
  }

  @Test
  void beyondTheCeiling_theSamplesSayHowMuchOfTheAdditionIsSafe() {
    assertThat(addedBeyondTheCeiling(5)).as("a quarter of 3").isCloseTo(0.75, EXACTLY);
    assertThat(addedBeyondTheCeiling(12)).as("half: 12 of 24").isCloseTo(1.5, EXACTLY);
    assertThat(addedBeyondTheCeiling(100)).as("two thirds").isCloseTo(2, EXACTLY);
  }

  @Test
  void beyondTheCeiling_healthyLatencyDoublesOnForEachTwentyFourSamples() {
    RampController ramp = ramp(DEMAND);
    step(ramp, SECOND, 100, LATENCY);
    assertThat(ramp.share()).as("the ceiling first").isEqualTo(2);
    step(ramp, STEP, 12, LATENCY);
    assertThat(ramp.share()).as("half a doubling").isCloseTo(2 * Math.sqrt(2), EXACTLY);
    step(ramp, STEP, 240, LATENCY);
    assertThat(ramp.share()).as("one a step").isCloseTo(4 * Math.sqrt(2), EXACTLY);
  }

  @Test
  void beyondTheCeiling_aRisingLatencyTakesATenthASecond_downToTheCeiling() {
    // So large that the calls in flight tell the multiple: 50,000 in healthy times.
    RampController ramp = Ramps.ramp(Failback.standard(), 1e6, LATENCY, LATENCY, 1e8, 1, now);
    step(ramp, SECOND, 1_000_000, LATENCY);
    step(ramp, STEP, 200_000, LATENCY);
    assertThat(ramp.maxInFlight()).isEqualTo(200_002);
    double multiple = 4;
    for (int i = 0; i < 8; i++) {
      step(ramp, SECOND, 1_000_000, 4 * LATENCY);
      multiple = Math.max(2, 0.9 * multiple);
      assertThat((double) ramp.maxInFlight()).isCloseTo(50_000 * multiple + 2, within(1.0));
    }
    assertThat(ramp.maxInFlight()).isEqualTo(100_002);
  }

  /**
   * In a hot loop a call takes 20 us, of a thread that has just been woken 0.3 ms: that is the
   * caller's own, and says nothing of the dependency. Nor is a queue of less than 5 ms one to hold
   * calls back for.
   */
  @Test
  void quickDependency_isNotHeldBackByWhatItServesWithinFiveMilliseconds() {
    RampController ramp =
        Ramps.ramp(Failback.standard(), 50_000, 20_000, 7_000_000, 50_000, 1, now);
    assertThat(ramp.share()).as("a slow probe").isCloseTo(0.25 / 1.2, EXACTLY);
    for (int i = 0; i < 3; i++) {
      step(ramp, STEP, 1_000, 300_000);
    }
    assertThat(ramp.share()).as("three doublings, as with any other").isEqualTo(2);
    assertThat(ramp.maxInFlight()).as("2 x 50,000/s x 5 ms, and two").isEqualTo(502);
    step(ramp, SECOND, 1_000, 20_000_000);
    assertThat(ramp.share()).as("twenty milliseconds are the dependency's").isLessThan(1);
  }

  /** Half of what is asked for is refused: after 40 s of it, 20 s of traffic are lost. */
  @Test
  void refusedWithoutASign_isTwentySecondsAtMost() {
    Memory memory = new Memory(1_000, LATENCY, 0, 0, DEMAND);
    Lesson noTrials = new Lesson(1, 1_000, 0);
    RampController ramp = new RampController(
        Failback.standard(), Tolerance.STANDARD, memory, 2 * SLOW, noTrials, now);
    for (int i = 0; i < 40; i++) {
      step(ramp, SECOND, 1, SLOW); // one answer a second proves nothing
    }
    assertThat(multiple(ramp, SLOW)).isLessThan(10);
    for (int i = 0; i < 20; i++) {
      step(ramp, SECOND, 1, SLOW);
    }
    assertThat(multiple(ramp, SLOW)).as("doubled for each second refused").isGreaterThan(1_000);
  }

  @Test
  void whatIsRefusedOfCallsThatAreRare_countsForAllOfTheTimeBetweenThem() {
    Memory rare = new Memory(0.1, LATENCY, 0, 0, 0.1);
    Lesson noTrials = new Lesson(1, 1_000, 0);
    RampController ramp = new RampController(
        Failback.standard(), Tolerance.STANDARD, rare, 20 * LATENCY, noTrials, now);
    for (int i = 0; i < 2; i++) { // half of two calls in 30 s
      now += 30 * SECOND;
      ramp.step(now, Sums.of(2, 1, 1, 0, 20 * LATENCY));
    }
    assertThat(multiple(ramp, 20 * LATENCY)).as("30 s are lost").isGreaterThan(500);
  }

  @Test
  void refusedWithoutAnAnswer_opensNothing_whateverTheTime() {
    RampController ramp = slowRamp(1);
    for (int i = 0; i < 200; i++) {
      now += SECOND;
      ramp.step(now, Sums.of(100, 100, 0, 0, 0));
    }
    assertThat(ramp.share()).as("what hangs gets no more than it bore").isLessThanOrEqualTo(1);
  }

  @Test
  void longStep_countsAsTenSeconds() {
    RampController ramp = slowRamp(1);
    step(ramp, SECOND, 100, SLOW);
    step(ramp, 7 * SECOND / 2, 1_000, SLOW);
    now += 100 * SECOND;
    var unused = ramp.step(now, Sums.of(10_100, 100, 10_000, 0, SLOW));
    assertThat(multiple(ramp, SLOW)).as("two thirds of 3").isCloseTo(4, EXACTLY);
  }

  @Test
  void limitThatDoesNotBind_isNotRaised() {
    RampController ramp = ramp(200);
    now += STEP;
    ramp.step(now, Sums.of(40, 0, 40, 0, LATENCY));
    assertThat(ramp.share()).isEqualTo(0.25);
    now += STEP;
    ramp.step(now, Sums.of(40, 1, 39, 0, LATENCY));
    assertThat(ramp.share()).as("one was refused").isCloseTo(0.5, EXACTLY);
  }

  @Test
  void silence_letsFourDoublingsPassInWhatACallTakes_upToTheGoodLevel() {
    RampController ramp = Ramps.ramp(Failback.standard(), 1_000, SECOND, SECOND, DEMAND, 0.9, now);
    assertThat(ramp.share()).isEqualTo(0.25);
    silence(ramp, SECOND / 4);
    assertThat(ramp.share()).isCloseTo(0.5, EXACTLY);
    silence(ramp, SECOND / 8);
    assertThat(ramp.share()).isCloseTo(0.5 * Math.sqrt(2), EXACTLY);
    silence(ramp, SECOND);
    assertThat(ramp.share()).isEqualTo(0.9);
    silence(ramp, 100 * SECOND);
    assertThat(ramp.share()).isEqualTo(0.9);
  }

  @Test
  void silence_isByWhatTheProbeTook_ifThatWasLonger() {
    RampController ramp =
        Ramps.ramp(Failback.standard(), 1_000, SECOND, 3 * SECOND, DEMAND, 1, now);
    int before = ramp.maxInFlight();
    assertThat(before).isEqualTo(252);
    silence(ramp, 3 * SECOND / 4);
    assertThat(ramp.maxInFlight()).as("one doubling").isEqualTo(502);
  }

  private void silence(RampController ramp, long elapsed) {
    now += elapsed;
    ramp.step(now, Sums.of(1_000, 1_000, 0, 0, LATENCY));
  }

  @Test
  void burstsOfHealthyTimes_mayBeInFlightToo_inProportion_andNoMoreThanThey() {
    Memory memory = new Memory(1_000, LATENCY, 0, 100, DEMAND);
    RampController ramp = new RampController(
        Failback.standard(), Tolerance.STANDARD, memory, LATENCY, Lesson.NONE, now);
    assertThat(ramp.maxInFlight())
        .as("a quarter of 50, of 100 and its 3 sigma, and two")
        .isEqualTo(47);
    step(ramp, SECOND, 100, LATENCY);
    assertThat(ramp.share()).isEqualTo(2);
    assertThat(ramp.maxInFlight()).as("twice 50, but 130, and two").isEqualTo(232);
  }

  /** With which probability a call is admitted, of a process used to so many at once. */
  private double admittedOfBursts(double atOnce) {
    Memory memory = new Memory(10, LATENCY, 0, atOnce, 1_000);
    return new RampController(
            Failback.standard(), Tolerance.STANDARD, memory, 20 * SLOW, Lesson.NONE, now)
        .admitProbability();
  }

  @Test
  void callsThatComeInBursts_areLimitedByTheirNumberAtOnce_notByTheirRate() {
    assertThat(admittedOfBursts(0.9))
        .as("half a call in flight, and a burst of less")
        .isLessThan(1);
    assertThat(admittedOfBursts(1.1)).as("more than twice that at once").isEqualTo(1);
  }

  @Test
  void failuresLimitTheRateOfBurstsToo() {
    Memory memory = new Memory(10, LATENCY, 0, 100, 1_000);
    RampController ramp = new RampController(
        Failback.standard(), Tolerance.STANDARD, memory, LATENCY, Lesson.NONE, now);
    now += SECOND;
    ramp.step(now, Sums.of(100, 0, 80, 20, LATENCY));
    assertThat(ramp.admitProbability()).isLessThan(1);
  }

  @Test
  void secondBurstThatPassesWhole_endsTheRamp() {
    RampController ramp = ramp(1);
    now += 40 * SECOND;
    assertThat(ramp.step(now, Sums.of(10, 0, 10, 0, SLOW))).isEqualTo(Decision.CONTINUE);
    now += 40 * SECOND;
    assertThat(ramp.step(now, Sums.of(10, 0, 10, 0, SLOW))).isEqualTo(Decision.EXIT);
  }

  @Test
  void beyondTheCeiling_moreIsTriedAfterFifteenSeconds() {
    RampController ramp = slowRamp(1);
    assertThat(ramp.lesson().trialWaitSeconds()).isEqualTo(15);
    double[] at = new double[60];
    for (int i = 0; i < at.length; i++) {
      step(ramp, SECOND, 1_000, SLOW);
      at[i] = multiple(ramp, SLOW);
    }
    assertThat(at[13]).as("additions until 14 s").isLessThan(5);
    assertThat(at[59]).as("a dependency that bears it").isGreaterThan(1_000);
    RampController relapsed = slowRamp(1);
    for (int i = 0; i < 5; i++) {
      step(relapsed, SECOND, 1_000, SLOW);
    }
    now += SECOND;
    assertThat(relapsed.step(now, Sums.of(2_000, 1_000, 800, 1_200, 9 * LATENCY)))
        .isEqualTo(Decision.RELAPSE);
    assertThat(relapsed.lesson().trialWaitSeconds())
        .as("the second one in a ramp")
        .isEqualTo(5);
    assertThat(relapsed.lesson().goodLevel()).isLessThanOrEqualTo(1);
  }
}
