package dev.evenkeel.examples.fleet;

import java.util.List;
import java.util.Locale;

/**
 * How the return went.
 *
 * @param debtSeconds calls asked for since the return and not answered well, in seconds of normal
 *     traffic
 * @param recoveredSeconds from when on each 2 s were good, after the return; not a number if never
 * @param relapses how often goodput (over 2 s) fell below half of its best since the return
 * @param sentWhileDead attempts that went out while there was no service
 */
record Outcome(double debtSeconds, double recoveredSeconds, int relapses, long sentWhileDead) {

  private static final int WINDOW = (int) Math.round(2 / Recording.BIN_SECONDS);

  static Outcome of(
      List<Bin> bins, double killed, double returned, double normalRate, double steadySeconds) {
    int from = Math.min(bins.size(), (int) Math.round(returned / Recording.BIN_SECONDS));
    int dead = Math.min(from, (int) Math.round(killed / Recording.BIN_SECONDS));
    List<Bin> recovery = bins.subList(from, bins.size());
    long lost = recovery.stream().mapToLong(bin -> bin.asked() - bin.ok()).sum();
    int goodFrom = 0;
    int relapses = 0;
    double best = 0;
    boolean armed = true;
    for (int i = 0; i + WINDOW <= recovery.size(); i++) {
      Bin window = sum(recovery.subList(i, i + WINDOW));
      if (!isGood(window)) {
        goodFrom = i + 1;
      }
      best = Math.max(best, (double) window.ok());
      boolean worth = best >= 0.1 * normalRate * WINDOW * Recording.BIN_SECONDS;
      if (armed && worth && window.ok() < best / 2) {
        relapses++;
        armed = false;
      } else if (window.ok() >= 0.75 * best) {
        armed = true;
      }
    }
    double goodSeconds = (recovery.size() - goodFrom) * Recording.BIN_SECONDS;
    boolean recovered = recovery.size() >= WINDOW && goodSeconds >= steadySeconds;
    return new Outcome(
        Math.max(0, lost / normalRate),
        recovered ? goodFrom * Recording.BIN_SECONDS : Double.NaN,
        relapses,
        sum(bins.subList(dead, from)).sent());
  }

  private static Bin sum(List<Bin> bins) {
    return bins.stream().reduce(Bin.NOTHING, Bin::plus);
  }

  /** Of the calls that ended 99 % ended well, and nearly as many as were asked for. */
  private static boolean isGood(Bin window) {
    return window.ok() >= 0.99 * (window.ok() + window.failed())
        && window.ok() >= 0.85 * window.asked();
  }

  /** Of the last seconds. */
  static Bin latest(List<Bin> bins, double seconds) {
    int count = (int) Math.round(seconds / Recording.BIN_SECONDS);
    return sum(bins.subList(Math.max(0, bins.size() - count), bins.size()));
  }

  /** Whether the last seconds were good, with as many users as there should be. */
  static boolean isSteady(List<Bin> bins, double seconds, double normalRate) {
    Bin all = latest(bins, seconds);
    return all.asked() >= 0.8 * normalRate * seconds
        && all.ok() >= 0.99 * (all.ok() + all.failed())
        && all.ok() >= 0.9 * all.asked();
  }

  String text(String how) {
    return String.format(
        Locale.ROOT,
        "%-14s recovery debt %5.1f s   99 %% again after %s   relapses %d   sent while dead %d%n",
        how,
        debtSeconds,
        Double.isNaN(recoveredSeconds)
            ? "- (not yet)"
            : String.format(Locale.ROOT, "%4.1f s", recoveredSeconds),
        relapses,
        sentWhileDead);
  }
}
