package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is usual: the medians of windows. */
class HealthWindowsTest {

  private final HealthWindows windows = new HealthWindows();

  /** A window of its own: 20 s, and ten calls that took so long each. */
  private void window(double latency) {
    windows.add(20, 10, 0, 10 * latency);
  }

  @Test
  void nothing_isUsualAtFirst() {
    assertThat(windows.latencyNanos()).isZero();
    assertThat(windows.failureShare()).isZero();
    windows.add(1, 0, 5, 0);
    assertThat(windows.failureShare()).as("no success, nothing known").isZero();
  }

  @Test
  void upToTwoWindows_areTakenTogether_withWhatIsNotYetOne() {
    window(1);
    window(2);
    windows.add(1, 5, 5, 5 * 5);
    assertThat(windows.latencyNanos()).isEqualTo((10 + 20 + 25) / 25.0);
    assertThat(windows.failureShare()).isEqualTo(5 / 30.0);
  }

  @Test
  void threeAndMore_tellByTheirMedian() {
    window(1);
    window(9);
    window(2);
    assertThat(windows.latencyNanos()).isEqualTo(2);
    window(4);
    assertThat(windows.latencyNanos()).as("the mean of the two in the middle").isEqualTo(3);
  }

  @Test
  void failures_haveAMedianToo() {
    windows.add(20, 9, 1, 9);
    windows.add(20, 5, 5, 5);
    windows.add(20, 8, 2, 8);
    assertThat(windows.failureShare()).isEqualTo(0.2);
  }

  /** Whether a third window that is like this is full, after two of a latency of 1. */
  private static boolean full(double seconds, double good, double bad) {
    HealthWindows fresh = new HealthWindows();
    fresh.add(20, 10, 0, 10);
    fresh.add(20, 10, 0, 10);
    fresh.add(seconds, good, bad, 100 * good);
    return fresh.latencyNanos() == 1 && (good > 0 || fresh.failureShare() == 0);
  }

  @Test
  void window_isTwentySecondsAndTenCalls() {
    assertThat(full(20, 10, 0)).isTrue();
    assertThat(full(19.9, 10, 0)).isFalse();
    assertThat(full(20, 9, 0)).isFalse();
    assertThat(full(20, 1, 9)).as("failures are calls").isTrue();
  }

  @Test
  void window_isFiveMinutesWhereCallsAreRare() {
    assertThat(full(300, 1, 0)).isTrue();
    assertThat(full(299.9, 1, 0)).isFalse();
    assertThat(full(300, 0, 9)).as("no success, nothing known").isFalse();
  }

  @Test
  void brownoutOfAMinute_isNotUsual() {
    for (int i = 0; i < 7; i++) {
      window(1);
    }
    for (int i = 0; i < 3; i++) {
      window(10);
    }
    assertThat(windows.latencyNanos()).isEqualTo(1);
  }

  @Test
  void whatLastsForHalfOfThirtyOneWindows_is() {
    for (int i = 0; i < 16; i++) {
      window(1);
    }
    for (int i = 0; i < 15; i++) {
      window(2);
    }
    assertThat(windows.latencyNanos()).as("16 of 31").isEqualTo(1);
    window(2);
    assertThat(windows.latencyNanos()).as("15 of 31").isEqualTo(2);
  }
}
