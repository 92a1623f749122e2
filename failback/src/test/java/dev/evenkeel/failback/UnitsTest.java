package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnitsTest {

  private static final long LEAST = 0;
  private static final long HALF = 1L << 63;
  private static final long MOST = -1;

  @Test
  void randomBits_areAsManyFromZeroToBelowOne() {
    assertThat(Units.unit(LEAST)).isZero();
    assertThat(Units.unit(HALF)).isEqualTo(0.5);
    assertThat(Units.unit(MOST)).isBetween(0.999_999, Math.nextDown(1.0));
  }

  @Test
  void jitteredTime_isUpTo30PercentShorterOrLonger() {
    assertThat(Units.jittered(1_000, LEAST)).isEqualTo(700);
    assertThat(Units.jittered(1_000, HALF)).isEqualTo(1_000);
    assertThat(Units.jittered(1_000, MOST)).isEqualTo(1_299);
  }
}
