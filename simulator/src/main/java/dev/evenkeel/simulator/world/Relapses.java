package dev.evenkeel.simulator.world;

/**
 * How often a fleet that was back falls back: fewer than half of the calls of a window are
 * answered, after three quarters were. Windows in which the dependency itself was down, and those
 * before it is all there again, do not count. A window has so many calls that chance makes none.
 *
 * @param count how often; 0 or more
 * @param wasBack whether the fleet was back in any window; one that never was cannot fall back
 */
public record Relapses(int count, boolean wasBack) {

  private static final int CALLS = 200;
  private static final double BACK = 0.75;
  private static final double FALLEN = 0.5;

  /**
   * Looks at a run.
   *
   * @param asked calls by bin
   * @param answered those of them that were answered well
   * @param isDown whether the dependency was down
   * @param from the bin of the return
   * @param to the bin of the end
   * @param leastBins how many bins a window must have, for calls that come in bursts
   * @return what was seen
   */
  public static Relapses of(
      int[] asked, int[] answered, boolean[] isDown, int from, int to, int leastBins) {
    int relapses = 0;
    boolean back = false;
    boolean wasBack = false;
    int start = from;
    long calls = 0;
    long good = 0;
    int cleanFrom = from;
    for (int bin = from; bin < to; bin++) {
      calls += asked[bin];
      good += answered[bin];
      if (isDown[bin]) {
        cleanFrom = bin + 1;
        start = bin + 1;
        calls = 0;
        good = 0;
        back = false;
        continue;
      }
      while (start < bin && bin - start >= leastBins && calls - asked[start] >= CALLS) {
        calls -= asked[start];
        good -= answered[start];
        start++;
      }
      if (bin + 1 - Math.max(start, cleanFrom) < leastBins || calls < CALLS) {
        continue;
      }
      if (good >= BACK * calls) {
        back = true;
        wasBack = true;
      } else if (back && good < FALLEN * calls) {
        relapses++;
        back = false;
      }
    }
    return new Relapses(relapses, wasBack);
  }
}
