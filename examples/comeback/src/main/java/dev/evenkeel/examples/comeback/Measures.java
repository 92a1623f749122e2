package dev.evenkeel.examples.comeback;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How good a recovery was, from what its users saw. One definition for all three pairs. Everything
 * counts from the moment the service accepts connections again, and everything is smoothed over
 * windows of two seconds, because users come at random.
 *
 * @param startShare of the calls that ended from the second second on until the kill, the share
 *     that ended well; 1 if none ended
 * @param observedSeconds how long the recovery was watched
 * @param debtSeconds calls asked for since the return and not answered well by the end, in seconds
 *     of normal traffic
 * @param t99Seconds the time after which every window is good to the end of the watch: of the calls
 *     that ended at least 99 % ended well, and at least 90 % as many ended well as were asked (else
 *     silence would be success). Empty if that end lasted for less than the schedule's settling
 *     time.
 * @param relapseSeconds when goodput fell below half of its best since the return; the next one
 *     counts after it has been above three quarters again. A best of less than a tenth of normal
 *     traffic is not worth falling from.
 * @param sentWhileDead attempts that really went out while there was no service
 * @param sentWhileDeadShare the same as a share of normal traffic
 * @param p99Millis of the calls that ended well, up to {@code t99Seconds} or, without one, to the
 *     end; not a number if there were none
 */
record Measures(
    double startShare,
    double observedSeconds,
    double debtSeconds,
    OptionalDouble t99Seconds,
    List<Double> relapseSeconds,
    long sentWhileDead,
    double sentWhileDeadShare,
    double p99Millis) {

  private static final double BIN_SECONDS = Settings.seconds(Settings.BIN);
  private static final int WINDOW_BINS = (int) Math.round(2 / BIN_SECONDS);
  private static final int FIRST_SECOND_BINS = (int) Math.round(1 / BIN_SECONDS);
  private static final double GOOD_SHARE_OF_ENDED = 0.99;
  private static final double GOOD_SHARE_OF_ASKED = 0.90;
  private static final double RELAPSE_SHARE = 0.5;
  private static final double REARM_SHARE = 0.75;
  private static final double BEST_WORTH_LOSING = 0.1;

  static Measures of(Recording recording, Settings settings) {
    List<ClientBin> all = recording.client();
    int killed = binAt(recording.killedSeconds(), all.size());
    int returned = binAt(recording.returnedSeconds(), all.size());
    List<ClientBin> outage = all.subList(Math.min(killed, returned), returned);
    List<ClientBin> recovery = all.subList(returned, all.size());
    double normalRate = settings.normalRate();
    OptionalDouble t99 =
        t99Seconds(recovery, Settings.seconds(settings.schedule().settle()));
    long sent = outage.stream().mapToLong(ClientBin::sent).sum();
    return new Measures(
        startShare(all, recording.killedSeconds()),
        recovery.size() * BIN_SECONDS,
        debtSeconds(recovery, normalRate),
        t99,
        relapseSeconds(recovery, normalRate),
        sent,
        outage.isEmpty() ? 0 : sent / (normalRate * outage.size() * BIN_SECONDS),
        p99Millis(recovery, t99));
  }

  private static double startShare(List<ClientBin> all, double killedSeconds) {
    // The bin of the kill is left out: calls that were in flight then fail by it.
    double end = Double.isNaN(killedSeconds) ? all.size() : killedSeconds / BIN_SECONDS;
    int to = (int) Math.min(end, all.size());
    FleetCounts counts = FleetCounts.of(all.subList(Math.min(FIRST_SECOND_BINS, to), to));
    return counts.ok() + counts.failed() == 0 ? 1 : counts.servedShare();
  }

  private static int binAt(double seconds, int bins) {
    return Double.isNaN(seconds) ? bins : (int) Math.min(Math.round(seconds / BIN_SECONDS), bins);
  }

  private static double debtSeconds(List<ClientBin> recovery, double normalRate) {
    long lost = recovery.stream().mapToLong(bin -> bin.asked() - bin.ok()).sum();
    return Math.max(0, lost / normalRate);
  }

  private static OptionalDouble t99Seconds(List<ClientBin> recovery, double settleSeconds) {
    int goodFrom = 0;
    for (int start = 0; start + WINDOW_BINS <= recovery.size(); start++) {
      if (!isGood(recovery.subList(start, start + WINDOW_BINS))) {
        goodFrom = start + 1;
      }
    }
    double goodSeconds = (recovery.size() - goodFrom) * BIN_SECONDS;
    return recovery.size() >= WINDOW_BINS && goodSeconds >= settleSeconds
        ? OptionalDouble.of(goodFrom * BIN_SECONDS)
        : OptionalDouble.empty();
  }

  private static boolean isGood(List<ClientBin> window) {
    return isGood(FleetCounts.of(window));
  }

  static boolean isGood(FleetCounts counts) {
    return isGood((double) counts.asked(), (double) counts.ok(), (double) counts.failed());
  }

  /** Whether a window with these counts or rates is good. */
  static boolean isGood(double asked, double ok, double failed) {
    return ok >= GOOD_SHARE_OF_ENDED * (ok + failed) && ok >= GOOD_SHARE_OF_ASKED * asked;
  }

  /** Whether every window of these bins is good. */
  static boolean isGoodThroughout(List<ClientBin> bins) {
    int window = Math.min(WINDOW_BINS, bins.size());
    for (int start = 0; start + window <= bins.size(); start++) {
      if (!isGood(bins.subList(start, start + window))) {
        return false;
      }
    }
    return window > 0;
  }

  private static List<Double> relapseSeconds(List<ClientBin> recovery, double normalRate) {
    double worthLosing = BEST_WORTH_LOSING * normalRate * BIN_SECONDS * WINDOW_BINS;
    List<Double> relapses = new ArrayList<>();
    double best = 0;
    boolean armed = true;
    for (int start = 0; start + WINDOW_BINS <= recovery.size(); start++) {
      double goodput = recovery.subList(start, start + WINDOW_BINS).stream()
          .mapToLong(ClientBin::ok)
          .sum();
      best = Math.max(best, goodput);
      if (armed && best >= worthLosing && goodput < RELAPSE_SHARE * best) {
        relapses.add((start + WINDOW_BINS / 2.0) * BIN_SECONDS);
        armed = false;
      } else if (goodput >= REARM_SHARE * best) {
        armed = true;
      }
    }
    return List.copyOf(relapses);
  }

  private static double p99Millis(List<ClientBin> recovery, OptionalDouble t99Seconds) {
    long bins = t99Seconds.isPresent()
        ? Math.max(WINDOW_BINS, Math.round(t99Seconds.getAsDouble() / BIN_SECONDS))
        : recovery.size();
    LatencyHistogram latency = new LatencyHistogram();
    recovery.stream().limit(bins).forEach(bin -> latency.addAll(bin.latency()));
    return latency.quantileMillis(0.99).orElse(Double.NaN);
  }
}
