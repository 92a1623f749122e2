package dev.evenkeel.simulator.world;

import java.util.List;

/**
 * One world with all its runs.
 *
 * @param world the world
 * @param losses one for each run, ours first
 * @param callsPerSecond after the return
 * @param judged processes of which liveness could be judged
 * @param broken promises that did not hold
 */
public record WorldResult(
    World world, List<Loss> losses, double callsPerSecond, int judged, List<Broken> broken) {

  /**
   * What was lost beyond the best of all, in seconds of traffic.
   *
   * @param loss of which run
   * @return 0 or more
   */
  public double secondsBeyondBest(Loss loss) {
    long best = losses.stream().mapToLong(Loss::lost).min().orElse(0);
    return (loss.lost() - best) / callsPerSecond;
  }

  /**
   * The run that is judged.
   *
   * @return ours
   */
  public Loss ours() {
    return losses.get(0);
  }

  /**
   * How bad it is, for sorting.
   *
   * @return more is worse; what is broken is worse than anything that is not
   */
  public double badness() {
    double worst = broken.stream().mapToDouble(Broken::excess).max().orElse(0);
    return broken.isEmpty() ? secondsBeyondBest(ours()) : 1e6 + worst;
  }
}
