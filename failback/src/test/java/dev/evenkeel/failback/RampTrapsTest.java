package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.failback.RampController.Decision;
import org.junit.jupiter.api.Test;

/** Traps that others and we have met, each kept shut. */
class RampTrapsTest {

  private static final double LATENCY = 50_000_000;
  private static final long SECOND = 1_000_000_000L;

  private static RampController ramp(double rate, double demand) {
    return Ramps.ramp(Failback.standard(), rate, LATENCY, LATENCY, demand, 1, 0);
  }

  @Test
  void tokenBucketOfDepthOne_wouldPassHalfOfPoissonTraffic_soASmallProcessGetsMore() {
    RampController ramp = ramp(8, 8);
    assertThat(ramp.admitProbability()).isEqualTo(1);
    assertThat(ramp.maxInFlight()).as("0.4 are in flight on average").isGreaterThanOrEqualTo(3);
  }

  @Test
  void catchingUp_isByElapsedTimeAndNotByTicks() {
    RampController often = ramp(1_000, 4_000);
    RampController seldom = ramp(1_000, 4_000);
    for (int i = 1; i <= 4; i++) {
      often.step(i * SECOND / 10, Sums.of(400, 300, 50, 0, LATENCY));
    }
    for (int i = 1; i <= 2; i++) {
      seldom.step(i * SECOND / 5, Sums.of(800, 600, 100, 0, LATENCY));
    }
    assertThat(often.share()).isCloseTo(seldom.share(), within(0.001));
  }

  @Test
  void goodProbesOnAnEmptyQueue_proveNothing_soTheRampIsNotLeftWhileItBinds() {
    RampController ramp = ramp(1_000, 100_000);
    for (int i = 1; i <= 200; i++) {
      Decision decision = ramp.step(i * SECOND, Sums.of(100_000, 99_999, 1, 0, LATENCY));
      assertThat(decision).isEqualTo(Decision.CONTINUE);
    }
  }

  @Test
  void oneQuickSampleOfAColdDependency_doesNotOpenTheGates() {
    // The probe was lucky: it took no longer than in healthy times, while the mean is three times
    // that.
    RampController ramp = ramp(1_000, 1_000);
    for (int i = 1; i <= 10; i++) {
      ramp.step(i * SECOND / 5, Sums.of(200, 150, 50, 0, 3 * LATENCY));
    }
    assertThat(ramp.share() * 3)
        .as("times the calls in flight of healthy times")
        .isLessThan(2.1);
  }

  @Test
  void callsInFlight_areBoundedBeforeTheFirstOneComesBack() {
    RampController ramp = ramp(1_000, 100_000);
    assertThat(ramp.maxInFlight()).as("50 were in flight in healthy times").isLessThan(20);
  }

  @Test
  void timeoutsOfAServiceSlowerThanItsClients_cutTheRateButNeverToNothing() {
    RampController ramp = ramp(1_000, 1_000);
    Decision decision = Decision.CONTINUE;
    for (int i = 1; i <= 50 && decision == Decision.CONTINUE; i++) {
      decision = ramp.step(i * SECOND / 5, Sums.of(200, 100, 60, 40, 9 * LATENCY));
      assertThat(ramp.admitProbability()).isGreaterThan(0.001);
      assertThat(ramp.maxInFlight()).isGreaterThan(1);
    }
  }

  @Test
  void silence_isNoGoodSign_beyondWhatWasBorne() {
    RampController ramp = Ramps.ramp(Failback.standard(), 1_000, LATENCY, LATENCY, 1_000, 0.25, 0);
    double share = ramp.share();
    for (int i = 1; i <= 100; i++) {
      assertThat(ramp.step(i * SECOND, Sums.of(1_000, 990, 0, 0, 1))).isEqualTo(Decision.CONTINUE);
    }
    assertThat(ramp.share()).isEqualTo(share);
  }
}
