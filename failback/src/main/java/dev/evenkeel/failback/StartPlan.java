package dev.evenkeel.failback;

import dev.evenkeel.core.Checks;
import java.time.Duration;
import java.util.Locale;

/**
 * What a start needs: so many calls, of which the dependency bears so many a second from all nodes
 * together.
 */
record StartPlan(
    String name, int startCalls, double headroom, int nodes, long maxWaitNanos, long warmUpNanos) {

  /** Part of the longest wait in which a turn may begin; the rest is for the calls. */
  private static final double BEGINS = 7.0 / 8;

  /** Without a store a node spreads its calls over so much of the window: many overlap then. */
  private static final double SPREAD = 1.0 / 8;

  /**
   * So many turns overlap, each with its part of the headroom: a node whose calls are slow then
   * keeps up with its pace, and does not spread into the turns of others.
   */
  private static final int OVERLAP = 3;

  /** From a few processes up the store would be asked by too many at once. */
  private static final double NANOS_OF_BACK_OFF_PER_NODE = 1e6;

  private static final double SHORTEST_BACK_OFF_NANOS = 20e6;

  /** Between two calls of a node that has the headroom for itself. */
  long gapNanos() {
    return atMostMaxWait(1e9 / headroom);
  }

  /** Between two calls of a node that has its turn among others. */
  long gapInTurnNanos() {
    return atMostMaxWait(OVERLAP * 1e9 / headroom);
  }

  /** From the begin of a turn until all calls are made. */
  long callsNanos() {
    return atMostMaxWait(OVERLAP * 1e9 * startCalls / headroom);
  }

  private long atMostMaxWait(double nanos) {
    return (long) Math.min((double) maxWaitNanos, nanos);
  }

  double firstBackOffNanos() {
    return Math.max(SHORTEST_BACK_OFF_NANOS, NANOS_OF_BACK_OFF_PER_NODE * nodes);
  }

  /** How long a turn lasts. */
  long lengthNanos() {
    return atMostMaxWait(1e9 * startCalls / headroom);
  }

  /** How long all of them need. */
  double windowSeconds() {
    return (double) nodes * startCalls / headroom;
  }

  /** In which to begin at random, without a store; no longer than what is left allows. */
  long windowNanos(long leftNanos) {
    double wanted = nodes == 1 ? 0 : 1e9 * windowSeconds();
    return (long) Math.min(wanted, BEGINS * Math.max(0, leftNanos));
  }

  /** Between two calls of a node without a store. */
  long gapNanos(long windowNanos) {
    return Math.max(gapNanos(), (long) (SPREAD * windowNanos / startCalls));
  }

  String figures() {
    return String.format(
        Locale.ROOT,
        "%d nodes x %d calls at %.1f/s need %.1f s",
        nodes,
        startCalls,
        headroom,
        windowSeconds());
  }

  /** Whether it is more than can be waited for. */
  boolean isTooLong() {
    return 1e9 * windowSeconds() > maxWaitNanos;
  }

  String tooLong() {
    return String.format(
        Locale.ROOT,
        "%s, longer than maxWait, %s: start-up calls may reach %.1f times the headroom",
        figures(),
        Checks.text(Duration.ofNanos(maxWaitNanos)),
        1e9 * windowSeconds() / (double) maxWaitNanos);
  }
}
