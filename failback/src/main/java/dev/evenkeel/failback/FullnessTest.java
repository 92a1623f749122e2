package dev.evenkeel.failback;

/**
 * Finds out whether a slow dependency is full: then more calls in flight make it slower; one that
 * is slow for another reason (another region, an empty cache) does not notice. Compares the mean
 * logarithm of the latency with that of a time before; the scatter of the logarithms says how sure
 * that is, whatever their distribution. Old answers fade. Not thread-safe.
 */
final class FullnessTest {

  enum Answer {
    /** It has become slower. */
    SLOWER,
    /** It has not become slower. */
    NOT_SLOWER,
    /** It has become quicker. */
    QUICKER,
    /** There is not enough to go by. */
    UNKNOWN
  }

  private static final double SLOWER = StrictMath.log(1.25);
  private static final double SURE = 1.5; // standard errors
  private static final double LEAST_ANSWERS = 3;
  private static final double LEAST_VARIANCE = 0.01; // no latency is steadier than 10 %
  private static final double MEMORY_SECONDS = 5;
  private static final double MEMORY_ANSWERS = 24;

  private double answers;
  private double mean;
  private double variance;
  private double answersBefore;
  private double meanBefore;
  private double varianceBefore;

  /** From now on compares with what there is now. */
  void begin() {
    answersBefore = answers;
    meanBefore = mean;
    varianceBefore = variance;
    again();
  }

  /** Compares with what it compared with before, but forgets what came since. */
  void again() {
    answers = 0;
    mean = 0;
    variance = 0;
  }

  void add(StepSums sums, double seconds) {
    if (sums.good() == 0) {
      return;
    }
    double keep =
        StrictMath.exp(-Math.min(seconds / MEMORY_SECONDS, (double) sums.good() / MEMORY_ANSWERS));
    double old = keep * answers;
    answers = old + sums.good();
    double square = (old * (variance + mean * mean) + sums.squares()) / answers;
    mean = (old * mean + sums.logs()) / answers;
    variance = Math.max(0, square - mean * mean);
  }

  Answer answer() {
    if (answers < LEAST_ANSWERS || answersBefore < LEAST_ANSWERS) {
      return Answer.UNKNOWN;
    }
    double scatter = Math.max(
        LEAST_VARIANCE,
        (answers * variance + answersBefore * varianceBefore) / (answers + answersBefore));
    double error = Math.sqrt(scatter * (1 / answers + 1 / answersBefore));
    double change = mean - meanBefore;
    if (change - SURE * error > SLOWER) {
      return Answer.SLOWER;
    }
    if (change + SURE * error < -SLOWER) {
      return Answer.QUICKER;
    }
    return change + SURE * error < SLOWER ? Answer.NOT_SLOWER : Answer.UNKNOWN;
  }
}
