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
      assertThat(backoff.waitNanos(attempt, previous, random)).isBetween(0L, CAP.toNanos());
    }
  }

  @Test
  void jitter_isStillThereAtTheCap() {
    SplittableRandom random = new SplittableRandom(1);
    for (Backoff backoff : ALL.subList(1, ALL.size())) {
      long[] waits = random
          .longs(1_000)
          .map(bits -> backoff.waitNanos(50, CAP.toNanos(), bits))
          .toArray();
      assertThat(waits).as("%s", backoff).doesNotHaveDuplicates();
    }
  }
}
