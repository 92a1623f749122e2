package dev.evenkeel.retry;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.RetryDenial;
import java.time.Duration;

/**
 * A note, suppressed in the failure that a caller gets: why it was not retried. Never thrown, and
 * without a stack trace.
 */
final class RetryNotMade extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * So that an exception object which a user's code throws again and again does not grow for ever.
   */
  private static final int MAX_SUPPRESSED = 8;

  private RetryNotMade(String why) {
    super(why, null, false, false);
  }

  /** The note for what a budget says. */
  static RetryNotMade because(RetryDenial ofTheBudget) {
    return new RetryNotMade(
        ofTheBudget == RetryDenial.BUDGET
            ? "the retry budget is used up; calls that succeed earn it back"
            : "other calls have failed in a row, and none has succeeded since");
  }

  /** The note for a wait that is too long. */
  static RetryNotMade tooLong(long askedNanos, long longestNanos) {
    return new RetryNotMade("asked to wait for " + Checks.text(Duration.ofNanos(askedNanos))
        + " (expected: at most maxWait, " + Checks.text(Duration.ofNanos(longestNanos)) + ")");
  }

  /** Adds the note, unless there is one already or there are too many. */
  void addTo(Throwable failure) {
    Throwable[] present = failure.getSuppressed();
    for (Throwable other : present) {
      if (other instanceof RetryNotMade) {
        return;
      }
    }
    if (present.length < MAX_SUPPRESSED) {
      failure.addSuppressed(this);
    }
  }
}
