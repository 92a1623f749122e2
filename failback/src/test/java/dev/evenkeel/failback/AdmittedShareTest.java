package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AdmittedShareTest {

  private final AdmittedShare admitted = new AdmittedShare();

  @Test
  void withoutCalls_itIsTheProbability() {
    assertThat(admitted.share(0.25)).isEqualTo(0.25);
    admitted.count(0, 0, 10);
    assertThat(admitted.share(1)).isEqualTo(1);
  }

  @Test
  void threeCalls_countAsMuchAsTheProbability() {
    admitted.count(3, 3, 0.2);
    assertThat(admitted.share(1)).isEqualTo(0.5);
  }

  @Test
  void whatWasLongAgo_isForgotten() {
    admitted.count(1_000, 1_000, 0.2);
    assertThat(admitted.share(1)).isLessThan(0.01);
    admitted.count(0, 0, 10);
    assertThat(admitted.share(1)).isCloseTo(1, within(1e-3));
  }

  @Test
  void whatChanges_isSeenWithinASecond() {
    for (int i = 0; i < 50; i++) {
      admitted.count(100, 100, 0.2);
    }
    for (int i = 0; i < 5; i++) {
      admitted.count(100, 0, 0.2);
    }
    assertThat(admitted.share(1)).isGreaterThan(0.8);
  }

  /** Sums that several threads add to may be read a few apart. */
  @Property
  void whateverIsCounted_itIsAShare(
      @ForAll @IntRange(max = 1_000) int offered,
      @ForAll @IntRange(max = 1_000) int refused,
      @ForAll @DoubleRange(max = 100) double seconds,
      @ForAll @DoubleRange(max = 1) double probability) {
    AdmittedShare share = new AdmittedShare();
    share.count(offered, refused, seconds);
    share.count(refused, offered, seconds);
    assertThat(share.share(probability)).isBetween(0.0, 1.0);
  }
}
