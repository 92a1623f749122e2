package dev.evenkeel.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private static final Duration BASE = Duration.ofMillis(100);
  private static final Duration CAP = Duration.ofSeconds(2);

  private static final List<Backoff> ALL = List.of(
      Backoff.fixed(BASE),
      Backoff.fullJitter(BASE, CAP),
      Backoff.equalJitter(BASE, CAP),
      Backoff.decorrelatedJitter(BASE, CAP));

  @Property
  void wait_isNeverNegativeAndNeverAboveTheCap(
      @ForAll @IntRange(min = 1, max = 100) int attempt,
      @ForAll @LongRange(min = 0, max = 2_000_000_000L) long previous,
      @ForAll long random) {
    for (Backoff backoff : ALL) {
      assertThat(backoff.waitNanos(attempt, null, null, previous, random))
          .isBetween(0L, CAP.toNanos());
    }
  }

  @Test
  void jitter_isStillThereAtTheCap() {
    SplittableRandom random = new SplittableRandom(1);
    for (Backoff backoff : ALL.subList(1, ALL.size())) {
      long[] waits = random
          .longs(1_000)
          .map(bits -> backoff.waitNanos(50, null, null, CAP.toNanos(), bits))
          .toArray();
      assertThat(waits).as("%s", backoff).doesNotHaveDuplicates();
    }
  }

  /** Random bits that stand for one half. */
  private static final long HALF = 1L << 63;

  private static long millis(Backoff backoff, int attempt, long previousMillis, long random) {
    return backoff.waitNanos(attempt, null, null, previousMillis * 1_000_000, random) / 1_000_000;
  }

  @Test
  void fullJitter_isUpToTheBaseDoubledWithEachAttempt() {
    Backoff backoff = Backoff.fullJitter(BASE, CAP);
    assertThat(millis(backoff, 1, 0, 0)).isZero();
    assertThat(millis(backoff, 1, 0, HALF)).isEqualTo(50);
    assertThat(millis(backoff, 2, 0, HALF)).isEqualTo(100);
    assertThat(millis(backoff, 5, 0, HALF)).isEqualTo(800);
    assertThat(millis(backoff, 6, 0, HALF)).as("the cap").isEqualTo(1_000);
    assertThat(millis(backoff, 100, 0, HALF)).as("far beyond").isEqualTo(1_000);
  }

  @Test
  void equalJitter_isAtLeastHalfOfThat() {
    Backoff backoff = Backoff.equalJitter(BASE, CAP);
    assertThat(millis(backoff, 1, 0, 0)).isEqualTo(50);
    assertThat(millis(backoff, 1, 0, HALF)).isEqualTo(75);
    assertThat(millis(backoff, 3, 0, HALF)).isEqualTo(300);
    assertThat(millis(backoff, 50, 0, 0)).isEqualTo(1_000);
  }

  @Test
  void decorrelatedJitter_isUpToThreeTimesThePreviousWait() {
    Backoff backoff = Backoff.decorrelatedJitter(BASE, CAP);
    assertThat(millis(backoff, 1, 0, 0)).isEqualTo(100);
    assertThat(millis(backoff, 1, 0, HALF)).isEqualTo(200);
    assertThat(millis(backoff, 7, 200, HALF)).isEqualTo(350);
    assertThat(millis(backoff, 7, 1_000, HALF)).as("the cap").isEqualTo(1_050);
  }

  @Test
  void longestWaits_doNotOverflow() {
    Duration century = Duration.ofDays(36_500);
    Duration day = Duration.ofDays(1);
    long top = century.toMillis() / 2;
    assertThat(millis(Backoff.fullJitter(day, century), 100, 0, HALF)).isEqualTo(top);
    assertThat(millis(Backoff.decorrelatedJitter(day, century), 9, century.toMillis(), HALF))
        .isEqualTo(top + day.toMillis() / 2);
    assertThat(millis(Backoff.decorrelatedJitter(day, century), 2, day.toMillis(), HALF))
        .as("between one day and three")
        .isEqualTo(2 * day.toMillis());
  }
}
