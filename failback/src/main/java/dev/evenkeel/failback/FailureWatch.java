package dev.evenkeel.failback;

/**
 * Judges the failures on a ramp. Some fail whatever the load, and a closed breaker bears them; more
 * than that is a reason to send less, but only if less load helps. Most calls failing is a relapse.
 * Not thread-safe.
 */
final class FailureWatch {

  enum Finding {
    /** No more failures than are borne. */
    BORNE,
    /** More than are borne: send less. */
    TOO_MANY,
    /** Less load did not help: send as much as before. */
    NOT_LOAD,
    /** Mostly failures: open again. */
    RELAPSE
  }

  private static final double USUAL = 0.05; // borne where no other share is known
  private static final double SURE = 9; // 3 standard errors, squared: 1 of 700 looks errs
  private static final int LEAST_FAILURES = 3;
  private static final int RELAPSE_FAILURES = 5;
  private static final double RELAPSE_CALLS = 16;
  private static final double MOST_RELAPSE_CALLS = 500;
  private static final double RELAPSE_SURE = 3.5;
  private static final double BY_CHANCE = 1e-6; // of a row of failures in what is borne anyway
  private static final double EXPECTED_TO_COMPARE = 8; // failures, if less load does not help
  // The worst step of many is looked at: of few calls most of it is chance, and would seem to help.
  private static final double PRIOR_CALLS = 16;
  private static final double HELPED = 0.5; // of the failures are gone
  private static final double BORNE_MARGIN = 1.1;
  private static final double MOST_BORNE = 0.99;
  private static final double FORGET_SECONDS = 60;
  private static final double OBSERVE_SECONDS = 10;

  private final double usual;
  private final double threshold;
  private double borne;
  private double observed;
  private double recentGood;
  private double recentBad;
  private long failedInARow;
  private boolean anyGood;
  private double begunLately; // no longer ago than a success takes
  private double usualNanos = Double.MAX_VALUE; // of a success
  private double failedNanos; // of a failure
  private double goodLately; // that began with the failures of now, and are back long since

  private boolean comparing;
  private double shareBefore;
  private long compareFromNanos;
  private long comparedCalls;
  private long comparedBad;

  FailureWatch(double threshold, double healthyFailureShare) {
    this.threshold = threshold;
    usual = Math.max(USUAL, healthyFailureShare);
    borne = usual;
  }

  /** The share of failures that is no reason to send less. */
  double borne() {
    return borne;
  }

  /**
   * Calls began.
   *
   * @param calls how many
   * @param seconds over which they did
   * @param newUsualNanos how long a success takes; more than 0
   */
  void began(long calls, double seconds, double newUsualNanos) {
    usualNanos = newUsualNanos;
    begunLately = begunLately * StrictMath.exp(-seconds * 1e9 / usualNanos) + Math.max(0, calls);
  }

  /**
   * Takes calls in.
   *
   * @param sums the calls that came back
   * @param seconds over which they did
   * @param nowNanos the present time
   * @param patienceNanos how long a change of the load takes to show
   */
  Finding judge(StepSums sums, double seconds, long nowNanos, long patienceNanos) {
    long good = sums.good();
    long bad = sums.bad();
    anyGood |= good > 0;
    double pending = likelyGood(sums) + goodBefore(sums, seconds);
    long calls = good + bad;
    if (calls > 0) {
      forget((double) bad / calls, seconds);
    }
    double keep = Math.max(0, 1 - calls / relapseCalls());
    recentGood = recentGood * keep + good;
    recentBad = recentBad * keep + bad;
    failedInARow = good == 0 ? failedInARow + bad : 0;
    double share = Math.max(threshold, Math.min(1, borne));
    double recent = recentGood + recentBad + pending;
    if ((recentBad >= RELAPSE_FAILURES && recentBad >= share * recent)
        || failedInARow >= relapseRow() + pending) {
      return Finding.RELAPSE;
    }
    if (comparing) {
      return compare(calls, bad, nowNanos);
    }
    double known = (double) calls + pending;
    if (bad < LEAST_FAILURES || deviance(bad / known, known) <= SURE) {
      return Finding.BORNE;
    }
    comparing = true;
    shareBefore = (bad + PRIOR_CALLS * borne) / (calls + PRIOR_CALLS);
    compareFromNanos = nowNanos + patienceNanos;
    comparedCalls = 0;
    comparedBad = 0;
    return Finding.TOO_MANY;
  }

  /**
   * How far a share of failures is beyond what is borne, as the square of so many standard errors:
   * the deviance of the binomial distribution, as the normal one errs where calls are few.
   */
  private double deviance(double share, double calls) {
    if (share <= borne) {
      return 0;
    }
    double good = 1 - share;
    double rest = good > 0 ? good * StrictMath.log(good / (1 - borne)) : 0;
    return 2 * calls * (share * StrictMath.log(share / borne) + rest);
  }

  /**
   * Failures are back first where calls take long: what is under way may still be good. Not what
   * has been for longer than a call takes; and of the rest those that would have failed by now.
   */
  private double likelyGood(StepSums sums) {
    double underWay = anyGood ? Math.min(sums.inFlight(), begunLately) : sums.inFlight();
    double untilFailed = sums.bad() == 0 ? 0 : sums.badNanos() / sums.bad() / usualNanos;
    return underWay * Math.max(0, 1 - untilFailed);
  }

  /**
   * Timeouts come back last, and all at once after a burst: of the calls that began with them the
   * good ones have come back long before.
   */
  private double goodBefore(StepSums sums, double seconds) {
    if (sums.bad() > 0) {
      failedNanos = sums.badNanos() / sums.bad();
    }
    double latest = sums.good() == 0 ? 0 : sums.nanos() / sums.good();
    double later = failedNanos - Math.max(usualNanos, latest);
    double before = later > 0 ? goodLately * StrictMath.exp(-seconds * 1e9 / later) : 0;
    goodLately = before + sums.good();
    return before;
  }

  /** What is no longer needed to be borne. */
  private void forget(double share, double seconds) {
    observed += (1 - StrictMath.exp(-seconds / OBSERVE_SECONDS)) * (share - observed);
    double needed = Math.max(usual, Math.min(borne, BORNE_MARGIN * observed));
    borne += (1 - StrictMath.exp(-seconds / FORGET_SECONDS)) * (needed - borne);
  }

  private Finding compare(long calls, long bad, long nowNanos) {
    if (nowNanos - compareFromNanos < 0) {
      return Finding.BORNE;
    }
    comparedCalls += calls;
    comparedBad += bad;
    double expected = shareBefore * comparedCalls;
    if (expected < EXPECTED_TO_COMPARE) {
      return Finding.BORNE;
    }
    comparing = false;
    if (comparedBad < HELPED * expected) {
      return Finding.BORNE;
    }
    borne = Math.min(threshold, Math.max(borne, BORNE_MARGIN * comparedBad / comparedCalls));
    return Finding.NOT_LOAD;
  }

  /** Over so many calls that chance does not take what is borne for more than the threshold. */
  private double relapseCalls() {
    double room = Math.max(0.01, threshold - borne);
    double needed = RELAPSE_SURE * RELAPSE_SURE * borne * (1 - borne) / (room * room);
    return Math.max(RELAPSE_CALLS, Math.min(MOST_RELAPSE_CALLS, needed));
  }

  private double relapseRow() {
    return Math.max(
        RELAPSE_FAILURES, StrictMath.log(BY_CHANCE) / StrictMath.log(Math.min(MOST_BORNE, borne)));
  }
}
