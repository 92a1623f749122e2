package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BaselineTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long LATENCY = 50_000_000;

  private long now = Long.MAX_VALUE - 20 * SECOND; // wraps around
  private final Baseline baseline = new Baseline(now);

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
    assertThat(baseline.healthyRate()).isCloseTo(80, within(0.1));
    assertThat(baseline.healthyLatencyNanos()).isCloseTo(LATENCY, within(1.0));
  }

  @Test
  void secondsBeforeTheTrip_teachNothing_evenIfTheirCallsSucceeded() {
    healthy(60);
    for (int i = 0; i < 8; i++) {
      second(20, 0, 18 * LATENCY); // a queue builds up
    }
    baseline.forgetLatest();
    healthy(1);
    assertThat(baseline.healthyRate()).isCloseTo(80, within(0.1));
    assertThat(baseline.healthyLatencyNanos()).isCloseTo(LATENCY, within(1.0));
  }

  @Test
  void outage_teachesNothing() {
    healthy(60);
    for (int i = 0; i < 60; i++) {
      second(1, 79, LATENCY);
    }
    assertThat(baseline.healthyRate()).isCloseTo(80, within(0.1));
  }

  @Test
  void youngMemory_isBetterThanNone() {
    healthy(5);
    assertThat(baseline.healthyRate()).isZero();
    baseline.forgetLatest();
    assertThat(baseline.healthyRate()).isCloseTo(80, within(0.1));
  }

  @Test
  void latency_isTheMeanOfAllCalls_notTheLeastOfAFew() {
    for (int i = 0; i < 60; i++) {
      second(40, 0, LATENCY);
      second(40, 0, 3 * LATENCY);
    }
    assertThat(baseline.healthyLatencyNanos()).isCloseTo(2 * LATENCY, within(0.1 * LATENCY));
  }

  @Test
  void rareCalls_areCountedByTime() {
    for (int i = 0; i < 200; i++) {
      now += 5 * SECOND;
      second(1, 0, LATENCY);
    }
    assertThat(baseline.healthyRate()).isCloseTo(1 / 6.0, within(0.01));
    assertThat(baseline.healthyLatencyNanos()).isCloseTo(LATENCY, within(1.0));
  }

  @Test
  void carefulLevel_isKeptOverATripSoonAfterClosing_andForgottenLater() {
    assertThat(baseline.goodLevel(now)).isEqualTo(1);
    baseline.closed(0.2, now);
    assertThat(baseline.goodLevel(now + 5 * SECOND)).isEqualTo(0.2);
    assertThat(baseline.goodLevel(now + 61 * SECOND)).isEqualTo(1);
  }
}
