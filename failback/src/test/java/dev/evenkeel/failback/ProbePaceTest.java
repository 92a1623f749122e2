package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ProbePaceTest {

  private static final double SECOND = 1e9;

  private final SplittableRandom random = new SplittableRandom(1);
  private final Failback settings = Failback.standard();
  private final ProbePace pace = new ProbePace(settings);

  /** A process that is asked for as much as in healthy times. */
  private static Memory used(double rate) {
    return new Memory(rate, 0, 0, 0, rate);
  }

  private double meanSeconds(double rate) {
    double sum = 0;
    for (int i = 0; i < 10_000; i++) {
      sum += pace.next(used(rate), random.nextLong()) / SECOND;
    }
    return sum / 10_000;
  }

  @Test
  void probes_areAShareOfTheTraffic_whateverTheSizeOfTheProcess() {
    for (double rate : new double[] {8, 80, 400}) {
      double probesPerSecond = 1 / meanSeconds(rate);
      assertThat(probesPerSecond / rate).as("rate %s", rate).isCloseTo(0.02, within(0.0005));
    }
  }

  @Test
  void tenTimesTheLoad_isFoundOutByMoreProbes_butReturningUsersAreNoReason() {
    Memory more = new Memory(8, 0, 0, 0, 80);
    Memory returning = new Memory(8, 0, 0, 0, 15);
    double sum = 0;
    double sumOfReturning = 0;
    var unused = pace.next(more, random.nextLong()); // anything, as the first
    for (int i = 0; i < 10_000; i++) {
      sum += pace.next(more, random.nextLong()) / SECOND;
      sumOfReturning += pace.next(returning, random.nextLong()) / SECOND;
    }
    assertThat(sum / 10_000).as("1 / (0.02 x 40/s)").isCloseTo(1.25, within(0.02));
    assertThat(sumOfReturning / 10_000).as("1 / (0.02 x 8/s)").isCloseTo(6.25, within(0.1));
  }

  @Test
  void withoutAMemory_halfOfWhatIsAskedForStandsForIt() {
    Memory blind = new Memory(0, 0, 0, 0, 80);
    var unused = pace.next(blind, random.nextLong());
    for (int i = 0; i < 100; i++) {
      assertThat(pace.next(blind, random.nextLong()) / SECOND).isBetween(0.87, 1.63);
    }
  }

  @Test
  void wait_staysWithinItsBounds() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(pace.next(used(1e6), random.nextLong())).isBetween(100_000_000L, 130_000_000L);
      assertThat(pace.next(used(0.01), random.nextLong())).isBetween(100_000_000L, 15_000_000_000L);
    }
  }

  @Test
  void processesThatFailedTogether_doNotProbeTogether() {
    int[] bySecond = new int[7];
    for (int i = 0; i < 6_250; i++) {
      bySecond[(int) (new ProbePace(settings).next(used(8), random.nextLong()) / SECOND)]++;
    }
    for (int second = 0; second < 6; second++) {
      assertThat(bySecond[second]).as("second %s", second).isBetween(850, 1_150);
    }
  }

  @Test
  void wait_doesNotGrowWithTheOutage() {
    for (int i = 0; i < 1_000; i++) {
      pace.next(used(80), random.nextLong());
    }
    assertThat(meanSeconds(80)).isCloseTo(0.625, within(0.01));
  }

  @Test
  void afterARelapse_theFirstProbesComeSooner_andThenTheUsualPaceReturns() {
    pace.beginAgain(true);
    double first = pace.next(used(8), random.nextLong()) / SECOND;
    assertThat(first).as("anything up to 0.4 of 6.25 s").isBetween(0.1, 2.5);
    for (int i = 0; i < 5; i++) {
      assertThat(pace.next(used(8), random.nextLong()) / SECOND).isBetween(1.75, 3.25);
    }
    for (int i = 0; i < 100; i++) {
      assertThat(pace.next(used(8), random.nextLong()) / SECOND).isBetween(4.375, 8.125);
    }
  }

  @Test
  void afterAnotherOutage_theHasteOfARelapseIsOver() {
    pace.beginAgain(true);
    pace.begin();
    var unused = pace.next(used(8), random.nextLong()); // anything, as the first
    assertThat(pace.next(used(8), random.nextLong()) / SECOND).isBetween(4.375, 8.125);
  }

  @Test
  void withoutAMemoryAndCalls_theWaitsSpreadUpToTheLongest() {
    ProbePace blind =
        new ProbePace(Failback.builder().minCooldown(Duration.ofSeconds(1)).build());
    double longest = 0;
    for (int i = 0; i < 1_000; i++) {
      double wait = blind.next(used(0), random.nextLong()) / SECOND;
      assertThat(wait).isBetween(1.0, 15.0);
      longest = Math.max(longest, wait);
    }
    assertThat(longest).isGreaterThan(10);
  }

  @Test
  void withoutAMemory_eachWaitIsBetweenTheShortestAndThreeTimesTheLast() {
    ProbePace blind =
        new ProbePace(Failback.builder().minCooldown(Duration.ofSeconds(1)).build());
    long half = 1L << 63; // the draw in the middle
    assertThat(blind.next(used(0), half)).as("1 to 3 s").isEqualTo(2_000_000_000L);
    assertThat(blind.next(used(0), half)).as("1 to 6 s").isEqualTo(3_500_000_000L);
    assertThat(blind.next(used(0), half)).as("1 to 10.5 s").isEqualTo(5_750_000_000L);
    assertThat(blind.next(used(0), half)).as("1 to 15 s").isEqualTo(8_000_000_000L);
    assertThat(blind.next(used(0), 0)).isEqualTo(1_000_000_000L);
  }

  @Test
  void eachRelapseOfWhatAProbeAloneFoundWell_doublesTheWait_upToTheLongest() {
    pace.begin();
    for (int i = 1; i <= 4; i++) {
      pace.beginAgain(false);
      double usual = 0.625 * (1 << i);
      for (int k = 0; k < 20; k++) {
        assertThat(pace.next(used(80), random.nextLong()) / SECOND)
            .as("relapse %s: also the first wait", i)
            .isBetween(0.7 * usual, 1.3 * usual);
      }
    }
    for (int i = 0; i < 2_000; i++) {
      pace.beginAgain(false);
    }
    assertThat(pace.next(used(1e9), 1L << 63) / SECOND)
        .as("1,024 times at most")
        .isEqualTo(0.1);
    assertThat(pace.next(used(80), 1L << 63) / SECOND).isEqualTo(15);
  }

  @Test
  void dependencyThatHadReturned_endsTheDoubling() {
    pace.beginAgain(false);
    pace.beginAgain(false);
    pace.beginAgain(true);
    for (int i = 0; i < 6; i++) {
      assertThat(pace.next(used(8), random.nextLong()) / SECOND).isLessThanOrEqualTo(3.25);
    }
    assertThat(pace.next(used(8), random.nextLong()) / SECOND).isBetween(4.375, 8.125);
    pace.beginAgain(false);
    pace.begin();
    var unused = pace.next(used(8), random.nextLong());
    assertThat(pace.next(used(8), random.nextLong()) / SECOND).isBetween(4.375, 8.125);
  }
}
