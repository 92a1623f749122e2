package dev.evenkeel.limits;

/**
 * Whether calls time out because there are too many of them, or for a reason of their own: a bad
 * shard, a hung host, a kind of query. More than a few timeouts are no proof of overload, so it is
 * tried: half as many calls are let in for a moment, and if the <i>share</i> that times out does
 * not fall, it is not the load. Then the limit goes back to where it was and that share is
 * tolerated for some time. Pure; not thread-safe.
 */
final class DropTrial {

  /** More timeouts than this are looked into: a dependency that is well has fewer. */
  private static final double USUAL = 0.05;

  /** From here on next to nothing is lost by cutting, and a small cut could not be seen to help. */
  static final double NEARLY_ALL = 0.9;

  /** A share so large needs no second look before the cut. */
  private static final double CLEAR = 0.5;

  /** A cut has helped if it leaves no more than this part of the share. */
  private static final double HELPED = 0.5;

  /** So many standard deviations are no chance. */
  private static final double SIGMAS = 2;

  /** For so long a share that load does not cause is tolerated; twice as long each further time. */
  private static final long TOLERATED_NANOS = 30_000_000_000L;

  private static final long LONGEST_TOLERATED_NANOS = 240_000_000_000L;

  /** A trial costs at most half the calls, for at most one part in so many of the time. */
  private static final int RARELY = 20;

  /** So many timeouts are expected in what is compared, so that their half is told from chance. */
  private static final int EXPECTED_DROPS = 8;

  private static final long LONGEST_DRAIN_NANOS = 30_000_000_000L;

  private enum Stage {
    NONE,
    MEASURING,
    DRAINING,
    LOOKING
  }

  private Stage stage = Stage.NONE;
  private double limitBefore;
  private double shareBefore;
  private int steps;
  private long drainNanos;
  private double tolerated;
  private long toleratedSinceNanos;
  private long toleratedForNanos = TOLERATED_NANOS;
  private long beganNanos;

  /** Whether the next window must wait for the calls that were let in before the cut. */
  boolean isDraining() {
    return stage == Stage.DRAINING;
  }

  /** How long it takes until those that will time out have done so. */
  long drainNanos() {
    return drainNanos;
  }

  /** How many calls the next window needs to measure a share; 0 if it measures none. */
  int samples() {
    return switch (stage) {
      case NONE, DRAINING -> 0;
      case MEASURING -> (int) (EXPECTED_DROPS / USUAL / 2);
      case LOOKING -> (int) Math.ceil(EXPECTED_DROPS / shareBefore);
    };
  }

  /**
   * A window ended.
   *
   * @param limit the present limit
   * @param floor the least that a cut comes to
   * @param calls how many ended, by success or by timeout
   * @param drops how many of them timed out, or were sent away
   * @param dropNanos how long those took, on average
   * @param peak the most in flight
   * @return the limit from now on; a negative number if timeouts are no reason to change it
   */
  double onWindow(
      double limit, double floor, int calls, int drops, double dropNanos, int peak, long nowNanos) {
    double share = (double) drops / Math.max(1, calls);
    switch (stage) {
      case DRAINING -> {
        stage = Stage.LOOKING;
        return limit;
      }
      case LOOKING -> {
        return look(limit, floor, share, dropNanos, nowNanos);
      }
      case NONE, MEASURING -> {}
    }
    if (!isMore(drops, calls, nowNanos)) {
      stage = Stage.NONE;
      return -1;
    }
    if (share >= NEARLY_ALL) {
      stage = Stage.NONE;
      return Math.max(floor, limit / 2);
    }
    if (stage == Stage.NONE && (share < CLEAR || tolerated > 0)) {
      stage = Stage.MEASURING; // what made it look may have been chance
      return limit;
    }
    limitBefore = limit;
    shareBefore = share;
    steps = 0;
    beganNanos = nowNanos;
    return cut(Math.min(limit, Math.max(1, peak)), floor, dropNanos);
  }

  private boolean isMore(int drops, int calls, long nowNanos) {
    if (nowNanos - toleratedSinceNanos >= toleratedForNanos) {
      tolerated = 0;
    }
    double usual = Math.max(USUAL, tolerated);
    return drops > usual * calls + SIGMAS * Math.sqrt(calls * usual * (1 - usual));
  }

  private double cut(double from, double floor, double dropNanos) {
    steps++;
    drainNanos = (long) Math.min(LONGEST_DRAIN_NANOS, dropNanos);
    stage = Stage.DRAINING;
    return Math.max(floor, Math.max(1, Math.floor(from / 2)));
  }

  private double look(double limit, double floor, double share, double dropNanos, long nowNanos) {
    stage = Stage.NONE;
    if (share >= NEARLY_ALL) {
      return Math.max(floor, limit / 2);
    }
    if (share <= HELPED * shareBefore) {
      toleratedForNanos = TOLERATED_NANOS;
      return Math.max(floor, limitBefore * Math.max(0.5, 1 - shareBefore));
    }
    if (steps == 1 && shareBefore >= CLEAR && limit / 2 >= Math.max(1, floor)) {
      return cut(limit, floor, dropNanos); // half may still be far too many
    }
    tolerated = Math.max(share, shareBefore);
    toleratedSinceNanos = nowNanos;
    toleratedForNanos = Math.max(
        Math.min(LONGEST_TOLERATED_NANOS, 2 * toleratedForNanos), RARELY * (nowNanos - beganNanos));
    return limitBefore;
  }
}
