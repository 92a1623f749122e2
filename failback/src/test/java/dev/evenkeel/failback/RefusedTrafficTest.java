package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** In seconds of traffic, whether it comes steadily or in bursts. */
class RefusedTrafficTest {

  private static final double LATENCY = 50_000_000;
  private static final Offset<Double> EXACTLY = within(1e-9);

  private RefusedTraffic refused = new RefusedTraffic(60);

  private double step(double seconds, long offered, long notAdmitted, long good) {
    return step(seconds, offered, notAdmitted, good, 0);
  }

  private double step(double seconds, long offered, long refusals, long good, double known) {
    return refused.beyond(Sums.of(offered, refusals, good, 0, LATENCY), seconds, false, known);
  }

  @Test
  void twentySeconds_areAllowed_andWhatIsBeyondIsTold() {
    for (int i = 0; i < 20; i++) {
      assertThat(step(2, 200, 100, 1)).as("after %s s", i).isZero();
    }
    assertThat(step(2, 200, 100, 1)).as("half of two seconds").isCloseTo(1, EXACTLY);
  }

  @Test
  void thirdOfAShorterWait_isAllowed_butAtLeastThreeSeconds() {
    assertThat(new RefusedTraffic(15).mostSeconds()).isEqualTo(5);
    assertThat(new RefusedTraffic(0).mostSeconds()).isEqualTo(3);
    assertThat(new RefusedTraffic(600).mostSeconds()).isEqualTo(20);
  }

  @Test
  void burst_standsForTheTimeUntilTheNext() {
    assertThat(step(0.1, 100, 50, 1)).as("its time has not passed").isZero();
    assertThat(step(0.2, 0, 0, 49)).isZero();
    assertThat(step(39.7, 100, 50, 1)).as("half of 40 s").isZero();
    assertThat(step(40, 100, 50, 1)).as("another").isCloseTo(20, EXACTLY);
  }

  @Test
  void withoutAnAnswer_nothingIsTold_butItCounts() {
    for (int i = 0; i < 100; i++) {
      assertThat(step(1, 100, 100, 0)).isZero();
    }
    assertThat(step(1, 100, 100, 1)).isCloseTo(101, EXACTLY);
  }

  @Test
  void silenceOfTwiceWhatCallsAreKnownToTake_isNoReasonToHoldBack() {
    for (int i = 0; i < 20; i++) {
      assertThat(step(1, 100, 100, 0, 15)).as("after %s s", i).isZero();
    }
    for (int i = 20; i < 30; i++) {
      assertThat(step(1, 100, 100, 0, 15)).as("after %s s", i).isCloseTo(1, EXACTLY);
    }
    assertThat(step(1, 100, 100, 0, 15)).as("they hang").isZero();
    assertThat(step(1, 100, 100, 1, 15)).as("they come").isCloseTo(2, EXACTLY);
  }

  @Test
  void whileItIsFull_nothingCounts() {
    for (int i = 0; i < 100; i++) {
      assertThat(refused.beyond(Sums.of(100, 100, 1, 0, LATENCY), 1, true, 0)).isZero();
    }
    assertThat(step(1, 100, 100, 1)).isZero();
  }

  @Test
  void silence_isNothing() {
    assertThat(step(1_000, 0, 0, 0)).isZero();
    assertThat(step(1_000, 0, 0, 5)).as("late answers").isZero();
    assertThat(step(1, 1, 0, 1)).as("nothing was refused").isZero();
  }

  @Property
  void sharesOfASteadyLoad_addUpToSeconds(
      @ForAll @DoubleRange(min = 0.1, max = 1) double share,
      @ForAll @IntRange(min = 100, max = 100_000) int rate) {
    RefusedTraffic traffic = new RefusedTraffic(60);
    long not = Math.round(share * rate);
    int seconds = 0;
    while (traffic.beyond(Sums.of(rate, not, 1, 0, LATENCY), 1, false, 0) == 0) {
      seconds++;
    }
    assertThat(seconds * (double) not / rate).isBetween(20 - 1.01, 20.01);
  }
}
