package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.failback.RampController.Decision;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RampControllerTest {

  private static final long STEP = 500_000_000L;
  private static final double LATENCY = 50_000_000;

  private long now = Long.MAX_VALUE - 3 * STEP; // wraps around

  private RampController ramp(double demand) {
    return new RampController(Failback.standard(), 100, LATENCY, demand, 1, now);
  }

  private Decision step(
      RampController ramp, double offeredPerSecond, double goodPerSecond, double latency) {
    now += STEP;
    long good = Math.round(goodPerSecond * STEP / 1e9);
    return ramp.step(now, Math.round(offeredPerSecond * STEP / 1e9), good, 0, good * latency);
  }

  @Test
  void noSample_noGrowth() {
    RampController ramp = ramp(100);
    for (int i = 0; i < 100; i++) {
      assertThat(step(ramp, 100, 0, 0)).isEqualTo(Decision.CONTINUE);
    }
    assertThat(ramp.share()).isEqualTo(0.1);
  }

  @Test
  void cleanSamples_growByTheFactorUpToTheGoodLevelAndThenByAddition() {
    RampController ramp = ramp(200);
    step(ramp, 200, 10, LATENCY);
    assertThat(ramp.share())
        .isCloseTo(0.1 * Math.sqrt(1.5), org.assertj.core.data.Offset.offset(1e-9));
    while (ramp.share() < 1) {
      step(ramp, 200, 100 * ramp.share(), LATENCY);
    }
    assertThat(ramp.share()).isEqualTo(1);
    step(ramp, 200, 100, LATENCY);
    assertThat(ramp.share()).isCloseTo(1.025, org.assertj.core.data.Offset.offset(1e-9));
  }

  @Test
  void latencyBeyondTheAllowance_stepsBackOnceToTheDeliveredGoodput() {
    RampController ramp = ramp(100);
    while (ramp.share() < 0.8) {
      step(ramp, 100, 100 * ramp.share(), LATENCY);
    }
    double before = ramp.share();
    step(ramp, 100, 70, 4 * LATENCY);
    assertThat(ramp.share())
        .isLessThan(before)
        .isCloseTo(0.63, org.assertj.core.data.Offset.offset(0.01));
    double after = ramp.share();
    step(ramp, 100, 70, 4 * LATENCY);
    assertThat(ramp.share()).as("patience").isEqualTo(after);
  }

  @Test
  void mostlyFailures_relapse() {
    RampController ramp = ramp(100);
    now += STEP;
    assertThat(ramp.step(now, 50, 2, 3, 2 * LATENCY)).isEqualTo(Decision.RELAPSE);
    assertThat(ramp.goodLevel()).isLessThan(0.1);
  }

  @Test
  void exit_comesOnlyWhenTheLimitHasNotBoundForThreeCleanSteps() {
    RampController ramp = ramp(5); // less than a tenth of the healthy rate
    assertThat(step(ramp, 5, 6, LATENCY)).isEqualTo(Decision.CONTINUE);
    assertThat(step(ramp, 5, 6, LATENCY)).isEqualTo(Decision.CONTINUE);
    assertThat(step(ramp, 5, 6, LATENCY)).isEqualTo(Decision.EXIT);
  }

  @Test
  void pentUpDemand_doesNotExitAtOne() {
    RampController ramp = ramp(200);
    Decision decision = Decision.CONTINUE;
    while (ramp.share() < 1.5) {
      decision = step(ramp, 200, Math.min(200, 100 * ramp.share()), LATENCY);
      assertThat(decision).isEqualTo(Decision.CONTINUE);
    }
  }

  @Property
  void share_staysInBoundsWhateverTheSums(
      @ForAll @IntRange(min = 0, max = 100_000) int good,
      @ForAll @IntRange(min = 0, max = 100_000) int bad,
      @ForAll @IntRange(min = 0, max = 1_000_000) int offered,
      @ForAll @IntRange(min = 1, max = 100_000) int latencyMillis) {
    RampController ramp = ramp(100);
    for (int i = 0; i < 20; i++) {
      now += STEP;
      ramp.step(now, offered, good, bad, good * latencyMillis * 1e6);
      assertThat(ramp.share()).isBetween(0.01, 1e9);
      assertThat(ramp.admitProbability()).isGreaterThan(0).isLessThanOrEqualTo(1);
      assertThat(ramp.maxInFlight()).isPositive();
    }
  }

  @Test
  void demandFarAboveTheMemory_isReachedAllTheSame() {
    for (double memory : new double[] {0, 1}) {
      RampController ramp = new RampController(Failback.standard(), memory, LATENCY, 1, 1, now);
      Decision decision = Decision.CONTINUE;
      int steps = 0;
      while (decision == Decision.CONTINUE && steps++ < 2_000) {
        decision = step(ramp, 100, Math.max(2, 100 * ramp.admitProbability()), LATENCY);
      }
      assertThat(decision).as("healthy rate %s", memory).isEqualTo(Decision.EXIT);
      assertThat(steps).isLessThan(400);
    }
  }

  @Test
  void badSettings_areRefusedWithFieldAndExpectation() {
    assertThatThrownBy(() -> Failback.builder().startShare(0))
        .hasMessage("startShare: 0.0 (expected: 0.001 to 1.0)");
    assertThatThrownBy(() -> Failback.builder().growthPerSecond(Double.NaN))
        .hasMessage("growthPerSecond: NaN (expected: 1.01 to 10.0)");
    assertThatThrownBy(
            () -> Failback.builder().maxCooldown(Duration.ofMillis(1)).build())
        .hasMessage("maxCooldown: PT0.001S (expected: at least minCooldown, PT1S)");
    assertThatThrownBy(() -> Failback.builder().step(Duration.ofHours(1)))
        .hasMessage("step: PT1H (expected: 10 ms to 1 min)");
  }
}
