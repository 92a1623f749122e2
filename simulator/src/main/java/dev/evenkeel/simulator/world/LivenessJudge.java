package dev.evenkeel.simulator.world;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * From when the dependency could answer everything, each process must let everything through within
 * a time, and its breaker must close in twice that.
 */
public final class LivenessJudge {

  private static final double REFUSED_SHARE = 0.01;
  private static final int REFUSED_CALLS = 2; // by chance, of few

  private final long[] ableNanos;
  private final long[] withinNanos;
  private final long endNanos;
  private final int[] asked;
  private final int[] refused;
  private final boolean[] isClosed;
  private final boolean[] closedInTime;
  private final boolean[] seen; // a change after it

  /**
   * Prepares the judgement of one run.
   *
   * @param ableNanos by process: from when on the dependency could answer everything;
   *     {@link Long#MAX_VALUE} for never, or if nothing is promised
   * @param withinNanos by process: what is allowed
   * @param endNanos the end of the run
   */
  public LivenessJudge(long[] ableNanos, long[] withinNanos, long endNanos) {
    this.ableNanos = ableNanos.clone();
    this.withinNanos = withinNanos.clone();
    this.endNanos = endNanos;
    int clients = ableNanos.length;
    asked = new int[clients];
    refused = new int[clients];
    isClosed = new boolean[clients];
    Arrays.fill(isClosed, true);
    closedInTime = new boolean[clients];
    seen = new boolean[clients];
  }

  /**
   * Whether the run is long enough to judge a process.
   *
   * @param client the process
   * @return false if nothing is promised, or not before the end
   */
  public boolean applies(int client) {
    return ableNanos[client] <= endNanos - withinNanos[client];
  }

  /**
   * How many processes can be judged.
   *
   * @return 0 to all
   */
  public int judged() {
    int count = 0;
    for (int client = 0; client < ableNanos.length; client++) {
      count += applies(client) ? 1 : 0;
    }
    return count;
  }

  /**
   * Judges.
   *
   * @param log what happened
   * @return the promises that were broken; none if the list is empty
   */
  public List<Broken> judge(CallLog log) {
    for (int entry = 0; entry < log.size(); entry++) {
      take(log.client(entry), log.what(entry), log.nanos(entry));
    }
    List<Broken> broken = new ArrayList<>();
    admitted(broken);
    closed(broken);
    return broken;
  }

  private void take(int client, byte what, long nanos) {
    if (!applies(client)) {
      return;
    }
    long able = ableNanos[client];
    long within = withinNanos[client];
    switch (what) {
      case CallLog.CLOSED -> {
        lookBack(client, nanos);
        isClosed[client] = true;
        closedInTime[client] |= nanos <= able + 2 * within && nanos >= able;
      }
      case CallLog.NOT_CLOSED -> {
        lookBack(client, nanos);
        isClosed[client] = false;
      }
      case CallLog.ADMITTED, CallLog.REFUSED -> {
        if (nanos >= able + within) {
          asked[client]++;
          refused[client] += what == CallLog.REFUSED ? 1 : 0;
        }
      }
      default -> {}
    }
  }

  /** At the first change after it: whether it was closed at the time. */
  private void lookBack(int client, long nanos) {
    if (nanos > ableNanos[client] && !seen[client]) {
      seen[client] = true;
      closedInTime[client] |= isClosed[client];
    }
  }

  private void admitted(List<Broken> broken) {
    int stuck = 0;
    int worst = -1;
    for (int client = 0; client < asked.length; client++) {
      if (applies(client) && refused[client] > REFUSED_CALLS + REFUSED_SHARE * asked[client]) {
        stuck++;
        if (worst < 0 || refusedShare(client) > refusedShare(worst)) {
          worst = client;
        }
      }
    }
    if (stuck > 0) {
      broken.add(new Broken(
          Broken.Promise.ALL_ADMITTED,
          String.format(
              Locale.ROOT,
              "%d of %d processes; process %d refuses %d of %d calls from %.1f s on (able from %.1f s)",
              stuck,
              judged(),
              worst,
              refused[worst],
              asked[worst],
              (ableNanos[worst] + withinNanos[worst]) / 1e9,
              ableNanos[worst] / 1e9),
          refusedShare(worst) * stuck / judged()));
    }
  }

  private double refusedShare(int client) {
    return (double) refused[client] / Math.max(1, asked[client]);
  }

  private void closed(List<Broken> broken) {
    int open = 0;
    int judged = 0;
    int one = -1;
    for (int client = 0; client < asked.length; client++) {
      if (applies(client) && ableNanos[client] <= endNanos - 2 * withinNanos[client]) {
        judged++;
        boolean closed = seen[client] ? closedInTime[client] : isClosed[client];
        if (!closed && !closedInTime[client]) {
          open++;
          one = client;
        }
      }
    }
    if (open > 0) {
      broken.add(new Broken(
          Broken.Promise.CLOSED,
          String.format(
              Locale.ROOT,
              "%d of %d processes; process %d was not closed at %.1f s (able from %.1f s)",
              open,
              judged,
              one,
              (ableNanos[one] + 2 * withinNanos[one]) / 1e9,
              ableNanos[one] / 1e9),
          (double) open / judged));
    }
  }
}
