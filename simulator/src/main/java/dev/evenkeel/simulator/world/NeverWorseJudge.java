package dev.evenkeel.simulator.world;

import java.util.ArrayList;
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
  private static final double RELAPSE_SIGMAS = 2; // of their number: few are seen

  private final double noticeCalls;
  private final double callsPerSecond;
  private final List<Loss> ours = new ArrayList<>();
  private final List<List<Loss>> theirs = new ArrayList<>();

  /**
   * Prepares the judgement of one world.
   *
   * @param noticeCalls how many calls are asked for until everybody has noticed the return
   * @param callsPerSecond after the return
   */
  public NeverWorseJudge(double noticeCalls, double callsPerSecond) {
    this.noticeCalls = noticeCalls;
    this.callsPerSecond = callsPerSecond;
  }

  /**
   * Adds what happened with one seed.
   *
   * @param our the run to judge
   * @param their with Resilience4j's own way back, once for each phase of its timer
   */
  public void add(Loss our, List<Loss> their) {
    ours.add(our);
    theirs.add(List.copyOf(their));
  }

  /**
   * Judges by all that was added: by the medians of what was lost, and by the sums of relapses. One
   * seed is enough if nothing is broken; a breach should be confirmed by more.
   *
   * @return the promises that were broken; none if the list is empty
   */
  public List<Broken> judge() {
    List<Broken> broken = new ArrayList<>();
    lost(broken);
    relapses(broken);
    return broken;
  }

  private void lost(List<Broken> broken) {
    double[] our = ours.stream().mapToDouble(Loss::lost).sorted().toArray();
    double[] their =
        theirs.stream().flatMap(List::stream).mapToDouble(Loss::lost).sorted().toArray();
    double lost = our[our.length / 2];
    double median = their[their.length / 2];
    double allowed = median + noticeCalls + SECONDS * callsPerSecond;
    double chance = CALLS + SIGMAS * Math.sqrt(allowed);
    if (lost > allowed + chance) {
      broken.add(new Broken(
          Broken.Promise.LOSES_NO_MORE,
          String.format(
              Locale.ROOT,
              "lost %.0f of %d calls; without failback %.0f (%.0f to %.0f) + %.0f to notice + %.0f (2 s)"
                  + " + %.0f (chance)",
              lost,
              ours.get(0).asked(),
              median,
              their[0],
              their[their.length - 1],
              noticeCalls,
              SECONDS * callsPerSecond,
              chance),
          (lost - allowed) / Math.max(1, callsPerSecond)));
    }
  }

  /** Of the seeds with which theirs came back at all: who never does cannot fall back. */
  private void relapses(List<Broken> broken) {
    int our = 0;
    int their = 0;
    for (int seed = 0; seed < ours.size(); seed++) {
      List<Relapses> phases = theirs.get(seed).stream().map(Loss::relapses).toList();
      if (phases.stream().allMatch(Relapses::wasBack)) {
        our += ours.get(seed).relapses().count();
        their += phases.stream().mapToInt(Relapses::count).max().orElse(0);
      }
    }
    double chance = ours.size() == 1 ? 0 : Math.max(1, RELAPSE_SIGMAS * Math.sqrt(their));
    if (our > their + chance) {
      broken.add(new Broken(
          Broken.Promise.NO_MORE_RELAPSES,
          String.format(
              Locale.ROOT,
              "%d relapses in %d runs; without failback at most %d",
              our,
              ours.size(),
              their),
          our - their));
    }
  }
}
