package dev.evenkeel.simulator;

/** Two sums over the last so many seconds, in steps of a second. */
final class SlidingCounts {

  private static final long SECOND = 1_000_000_000L;

  private final int[] all;
  private final int[] good;
  private int allSum;
  private int goodSum;
  private long second;

  SlidingCounts(int seconds) {
    all = new int[seconds];
    good = new int[seconds];
  }

  void advance(long nowNanos) {
    long now = nowNanos / SECOND;
    for (; second < now; second++) {
      int oldest = (int) ((second + 1) % all.length);
      allSum -= all[oldest];
      goodSum -= good[oldest];
      all[oldest] = 0;
      good[oldest] = 0;
    }
  }

  void add(int toAll, int toGood) {
    int at = (int) (second % all.length);
    all[at] += toAll;
    allSum += toAll;
    good[at] += toGood;
    goodSum += toGood;
  }

  int all() {
    return allSum;
  }

  int good() {
    return goodSum;
  }
}
