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
}
