package dev.evenkeel.simulator;

/**
 * What a server does whatever its load: errors of a healthy server, errors until it is warm, a mix
 * of hits and misses, and what is different for good, or for a while, after its return.
 */
final class Health {

  private final Chance chance;
  private final double errors;
  private final double errorsAfter;
  private final double coldErrors;
  private final double errorsLeft; // after one success
  private final double hits;
  private final double hitsAfter;
  private final double hitTime;
  private final double shiftLeft; // after one answer
  private final double mixedUnit; // so that the mean is 1 before the return
  private final double slowFactor;
  private final double capacityFactor;
  private final double stepCapacity;
  private final double stepSlowFactor;
  private boolean returned;
  private boolean stepAhead;
  private double errorColdness;
  private double shift;

  Health(Scenario scenario, Chance chance) {
    this.chance = chance;
    errors = scenario.number(Field.ERRORS);
    errorsAfter = scenario.number(Field.ERRORS_AFTER);
    coldErrors = scenario.number(Field.COLD_ERRORS);
    errorsLeft = StrictMath.exp(-1 / scenario.number(Field.COLD_ERROR_CALLS));
    hits = scenario.number(Field.HIT_SHARE);
    hitsAfter = scenario.number(Field.HIT_SHARE_AFTER);
    hitTime = scenario.number(Field.HIT_TIME);
    double warm = scenario.number(Field.HIT_WARM_CALLS);
    shiftLeft = warm == 0 ? 1 : StrictMath.exp(-1 / warm);
    mixedUnit = 1 / (hits * hitTime + 1 - hits);
    slowFactor = scenario.number(Field.SLOW_FACTOR);
    capacityFactor = scenario.number(Field.CAPACITY_AFTER);
    stepAhead = scenario.number(Field.STEP_AFTER) > 0;
    stepCapacity = scenario.number(Field.STEP_CAPACITY);
    stepSlowFactor = scenario.number(Field.STEP_SLOW_FACTOR);
  }

  void returned() {
    returned = true;
    errorColdness = 1;
    shift = 1;
  }

  /** The second step of the return. */
  void step() {
    stepAhead = false;
  }

  /** Whether it has returned, but not all of it. */
  boolean isStepAhead() {
    return returned && stepAhead;
  }

  void answered() {
    shift *= shiftLeft;
  }

  void succeeded() {
    errorColdness *= errorsLeft;
  }

  double shift() {
    return shift;
  }

  /** The share of calls that fail, now. */
  double errorShare() {
    return returned ? Math.min(1, errorsAfter + coldErrors * errorColdness) : errors;
  }

  boolean fails() {
    double share = errorShare();
    return share > 0 && chance.unit() < share;
  }

  boolean isMixed() {
    return hits > 0 || hitsAfter > 0;
  }

  private double hitShare() {
    return hits + (returned ? (hitsAfter - hits) * shift : 0);
  }

  double mix(double units) {
    return units * mixedUnit * (chance.unit() < hitShare() ? hitTime : 1);
  }

  /** The mean time of a call over that before the trouble, of what is not load. */
  double slowness() {
    return returned ? slowFactor * (stepAhead ? stepSlowFactor : 1) : 1;
  }

  /** Capacity over that before the trouble, of what is not load. */
  double capacity() {
    if (!returned) {
      return 1;
    }
    return capacityFactor * (stepAhead ? stepCapacity : 1) / mixedMean();
  }

  /** The mean of {@link #mix}, over before. */
  double mixedMean() {
    return isMixed() ? (hitShare() * hitTime + 1 - hitShare()) * mixedUnit : 1;
  }
}
