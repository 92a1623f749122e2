package dev.evenkeel.failback;

/** What happened in a step whose good answers all took equally long. */
final class Sums {

  private Sums() {}

  /** Of so many calls, none of which is in flight at the end. */
  static StepSums of(long offered, long refused, long good, long bad, double nanos) {
    return of(offered, refused, good, bad, nanos, 0);
  }

  static StepSums of(long offered, long refused, long good, long bad, double nanos, int inFlight) {
    double log = StrictMath.log(Math.max(1, nanos));
    return new StepSums(
        offered,
        refused,
        good,
        bad,
        good * nanos,
        bad * nanos,
        good,
        good * log,
        good * log * log,
        inFlight);
  }

  /** Answers alone. */
  static StepSums good(long answers, double nanos) {
    return of(answers, 0, answers, 0, nanos);
  }

  static StepSums failures(long good, long bad) {
    return of(good + bad, 0, good, bad, 50_000_000);
  }
}
