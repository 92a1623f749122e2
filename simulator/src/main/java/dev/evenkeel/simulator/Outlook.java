package dev.evenkeel.simulator;

import java.util.Arrays;

/**
 * From when on a server could answer all that is asked for, with failures and slow calls below what
 * the closed breaker bears. What it could serve is reckoned as if it were fed with everything; how
 * slow it was and how many calls failed is taken from the run, as nobody feeds a server whose calls
 * the breaker must count as failures.
 */
final class Outlook {

  private static final double HEADROOM = 1.15;
  private static final double TRIPS_BY_CHANCE = 1e-4; // of all windows
  private static final int DRAWS = 4096;

  private final Scenario scenario;
  private final double[] units = new double[DRAWS]; // sorted service times of mean 1
  private final double mostFailed;
  private final double mostSlow;
  private final double timeout;
  private final double slowAfter;
  private final double hitsBefore;
  private final double hitsAfter;
  private final double hitTime;
  private final double mixedUnit;

  Outlook(Scenario scenario) {
    this.scenario = scenario;
    ServiceTime service = new ServiceTime(scenario);
    Chance chance = new Chance(0, Purpose.SERVER, -1);
    for (int i = 0; i < DRAWS; i++) {
      units[i] = service.draw(chance);
    }
    Arrays.sort(units);
    mostFailed = bearable(scenario.number(Field.FAILURE_RATE) / 100);
    mostSlow = bearable(scenario.number(Field.SLOW_RATE) / 100);
    timeout = scenario.is(Field.DEADLINE, "caller")
        ? Double.MAX_VALUE // no evidence
        : scenario.number(Field.TIMEOUT);
    slowAfter = scenario.number(Field.SLOW_DURATION);
    hitsBefore = scenario.number(Field.HIT_SHARE);
    hitsAfter = scenario.number(Field.HIT_SHARE_AFTER);
    hitTime = scenario.number(Field.HIT_TIME);
    mixedUnit = 1 / (hitsBefore * hitTime + 1 - hitsBefore);
  }

  /**
   * The share that it bears for sure: with it, chance makes a window trip so seldom. Judged by the
   * smallest window that may trip; larger ones bear more.
   */
  private double bearable(double threshold) {
    int calls = scenario.count(Field.MINIMUM_CALLS);
    int enough = (int) Math.ceil(threshold * calls - 1e-9);
    double low = 0;
    double high = threshold;
    for (int i = 0; i < 30; i++) {
      double share = (low + high) / 2;
      if (atLeast(enough, calls, share) <= TRIPS_BY_CHANCE) {
        low = share;
      } else {
        high = share;
      }
    }
    return low;
  }

  /** The chance of so many of these calls. */
  private static double atLeast(int enough, int calls, double share) {
    double odds = share / (1 - share);
    double term = StrictMath.pow(1 - share, calls);
    double fewer = 0;
    for (int i = 0; i < enough; i++) {
      fewer += term;
      term *= odds * (calls - i) / (i + 1);
    }
    return 1 - fewer;
  }

  /** Users whose calls failed come back; there must be room for all of them. */
  private double returning() {
    double again = scenario.number(Field.RETURN_PROBABILITY);
    double all = 1;
    double users = 1;
    for (int i = 0; i < scenario.count(Field.RETURNS); i++) {
      users *= again;
      all += users;
    }
    return all * peak();
  }

  /** Bursts of several processes come seldom at once, those of one process do. */
  private double peak() {
    double burst = scenario.number(Field.BURST);
    return Math.min(burst, 1 + 2 * (burst - 1) / Math.sqrt(scenario.clients()));
  }

  double mostFailed() {
    return mostFailed;
  }

  /** The mean time of a call at the end. */
  double latencyAfter() {
    double warm = warmLatency() * slowedBy(scenario.isUnlimited(), false);
    double hits = scenario.number(Field.HIT_WARM_CALLS) > 0 ? hitsBefore : hitsAfter;
    return warm * scenario.number(Field.SLOW_FACTOR) * mixedMean(hits);
  }

  private double warmLatency() {
    return scenario.isUnlimited()
        ? scenario.number(Field.LATENCY)
        : scenario.number(Field.WORKERS) / scenario.number(Field.CAPACITY);
  }

  /** Less capacity with as many workers is more time for each call. */
  private double slowedBy(boolean unlimited, boolean stepAhead) {
    return unlimited
        ? 1
        : 1
            / (scenario.number(Field.CAPACITY_AFTER)
                * (stepAhead ? scenario.number(Field.STEP_CAPACITY) : 1));
  }

  private double mixedMean(double hits) {
    return (hits * hitTime + 1 - hits) * mixedUnit;
  }

  /** The share of calls that take longer than so many times the mean. */
  private double longer(double multiple, double hits) {
    return hits * tail(multiple / (hitTime * mixedUnit)) + (1 - hits) * tail(multiple / mixedUnit);
  }

  private double tail(double unit) {
    int at = Arrays.binarySearch(units, unit);
    return 1 - (double) (at < 0 ? -at - 1 : at) / DRAWS;
  }

  /**
   * When.
   *
   * @param run whose errors are looked at
   * @return seconds from the beginning of the run; infinite if never
   */
  double ableSeconds(Recorder run) {
    double from = scenario.returnsSeconds();
    double end = scenario.endSeconds();
    double step = Math.max(0.05, (end - from) / 4000);
    double rate = scenario.laterRate() * returning();
    boolean unlimited = scenario.isUnlimited();
    double capacityWarm = scenario.number(Field.CAPACITY) / scenario.number(Field.SHARDS);
    double cold = scenario.restarts() ? 1 - scenario.number(Field.COLD_SHARE) : 0;
    double warmCalls =
        scenario.number(Field.WARM_UP) * (unlimited ? scenario.normalRate() : capacityWarm);
    double hitWarm = scenario.number(Field.HIT_WARM_CALLS);
    double againFrom = from + scenario.number(Field.AGAIN_AFTER);
    double againTo = scenario.number(Field.AGAIN_AFTER) == 0
        ? 0
        : againFrom + scenario.number(Field.AGAIN_LENGTH);
    double stepTo = from + scenario.number(Field.STEP_AFTER);
    double backlog = scenario.restarts() ? 0 : run.backlog();
    double coldness = cold;
    double shift = 1;
    double able = Double.POSITIVE_INFINITY;
    for (double now = from; now < end; now += step) {
      if (now >= againFrom && now < againTo) {
        coldness = cold;
        shift = 1;
        able = Double.POSITIVE_INFINITY;
        continue;
      }
      boolean stepAhead = now < stepTo;
      double hits = hitsBefore + (hitsAfter - hitsBefore) * shift;
      double capacity = unlimited
          ? Double.MAX_VALUE
          : capacityWarm
              * (1 - coldness)
              * scenario.number(Field.CAPACITY_AFTER)
              * (stepAhead ? scenario.number(Field.STEP_CAPACITY) : 1)
              / mixedMean(hits);
      double slow = scenario.number(Field.SLOW_FACTOR)
          * (stepAhead ? scenario.number(Field.STEP_SLOW_FACTOR) : 1);
      double inRun = hitsBefore + (hitsAfter - hitsBefore) * run.shiftAt(now);
      double unit =
          warmLatency() * slow * slowedBy(unlimited, stepAhead) / (1 - run.coldnessAt(now));
      double queued = unlimited ? 0 : backlog / capacity;
      double errors = run.errorShareAt(now);
      double failed = errors + (1 - errors) * longer((timeout - queued) / unit, inRun);
      boolean is = capacity >= HEADROOM * rate
          && (unlimited || now >= run.heldUntilSeconds())
          && failed <= mostFailed
          && longer((slowAfter - queued) / unit, inRun) <= mostSlow;
      able = is ? Math.min(able, now) : Double.POSITIVE_INFINITY;
      double served = Math.min(rate, capacity) * step;
      backlog = unlimited ? 0 : Math.max(0, backlog + (rate - capacity) * step);
      coldness = warmCalls == 0 ? 0 : coldness * StrictMath.exp(-served / warmCalls);
      shift = hitWarm == 0 ? shift : shift * StrictMath.exp(-served / hitWarm);
    }
    return able;
  }
}
