package dev.evenkeel.simulator;

/**
 * Calls at one instant: each process makes all calls of a period at once, then none until the next.
 */
final class Salvos {

  private final double periodNanos;
  private final double[] at;
  private final double[] owed; // calls, with the fraction that makes no call yet
  private final boolean[] going;

  Salvos(Scenario scenario, Chance[] chances) {
    periodNanos = scenario.number(Field.BURST_EVERY) * 1e9;
    boolean together = scenario.is(Field.BURST_TOGETHER, "yes");
    at = new double[chances.length];
    owed = new double[chances.length];
    going = new boolean[chances.length];
    for (int i = 0; i < at.length; i++) {
      at[i] = periodNanos * (together ? 0.5 : chances[i].unit()) - periodNanos;
      owed[i] = chances[i].unit();
    }
  }

  long next(int client, double ratePerNano, long nowNanos) {
    if (going[client] && owed[client] >= 1) {
      owed[client]--;
      return nowNanos;
    }
    going[client] = true;
    do {
      at[client] += periodNanos;
      owed[client] += ratePerNano * periodNanos;
    } while (owed[client] < 1 || at[client] <= nowNanos);
    owed[client]--;
    return (long) at[client];
  }
}
