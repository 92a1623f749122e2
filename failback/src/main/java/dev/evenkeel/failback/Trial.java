package dev.evenkeel.failback;

/**
 * Ends a ramp that a slow dependency would hold for ever: allows more and more calls in flight, as
 * long as that does not make them slower. One that is full answers slower; then it goes back to
 * where it began and tries again later. Processes of a fleet that returned together try together,
 * so that they see what they do together. Not thread-safe.
 */
final class Trial {

  private static final double HOLD = 0.75; // of what may be refused: a cold one has warmed, nearly
  private static final double FIRST_WAIT_SECONDS = 5;
  private static final double LONGEST_WAIT_SECONDS = 120;
  private static final double PACE = 0.3; // of the logarithm, a second
  private static final double QUICKEST_PACE = 0.7;
  private static final double FASTER = 1.5; // a second
  private static final double PER_ANSWER = 0.4; // of the logarithm
  private static final double PER_LATENCY = 1; // of the logarithm: what is sent shows so late
  private static final double MOST_CREDIT_SECONDS = 2;
  private static final double TELLS = 1.5; // times as many calls in flight
  private static final double WHOLE = 2; // times what a call takes, so that slow ones are back
  private static final double ROOM = 3; // times what was borne, before the test must answer
  private static final double ANSWERS_TO_GO_ON = 3;
  private static final double SECONDS_TO_GO_ON = 3;

  private final FullnessTest test = new FullnessTest();
  private final double hold;
  private boolean running;
  private boolean full; // the last trial made it slower
  private long changedNanos; // a trial began or ended
  private double age;
  private double wait;
  private double lastWait; // after the last trial that failed
  private double nextWait; // after the next one
  private boolean fullBefore; // before it was too much
  private double lastWaitBefore;
  private double nextWaitBefore;
  private double start;
  private double limit;
  private double waitedSeconds; // at the limit
  private long waitedAnswers;
  private double pace = PACE;
  private double credit; // seconds and answers since the limit bound last
  private long creditAnswers;

  /**
   * Begins.
   *
   * @param waitSeconds before the first trial; 0 for the usual
   * @param mostSeconds how much may be refused until it is known whether the dependency is full
   * @param nowNanos the present time
   */
  Trial(double waitSeconds, double mostSeconds, long nowNanos) {
    changedNanos = nowNanos;
    hold = HOLD * mostSeconds;
    wait = Math.max(hold, waitSeconds);
    lastWait = waitSeconds > 0 ? waitSeconds : FIRST_WAIT_SECONDS;
    nextWait =
        waitSeconds > 0 ? Math.min(LONGEST_WAIT_SECONDS, 2 * waitSeconds) : FIRST_WAIT_SECONDS;
  }

  /** Calls that began before tell of other calls in flight: the slow ones come back last. */
  long judgedFromNanos() {
    return changedNanos;
  }

  /** Whether the dependency is known to be full: more calls made it slower. */
  boolean isFull() {
    return full && !running;
  }

  /** How long the next ramp should wait. */
  double waitSeconds() {
    return wait;
  }

  /**
   * What is allowed is too much already: calls fail. The next trial waits for longer if one was
   * under way; failures of a dependency that flaps say nothing about more calls in flight.
   */
  void tooMuch(long nowNanos) {
    fullBefore = full;
    lastWaitBefore = lastWait;
    nextWaitBefore = nextWait;
    if (running) {
      goBack(nowNanos);
    } else {
      goBackTo(lastWait, nowNanos);
    }
  }

  /** They fail with less as well: it was none. */
  void notTooMuch() {
    full = fullBefore;
    lastWait = lastWaitBefore;
    nextWait = nextWaitBefore;
    wait = Math.min(wait, nextWaitBefore);
  }

  /**
   * Whether the time has come: it has waited long enough, or the dependency is quicker with as many
   * calls in flight as it was before the last trial.
   */
  boolean isDue() {
    return age >= wait
        || (age >= FIRST_WAIT_SECONDS
            && wait > hold
            && test.answer() == FullnessTest.Answer.QUICKER);
  }

  void observe(double multiple, StepSums sums, double seconds) {
    age += seconds;
    test.add(sums, seconds);
    credit = Math.min(MOST_CREDIT_SECONDS, credit + seconds);
    creditAnswers += sums.good();
    if (running && multiple >= limit) {
      waitedSeconds += seconds;
      waitedAnswers += sums.good();
    }
  }

  /**
   * The multiple to go on with; to be called while the limit binds. What came while it did not
   * counts too, or a limit that binds now and then would take for ever to go away.
   */
  double next(double multiple, double latencySeconds, long nowNanos) {
    if (!running) {
      running = true;
      changedNanos = nowNanos;
      start = multiple;
      pace = PACE;
      credit = 0;
      creditAnswers = 0;
      goOnTo(ROOM * multiple);
      if (age < WHOLE * latencySeconds) {
        test.again(); // what is back by now are the quick ones
      }
      test.begin();
      return multiple;
    }
    double seconds = credit;
    double most = Math.min(PER_ANSWER * creditAnswers, PER_LATENCY * seconds / latencySeconds);
    double growth = StrictMath.exp(Math.min(most, pace * seconds));
    credit = 0;
    creditAnswers = 0;
    FullnessTest.Answer answer = test.answer();
    if (answer == FullnessTest.Answer.SLOWER) {
      goBack(nowNanos);
      return start;
    }
    boolean bears =
        answer == FullnessTest.Answer.NOT_SLOWER || answer == FullnessTest.Answer.QUICKER;
    if (bears && multiple >= TELLS * start) {
      goOnTo(ROOM * multiple);
      pace = Math.min(QUICKEST_PACE, pace * StrictMath.pow(FASTER, seconds));
    } else if (waitedAnswers >= ANSWERS_TO_GO_ON && waitedSeconds >= SECONDS_TO_GO_ON) {
      goOnTo(ROOM * multiple);
    }
    return Math.max(multiple, Math.min(limit, multiple * growth));
  }

  private void goBack(long nowNanos) {
    lastWait = nextWait;
    nextWait = Math.min(LONGEST_WAIT_SECONDS, 2 * nextWait);
    goBackTo(lastWait, nowNanos);
  }

  private void goBackTo(double newWait, long nowNanos) {
    running = false;
    full = true;
    changedNanos = nowNanos;
    age = 0;
    wait = newWait;
    test.again();
  }

  private void goOnTo(double newLimit) {
    limit = newLimit;
    waitedSeconds = 0;
    waitedAnswers = 0;
  }
}
