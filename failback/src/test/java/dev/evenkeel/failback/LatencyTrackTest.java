package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LatencyTrackTest {

  private static final double HEALTHY = 50_000_000;

  @Test
  void silence_letsAnOldSlowSampleFade() {
    LatencyTrack track = new LatencyTrack(HEALTHY, 5 * HEALTHY);
    assertThat(track.nanos()).as("half of what is remembered").isEqualTo(3 * HEALTHY);
    for (int i = 0; i < 10; i++) {
      track.steer(0, 0, 0.2);
    }
    assertThat(track.nanos()).as("two seconds may be chance").isEqualTo(3 * HEALTHY);
    for (int i = 0; i < 15; i++) {
      track.steer(0, 0, 0.2);
    }
    assertThat(track.nanos())
        .as("three more")
        .isCloseTo(HEALTHY * (1 + 2 / Math.E), within(HEALTHY / 1_000));
  }

  @Test
  void silenceForAsLongAsACallTakes_tellsNothing() {
    double probe = 400 * HEALTHY; // 20 s
    LatencyTrack track = new LatencyTrack(HEALTHY, probe);
    double before = track.nanos();
    for (int i = 0; i < 20; i++) {
      track.steer(0, 0, 1);
    }
    assertThat(track.nanos()).isEqualTo(before);
    for (int i = 0; i < 20; i++) {
      track.steer(0, 0, 1);
    }
    assertThat(track.nanos())
        .as("forgotten over as long")
        .isCloseTo(HEALTHY + (before - HEALTHY) / Math.E, within(HEALTHY / 1_000));
  }

  @Test
  void silence_beginsAnewWithEachSample() {
    LatencyTrack track = new LatencyTrack(HEALTHY, 5 * HEALTHY);
    for (int i = 0; i < 10; i++) {
      track.steer(0, 0, 1.5);
      double before = track.nanos();
      track.steer(5 * HEALTHY, 1, 0.2);
      assertThat(track.nanos()).isGreaterThan(before);
    }
  }

  @Test
  void silence_makesAQuickDependencyNoSlower() {
    LatencyTrack track = new LatencyTrack(HEALTHY, HEALTHY);
    track.steer(HEALTHY, 20, 0.2);
    double quick = track.nanos();
    assertThat(quick).isLessThan(HEALTHY);
    track.steer(0, 0, 60);
    assertThat(track.nanos()).isEqualTo(quick);
  }

  @Test
  void silenceOfTwoSeconds_isNotYetLong() {
    LatencyTrack track = new LatencyTrack(HEALTHY, 5 * HEALTHY);
    track.steer(0, 0, 2);
    assertThat(track.nanos()).isEqualTo(3 * HEALTHY);
    track.steer(0, 0, 1);
    assertThat(track.nanos())
        .as("a third of the time in which it forgets")
        .isCloseTo(HEALTHY * (1 + 2 * Math.exp(-1 / 3.0)), within(1.0));
  }

  @Test
  void lessThanAMillisecond_isAMillisecond() {
    double least = LatencyTrack.LEAST_NANOS;
    LatencyTrack track = new LatencyTrack(least, least);
    track.steer(1e9 * least / 50, 1e9, 1e6);
    track.judge(1e9 * least / 50, 1e9, 1e6);
    assertThat(track.nanos()).isEqualTo(least);
    for (int i = 0; i < 10; i++) {
      track.judge(1e9 * least, 1e9, 1e6);
      assertThat(track.isStill()).as("from a fiftieth to the least").isTrue();
      assertThat(track.isHealthy()).isTrue();
    }
    for (int i = 0; i < 2; i++) {
      track.judge(1e9 * 1.2 * least, 1e9, 1e6);
    }
    assertThat(track.isStill()).as("a fifth more").isFalse();
  }

  /** That has long been as in healthy times. */
  private static LatencyTrack old() {
    LatencyTrack track = new LatencyTrack(HEALTHY, HEALTHY);
    track.steer(1e9 * HEALTHY, 1e9, 1e6);
    track.judge(1e9 * HEALTHY, 1e9, 1e6);
    return track;
  }

  /** How much of the way to a latency twice as long these samples move what is steered by. */
  private static double moved(LatencyTrack track, double samples, double seconds) {
    double before = track.nanos();
    track.steer(samples * 2 * HEALTHY, samples, seconds);
    return (track.nanos() - before) / (2 * HEALTHY - before);
  }

  @Test
  void steering_isOverTenSamples_whereThereAreFew() {
    assertThat(moved(old(), 5, 1)).isCloseTo(1 - Math.exp(-0.5), within(1e-6));
  }

  @Test
  void steering_isOverHalfASecond_whereThereAreMany() {
    assertThat(moved(old(), 200, 0.2)).isCloseTo(1 - Math.exp(-0.4), within(1e-6));
  }

  @Test
  void steering_isOverTenSecondsAtMost_whereSamplesAreRare() {
    assertThat(moved(old(), 1, 5)).isCloseTo(1 - Math.exp(-0.5), within(1e-6));
  }

  @Test
  void steering_isAPlainMeanAtFirst_inWhichTheBeginningStandsForTwoSamples() {
    LatencyTrack track = new LatencyTrack(HEALTHY, HEALTHY);
    assertThat(moved(track, 1, 0.1)).isCloseTo(1 / 3.0, within(1e-6));
    assertThat(moved(track, 1, 0.1)).isCloseTo(1 / 4.0, within(1e-6));
  }

  /** Whether so slow a dependency is taken for healthy, judged by such samples. */
  private static boolean healthy(double multiple, double samples, double seconds) {
    LatencyTrack track = new LatencyTrack(HEALTHY, (2 * multiple - 1) * HEALTHY);
    track.judge(samples * multiple * HEALTHY, samples, seconds);
    return track.isHealthy();
  }

  @Test
  void healthy_isAQuarterMore_andWhatChanceMayDoToTheSamplesOfASecond() {
    assertThat(healthy(1.375, 64, 1)).as("1/8 for 64, just so").isTrue();
    assertThat(healthy(1.376, 64, 1)).isFalse();
    assertThat(healthy(1.28, 200, 0.2)).as("1/32 for 1,000").isTrue();
    assertThat(healthy(1.29, 200, 0.2)).isFalse();
  }

  @Test
  void healthy_isJudgedByTwentyFourSamples_whereASecondHasFewer() {
    assertThat(healthy(1.45, 12, 2)).as("1/4.9 for 24").isTrue();
    assertThat(healthy(1.46, 12, 2)).isFalse();
  }

  @Test
  void healthy_isJudgedByTheSamplesOfTenSeconds_whereTheyAreRare() {
    assertThat(healthy(1.58, 9, 10)).as("1/3 for nine").isTrue();
    assertThat(healthy(1.59, 9, 10)).isFalse();
    assertThat(healthy(2.24, 1, 20)).as("1 for one").isTrue();
    assertThat(healthy(2.26, 1, 20)).isFalse();
  }

  @Test
  void judging_isAPlainMeanAtFirst_inWhichTheBeginningStandsForTwoSamples() {
    LatencyTrack quick = new LatencyTrack(HEALTHY, HEALTHY);
    quick.judge(6 * 1.60 * HEALTHY, 6, 2);
    assertThat(quick.isHealthy()).as("1.450, 1.454 for 24").isTrue();
    LatencyTrack slow = new LatencyTrack(HEALTHY, HEALTHY);
    slow.judge(6 * 1.61 * HEALTHY, 6, 2);
    assertThat(slow.isHealthy()).as("1.458").isFalse();
  }

  @Test
  void healthy_isJudgedByThePastToo() {
    LatencyTrack track = old();
    track.judge(12 * 2 * HEALTHY, 12, 2);
    assertThat(track.isHealthy()).as("0.39 of the way to twice as much").isTrue();
    track.judge(12 * 2 * HEALTHY, 12, 2);
    assertThat(track.isHealthy()).as("0.63 of it").isFalse();
  }

  @Test
  void evidence_isASampleOfTwentyFour_andMoreWhereTheyAreRare() {
    LatencyTrack track = new LatencyTrack(HEALTHY, HEALTHY);
    assertThat(track.evidence(6)).as("before any").isEqualTo(0.25);
    track.judge(24 * HEALTHY, 24, 2);
    assertThat(track.evidence(6)).isEqualTo(0.25);
    track.judge(4 * HEALTHY, 4, 5);
    assertThat(track.evidence(4)).as("half of eight, thrice").isEqualTo(1.5);
    track.judge(HEALTHY, 1, 20);
    assertThat(track.evidence(1)).as("of one alone").isEqualTo(24);
  }

  @Test
  void still_isWhatDoesNotRise_untilTheRiseHasLongBeenOver() {
    LatencyTrack track = old();
    assertThat(track.isStill()).isTrue();
    for (int i = 1; i <= 90; i++) {
      track.judge(40_000 * 2 * HEALTHY, 40_000, 40); // nothing of before is left
      double reference = 2 - Math.pow(0.98, i);
      assertThat(track.isStill()).as("judgement %s", i).isEqualTo(2 <= 1.1 * reference);
    }
    assertThat(track.isStill()).isTrue();
  }

  private static final double MILLI = 1_000_000;

  @Test
  void withoutAMemory_theFirstThirtyAnswersStandForIt_theProbeBeingOne() {
    LatencyTrack track = new LatencyTrack(0, 10 * MILLI);
    assertThat(track.healthyNanos()).isEqualTo(10 * MILLI);
    track.steer(28 * 40 * MILLI, 28, 1);
    assertThat(track.healthyNanos()).isEqualTo((10 + 28 * 40) * MILLI / 29);
    track.steer(100 * MILLI, 1, 1);
    double learned = (10 + 28 * 40 + 100) * MILLI / 30;
    assertThat(track.healthyNanos()).isEqualTo(learned);
    track.steer(100 * 500 * MILLI, 100, 1);
    assertThat(track.healthyNanos()).as("the first thirty alone").isEqualTo(learned);
  }

  @Test
  void withoutAMemoryOrAProbe_theFirstAnswersTellAlone() {
    LatencyTrack track = new LatencyTrack(0, 0);
    assertThat(track.healthyNanos()).as("nothing is known").isEqualTo(LatencyTrack.LEAST_NANOS);
    track.steer(2 * 40 * MILLI, 2, 1);
    assertThat(track.healthyNanos()).isEqualTo(40 * MILLI);
    assertThat(track.nanos()).as("both averages are of these two").isEqualTo(40 * MILLI);
    track.steer(28 * 80 * MILLI, 28, 1);
    track.steer(500 * MILLI, 1, 1);
    assertThat(track.healthyNanos()).isEqualTo((2 * 40 + 28 * 80) * MILLI / 30);
  }

  @Test
  void whatIsLearned_isFiveMillisecondsAtLeast() {
    LatencyTrack track = new LatencyTrack(0, MILLI / 10);
    track.steer(40 * MILLI / 10, 40, 1);
    assertThat(track.healthyNanos()).isEqualTo(5 * MILLI);
  }

  @Test
  void memory_isNotLearnedAnew() {
    LatencyTrack track = new LatencyTrack(HEALTHY, HEALTHY);
    track.steer(10 * 3 * HEALTHY, 10, 1);
    assertThat(track.healthyNanos()).isEqualTo(HEALTHY);
  }

  @Test
  void usual_isTheLongestOfWhatIsKnown() {
    assertThat(new LatencyTrack(HEALTHY, 0).usualNanos()).isEqualTo(HEALTHY);
    assertThat(new LatencyTrack(HEALTHY, 9 * HEALTHY).usualNanos()).isEqualTo(9 * HEALTHY);
    LatencyTrack steered = new LatencyTrack(HEALTHY, 0);
    steered.steer(1e9 * 5 * HEALTHY, 1e9, 1e6);
    assertThat(steered.usualNanos()).isCloseTo(5 * HEALTHY, within(1.0));
    LatencyTrack judged = new LatencyTrack(HEALTHY, 0);
    judged.judge(1e9 * 5 * HEALTHY, 1e9, 1e6);
    assertThat(judged.usualNanos()).isCloseTo(5 * HEALTHY, within(1.0));
  }
}
