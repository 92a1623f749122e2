package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.failback.RampController.Decision;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RampControllerTest {

  private static final long STEP = 200_000_000L;
  private static final double LATENCY = 50_000_000;

  private long now = Long.MAX_VALUE - 3 * STEP; // wraps around

  /** A process with 1,000 calls/s of 50 ms: 50 in flight. */
  private RampController ramp(double demand) {
    return Ramps.ramp(Failback.standard(), 1_000, LATENCY, LATENCY, demand, 1, now);
  }

  private Decision step(RampController ramp, double offered, double good, double latency) {
    return step(ramp, offered, good, 0, latency);
  }

  /** With all rates a second. */
  private Decision step(
      RampController ramp, double offered, double good, double bad, double latency) {
    now += STEP;
    double seconds = STEP / 1e9;
    long succeeded = Math.round(good * seconds);
    long failed = Math.round(bad * seconds);
    long asked = Math.round(offered * seconds);
    long refused = Math.max(0, asked - succeeded - failed);
    return ramp.step(now, Sums.of(asked, refused, succeeded, failed, latency));
  }

  /** What a server with a fixed number of workers does: slower when cold, and a queue beyond. */
  private static double served(RampController ramp, double demand, double capacity) {
    return Math.min(capacity, ramp.admitProbability() * demand);
  }

  @Test
  void noSample_noGrowthBeyondWhatWasBorne() {
    for (double borne : new double[] {0.1, 0.3, 1}) {
      RampController ramp =
          Ramps.ramp(Failback.standard(), 1_000, LATENCY, LATENCY, 1_000, borne, now);
      for (int i = 0; i < 100; i++) {
        assertThat(step(ramp, 1_000, 0, 0)).isEqualTo(Decision.CONTINUE);
      }
      assertThat(ramp.share()).isEqualTo(borne);
    }
  }

  @Test
  void start_isAShareOfTheCallsInFlightInHealthyTimes() {
    assertThat(ramp(1_000).share()).isCloseTo(0.25, within(1e-9));
    assertThat(ramp(1_000).maxInFlight()).isEqualTo(15);
  }

  @Test
  void start_ofASmallProcessIsOneCallInFlight() {
    RampController ramp = Ramps.ramp(Failback.standard(), 8, LATENCY, LATENCY, 8, 1, now);
    assertThat(ramp.share())
        .as("0.4 in flight were healthy, 1.5 times that at most")
        .isEqualTo(1.5);
    assertThat(ramp.maxInFlight()).isEqualTo(3);
  }

  @Test
  void healthyLatency_doublesWithEachStep() {
    RampController ramp = ramp(4_000);
    step(ramp, 4_000, 250, LATENCY);
    assertThat(ramp.share()).isCloseTo(0.5, within(1e-9));
    step(ramp, 4_000, 500, LATENCY);
    assertThat(ramp.share()).isCloseTo(1, within(1e-9));
    step(ramp, 4_000, 1_000, LATENCY);
    assertThat(ramp.share()).isCloseTo(2, within(1e-9));
  }

  @Test
  void fewQuickAnswers_letASmallProcessGrowNoFasterThanTheyProve() {
    RampController ramp = Ramps.ramp(Failback.standard(), 8, LATENCY, LATENCY, 80, 1, now);
    step(ramp, 80, 15, LATENCY);
    double before = ramp.share();
    assertThat(before).as("the ceiling").isEqualTo(2);
    for (int i = 0; i < 3; i++) {
      step(ramp, 80, 15, LATENCY);
    }
    assertThat(ramp.share()).as("nine samples of 24").isBetween(1.2 * before, 1.4 * before);
  }

  @Test
  void beyondTheCeiling_aProcessWithFewSamplesGrowsSlower() {
    assertThat(growthBeyondTheCeiling(10, 5)).as("a quarter of 3").isCloseTo(0.75, within(0.1));
    assertThat(growthBeyondTheCeiling(1_000, 1_000)).as("two thirds").isCloseTo(2, within(0.1));
  }

  /** Of the multiple, in ten seconds in which the latency is twice the healthy one and still. */
  private double growthBeyondTheCeiling(double healthy, double good) {
    double demand = 10 * healthy;
    RampController ramp =
        Ramps.ramp(Failback.standard(), healthy, LATENCY, 3 * LATENCY, demand, 1, now);
    while (ramp.share() < 0.999) {
      step(ramp, demand, good, 2 * LATENCY);
    }
    double before = ramp.share();
    for (int i = 0; i < 50; i++) {
      step(ramp, demand, good, 2 * LATENCY);
    }
    return 2 * (ramp.share() - before);
  }

  @Test
  void coldDependency_getsWhatItsLatencyAllows_withoutAnySignOfOverload() {
    RampController ramp = ramp(1_000);
    double latency = LATENCY / 0.3;
    for (int i = 0; i < 50; i++) {
      step(ramp, 1_000, served(ramp, 1_000, 1e9), latency);
    }
    double inFlight = ramp.share() * 1_000 * latency / 1e9;
    assertThat(inFlight).as("twice what was healthy, and a little").isBetween(100.0, 160.0);
  }

  @Test
  void growingQueue_isAnsweredByTheShareAtOnce() {
    RampController ramp = ramp(4_000);
    for (int i = 0; i < 4; i++) {
      step(ramp, 4_000, served(ramp, 4_000, 1e9), LATENCY);
    }
    double before = ramp.share();
    for (int i = 0; i < 10; i++) {
      step(ramp, 4_000, 1_000, 4 * LATENCY);
    }
    assertThat(ramp.share()).isBetween(before / 6, before / 3.9);
  }

  @Test
  void dependencyThatStaysSlower_isNotHeldForEver() {
    RampController ramp = ramp(1_000);
    Decision decision = Decision.CONTINUE;
    int steps = 0;
    while (decision == Decision.CONTINUE && steps++ < 2_000) {
      decision = step(ramp, 1_000, served(ramp, 1_000, 1e9), 5 * LATENCY);
    }
    assertThat(decision).isEqualTo(Decision.EXIT);
  }

  @Test
  void failuresBeyondTheAllowance_stepBackOnceToTheDeliveredGoodput() {
    RampController ramp = ramp(1_000);
    while (ramp.share() < 0.9) {
      step(ramp, 1_000, served(ramp, 1_000, 1e9), LATENCY);
    }
    step(ramp, 1_000, 700, 200, LATENCY);
    assertThat(ramp.share()).isCloseTo(0.63, within(0.01));
    double after = ramp.share();
    step(ramp, 1_000, 500, 130, LATENCY);
    assertThat(ramp.share())
        .as("no second time: half as much again a second")
        .isCloseTo(after * Math.pow(1.5, 0.2), within(1e-9));
  }

  @Test
  void fewFailuresAmongFewSamples_areNoEvent() {
    RampController ramp = ramp(1_000);
    double before = ramp.share();
    step(ramp, 1_000, 15, 5, LATENCY);
    assertThat(ramp.share()).isGreaterThan(before);
  }

  @Test
  void mostlyFailures_relapse() {
    assertThat(step(ramp(1_000), 1_000, 20, 30, LATENCY)).isEqualTo(Decision.RELAPSE);
  }

  @Test
  void noSuccessAtAll_isARelapseSooner() {
    RampController ramp = ramp(1_000);
    step(ramp, 1_000, 250, LATENCY);
    assertThat(step(ramp, 1_000, 0, 25, LATENCY)).isEqualTo(Decision.RELAPSE);
  }

  @Test
  void relapseUnderARisingLatency_makesTheNextRampMoreCareful() {
    RampController ramp = ramp(1_000);
    step(ramp, 1_000, 250, LATENCY);
    assertThat(step(ramp, 1_000, 100, 150, 9 * LATENCY)).isEqualTo(Decision.RELAPSE);
    assertThat(ramp.lesson().goodLevel()).isEqualTo(0.25);
    RampController next = Ramps.ramp(Failback.standard(), 1_000, LATENCY, LATENCY, 1_000, 0.1, now);
    assertThat(next.share()).isEqualTo(0.1);
  }

  @Test
  void relapseOutOfTheBlue_isADeathAndNoOverload_soNothingIsLearned() {
    RampController ramp = ramp(1_000);
    step(ramp, 1_000, 250, LATENCY);
    step(ramp, 1_000, 0, 25, LATENCY);
    assertThat(ramp.lesson().goodLevel()).isEqualTo(1);
  }

  @Test
  void exit_comesOnlyWhenTheLimitHasNotBoundForSomeCleanSeconds() {
    RampController ramp = ramp(100);
    for (int i = 0; i < 24; i++) {
      assertThat(step(ramp, 100, 100, LATENCY)).isEqualTo(Decision.CONTINUE);
    }
    assertThat(step(ramp, 100, 100, LATENCY)).isEqualTo(Decision.EXIT);
  }

  /** How many clean steps lead out, each so long, with such a latency. */
  private int stepsToTheExit(long nanos, double latency) {
    RampController ramp =
        Ramps.ramp(Failback.standard(), 1_000, LATENCY, 2 * latency - LATENCY, 100, 1, now);
    long calls = nanos / 10_000_000;
    int steps = 0;
    Decision decision = Decision.CONTINUE;
    while (decision == Decision.CONTINUE && steps++ < 1_000) {
      now += nanos;
      decision = ramp.step(now, Sums.of(calls, 0, calls, 0, latency));
    }
    assertThat(decision).isEqualTo(Decision.EXIT);
    return steps;
  }

  @Test
  void exit_takesFiveCleanSecondsAndThreeStepsAtLeast() {
    assertThat(stepsToTheExit(5 * STEP, LATENCY)).as("of a second").isEqualTo(5);
    assertThat(stepsToTheExit(15 * STEP, LATENCY)).as("of three seconds").isEqualTo(3);
  }

  @Test
  void exit_ofADependencyThatStaysSlowerTakesThirtyCleanSeconds() {
    assertThat(stepsToTheExit(5 * STEP, 2 * LATENCY)).as("of a second").isEqualTo(30);
  }

  @Test
  void pentUpDemand_doesNotExitAtOne() {
    RampController ramp = ramp(3_000);
    Decision decision = Decision.CONTINUE;
    for (int i = 0; i < 100; i++) {
      // It serves 1,250/s; more waits in its queue.
      double latency = LATENCY * Math.max(1, ramp.share() / 1.25);
      decision = step(ramp, 3_000, served(ramp, 3_000, 1_250), latency);
      assertThat(decision).isEqualTo(Decision.CONTINUE);
    }
    assertThat(ramp.share()).isBetween(1.0, 2.5);
  }

  @Property
  void share_staysInBoundsWhateverTheSums(
      @ForAll @IntRange(min = 0, max = 100_000) int good,
      @ForAll @IntRange(min = 0, max = 100_000) int bad,
      @ForAll @IntRange(min = 0, max = 1_000_000) int offered,
      @ForAll @IntRange(min = 1, max = 100_000) int latencyMillis) {
    RampController ramp = ramp(1_000);
    for (int i = 0; i < 20; i++) {
      now += STEP;
      ramp.step(now, Sums.of(offered, offered / 2, good, bad, latencyMillis * 1e6));
      assertThat(ramp.share()).isGreaterThan(0).isLessThanOrEqualTo(1e9);
      assertThat(ramp.admitProbability()).isGreaterThan(0).isLessThanOrEqualTo(1);
      assertThat(ramp.maxInFlight()).isGreaterThan(1);
    }
  }

  @Test
  void demandFarAboveTheMemory_isReachedAllTheSame() {
    for (double memory : new double[] {0, 1}) {
      RampController ramp = Ramps.ramp(Failback.standard(), memory, LATENCY, LATENCY, 1, 1, now);
      Decision decision = Decision.CONTINUE;
      int steps = 0;
      while (decision == Decision.CONTINUE && steps++ < 2_000) {
        decision = step(ramp, 1_000, Math.max(20, served(ramp, 1_000, 1e9)), LATENCY);
      }
      assertThat(decision).as("healthy rate %s", memory).isEqualTo(Decision.EXIT);
      assertThat(steps).isLessThan(400);
    }
  }

  @Test
  void badSettings_areRefusedWithFieldAndExpectation() {
    assertThatThrownBy(() -> Failback.builder().startShare(0))
        .hasMessage("startShare: 0.0 (expected: 0.001 to 1.0)");
    assertThatThrownBy(() -> Failback.builder().probeShare(Double.NaN))
        .hasMessage("probeShare: NaN (expected: 1.0E-4 to 1.0)");
    assertThatThrownBy(
            () -> Failback.builder().maxCooldown(Duration.ofMillis(1)).build())
        .hasMessage("maxCooldown: 1 ms (expected: at least minCooldown, 100 ms)");
    assertThatThrownBy(() -> Failback.builder().step(Duration.ofHours(1)))
        .hasMessage("step: 3600 s (expected: 10 ms to 1 min)");
  }
}
