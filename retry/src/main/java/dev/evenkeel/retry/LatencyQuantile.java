package dev.evenkeel.retry;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * A live quantile of latencies: a histogram with 16 bins for each doubling from 1 µs to about 5
 * minutes, so that a value is known to within 6 %. All counts are halved when {@value #MEMORY} are
 * reached, so the estimate follows the last one or two thousand samples. Recording allocates
 * nothing and takes no lock; an estimate that races with others may miss a few of their samples, or
 * be one that was made before them, until the next is made, {@value #REFRESH} samples later.
 *
 * <p>Thread-safe.
 */
final class LatencyQuantile {

  static final int MIN_SAMPLES = 100;
  static final int REFRESH = 16;
  static final int MEMORY = 2_048;
  static final long UNKNOWN = -1;

  private static final int BIN_BITS = 4;
  private static final int LOWEST_BITS = 10; // 2^10 ns: all below counts as 1 µs
  private static final int HIGHEST_BITS = 38; // 2^38 ns: 275 s; all above counts as that
  private static final int BINS = (HIGHEST_BITS - LOWEST_BITS) << BIN_BITS;

  private final double quantile;
  private final AtomicIntegerArray counts = new AtomicIntegerArray(BINS);
  private final AtomicInteger total = new AtomicInteger();
  private final AtomicBoolean halving = new AtomicBoolean();
  private volatile long estimate = UNKNOWN;

  /**
   * Creates an estimator without samples.
   *
   * @param quantile above 0 and below 1
   */
  LatencyQuantile(double quantile) {
    this.quantile = quantile;
  }

  /**
   * The latency that this share of the calls does not exceed.
   *
   * @return nanoseconds; {@link #UNKNOWN} before there are {@value #MIN_SAMPLES} samples
   */
  long estimateNanos() {
    return estimate;
  }

  void record(long nanos) {
    counts.incrementAndGet(bin(nanos));
    int samples = total.incrementAndGet();
    if (samples >= MIN_SAMPLES && (samples - MIN_SAMPLES) % REFRESH == 0) {
      refresh();
    }
    if (samples >= MEMORY && halving.compareAndSet(false, true)) {
      halve();
      halving.set(false);
    }
  }

  /** Sums what is there instead of trusting the total, which may be ahead of the bins. */
  private void refresh() {
    long samples = 0;
    for (int i = 0; i < BINS; i++) {
      samples += counts.get(i);
    }
    long rank = (long) Math.ceil(quantile * samples);
    long seen = 0;
    for (int i = 0; i < BINS; i++) {
      seen += counts.get(i);
      if (seen >= rank) {
        estimate = upperBound(i);
        return;
      }
    }
  }

  private void halve() {
    int taken = 0;
    for (int i = 0; i < BINS; i++) {
      int half = counts.get(i) / 2;
      counts.addAndGet(i, -half);
      taken += half;
    }
    total.addAndGet(-taken);
  }

  private static int bin(long nanos) {
    long value = Math.max(1L << LOWEST_BITS, Math.min((1L << HIGHEST_BITS) - 1, nanos));
    int doubling = Long.SIZE - 1 - Long.numberOfLeadingZeros(value);
    int within = (int) (value >>> (doubling - BIN_BITS)) & ((1 << BIN_BITS) - 1);
    return ((doubling - LOWEST_BITS) << BIN_BITS) + within;
  }

  private static long upperBound(int bin) {
    int doubling = LOWEST_BITS + (bin >>> BIN_BITS);
    long within = (bin & ((1 << BIN_BITS) - 1)) + 1L;
    return (1L << doubling) + (within << (doubling - BIN_BITS)) - 1;
  }
}
