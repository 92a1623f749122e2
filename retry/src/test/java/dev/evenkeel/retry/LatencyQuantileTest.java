package dev.evenkeel.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LatencyQuantileTest {

  private static final double BIN = 1.0 / 16;
  private static final long MILLI = 1_000_000;

  /** Up to the first halving nothing is forgotten, so the estimate is that of all samples. */
  @Property(tries = 500)
  void estimate_isThatOfTheSortedSamplesToWithinABin(
      @ForAll long seed,
      @ForAll @IntRange(max = 100) int refreshes,
      @ForAll @DoubleRange(min = 0.5, max = 0.99) double quantile) {
    SplittableRandom random = new SplittableRandom(seed);
    LatencyQuantile estimator = new LatencyQuantile(quantile);
    long[] samples = new long[LatencyQuantile.MIN_SAMPLES + refreshes * LatencyQuantile.REFRESH];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (long) (1_100 * Math.exp(random.nextDouble() * 18)); // 1.1 us to 72 s
      estimator.record(samples[i]);
    }
    Arrays.sort(samples);
    long exact = samples[(int) Math.ceil(quantile * samples.length) - 1];
    assertThat(estimator.estimateNanos()).isBetween(exact, (long) (exact * (1 + BIN)) + 1);
  }

  @Test
  void fewSamples_giveNoEstimate() {
    LatencyQuantile estimator = new LatencyQuantile(0.95);
    for (int i = 1; i < LatencyQuantile.MIN_SAMPLES; i++) {
      estimator.record(MILLI);
      assertThat(estimator.estimateNanos()).isEqualTo(LatencyQuantile.UNKNOWN);
    }
    estimator.record(MILLI);
    assertThat(estimator.estimateNanos()).isBetween(MILLI, (long) (MILLI * (1 + BIN)));
  }

  @Test
  void median_ofTwoHalves_isThatOfTheLower() {
    LatencyQuantile estimator = new LatencyQuantile(0.5);
    int half = (LatencyQuantile.MIN_SAMPLES + 1) / 2;
    for (int i = 0; i < LatencyQuantile.MIN_SAMPLES; i++) {
      estimator.record(i < half ? MILLI : 8 * MILLI);
    }
    assertThat(estimator.estimateNanos()).isBetween(MILLI, (long) (MILLI * (1 + BIN)));
  }

  @Test
  void valuesOutOfRange_countAsTheNearest() {
    LatencyQuantile estimator = new LatencyQuantile(0.5);
    for (int i = 0; i < LatencyQuantile.MIN_SAMPLES; i++) {
      estimator.record(i % 2 == 0 ? -5 : 0);
    }
    assertThat(estimator.estimateNanos()).isBetween(1_000L, 1_100L);
    LatencyQuantile longest = new LatencyQuantile(0.5);
    for (int i = 0; i < LatencyQuantile.MIN_SAMPLES; i++) {
      longest.record(Long.MAX_VALUE);
    }
    assertThat(longest.estimateNanos()).isEqualTo((1L << 38) - 1);
  }

  @Test
  void newLatency_isFollowedAfterOneMemory() {
    LatencyQuantile estimator = new LatencyQuantile(0.95);
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 100_000; i++) {
      estimator.record(10 * MILLI + random.nextLong(MILLI));
    }
    assertThat(estimator.estimateNanos()).isBetween(10 * MILLI, 12 * MILLI);
    for (int i = 0; i < LatencyQuantile.MEMORY; i++) {
      estimator.record(100 * MILLI + random.nextLong(MILLI));
    }
    assertThat(estimator.estimateNanos()).as("slower").isBetween(100 * MILLI, 110 * MILLI);
    for (int i = 0; i < 8 * LatencyQuantile.MEMORY; i++) {
      estimator.record(MILLI + random.nextLong(MILLI / 10));
    }
    assertThat(estimator.estimateNanos()).as("quicker").isBetween(MILLI, 2 * MILLI);
  }

  /**
   * The loop of a live delay: what takes longer than the estimate is hedged, and counts with the
   * time of the whole call. The share of hedged calls must stay what was asked for.
   */
  @Test
  void hedgingByTheEstimate_doesNotPullItDown() {
    double quantile = 0.95;
    LatencyQuantile estimator = new LatencyQuantile(quantile);
    SplittableRandom random = new SplittableRandom(11);
    int hedged = 0;
    int calls = 400_000;
    for (int i = 0; i < calls; i++) {
      long delay = estimator.estimateNanos();
      long first = latency(random);
      if (delay > 0 && first > delay) {
        hedged++;
        estimator.record(Math.min(first, delay + latency(random)));
      } else {
        estimator.record(first);
      }
    }
    assertThat((double) hedged / calls).isCloseTo(1 - quantile, within(0.01));
  }

  /** Exponential with a mean of 10 ms. */
  private static long latency(SplittableRandom random) {
    return (long) (-10 * MILLI * Math.log(1 - random.nextDouble()));
  }

  @Test
  void manyThreads_loseNoSampleAndKeepForgetting() throws InterruptedException {
    LatencyQuantile estimator = new LatencyQuantile(0.9);
    int threads = 4;
    CountDownLatch done = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      Thread thread = new Thread(() -> {
        for (int n = 0; n < 100_000; n++) {
          estimator.record(n < 80_000 ? 50 * MILLI : 5 * MILLI);
        }
        done.countDown();
      });
      thread.start();
    }
    assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    // A thread that was kept from the processor while it wrote an estimate may have written an old
    // one at the very end; it holds until the next is made, sixteen samples later.
    for (int n = 0; n < LatencyQuantile.REFRESH; n++) {
      estimator.record(5 * MILLI);
    }
    assertThat(estimator.estimateNanos()).isBetween(5 * MILLI, 6 * MILLI);
  }
}
