package dev.evenkeel.simulator.world;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Not more may be lost after the return than with Resilience4j's own way back, but for the time to
 * notice that the probe budget costs, and two seconds of traffic.
 */
public final class NeverWorseJudge {

  private static final double SECONDS = 2; // of traffic
  private static final double SIGMAS = 3; // of what chance alone makes of so many calls
  private static final double CALLS = 3;

  private NeverWorseJudge() {}

  /**
   * Judges one world.
   *
   * @param ours the run to judge
   * @param theirs with Resilience4j's own way back, once for each phase of its timer
   * @param noticeCalls how many calls are asked for until everybody has noticed the return
   * @param callsPerSecond after the return
   * @return the promises that were broken; none if the list is empty
   */
  public static List<Broken> judge(
      Loss ours, List<Loss> theirs, double noticeCalls, double callsPerSecond) {
    List<Broken> broken = new ArrayList<>();
    double[] lost = theirs.stream().mapToDouble(Loss::lost).sorted().toArray();
    double median = lost[lost.length / 2];
    double allowed = median + noticeCalls + SECONDS * callsPerSecond;
    double chance = CALLS + SIGMAS * Math.sqrt(allowed);
    if (ours.lost() > allowed + chance) {
      broken.add(new Broken(
          Broken.Promise.LOSES_NO_MORE,
          String.format(
              Locale.ROOT,
              "lost %d of %d calls; without failback %s, so %.0f + %.0f to notice + %.0f (2 s) + %.0f (chance)",
              ours.lost(),
              ours.asked(),
              Arrays.toString(lost),
              median,
              noticeCalls,
              SECONDS * callsPerSecond,
              chance),
          (ours.lost() - allowed) / Math.max(1, callsPerSecond)));
    }
    int most = theirs.stream().mapToInt(Loss::relapses).max().orElse(0);
    if (ours.relapses() > most) {
      broken.add(new Broken(
          Broken.Promise.NO_MORE_RELAPSES,
          String.format(
              Locale.ROOT, "%d relapses; without failback at most %d", ours.relapses(), most),
          ours.relapses() - most));
    }
    return broken;
  }
}
