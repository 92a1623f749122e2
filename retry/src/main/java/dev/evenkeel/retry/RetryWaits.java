package dev.evenkeel.retry;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Checks;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before the next attempt: what the backoff says, or longer if the dependency asks
 * for that, and never longer than a bound.
 *
 * @param longestNanos the bound, at least the backoff's longest wait
 * @param ofFailure what a failure asks for
 * @param ofResult what a result asks for
 */
record RetryWaits(
    Backoff backoff,
    long longestNanos,
    Function<? super Throwable, @Nullable Duration> ofFailure,
    Function<@Nullable Object, @Nullable Duration> ofResult) {

  /**
   * The most of what the dependency asks for that is added at random, so that all clients do not
   * come back in the same moment.
   */
  private static final double SPREAD = 0.2;

  /** How long the dependency asks to wait; 0 if it does not. */
  long askedNanos(CallView call) {
    Throwable failure = call.unwrappedFailure();
    Duration asked = failure != null ? ofFailure.apply(failure) : ofResult.apply(call.result());
    if (asked == null || asked.isNegative()) {
      return 0;
    }
    return asked.compareTo(Checks.MAX_DURATION) > 0
        ? Checks.MAX_DURATION.toNanos()
        : asked.toNanos();
  }

  /** The wait, if what is asked for is within the bound. */
  long nanos(CallView call, long previousWaitNanos, long askedNanos) {
    long wait = backoff.waitNanos(
        call.attempt(), call.unwrappedFailure(), call.result(), previousWaitNanos, call.random());
    if (askedNanos == 0) {
      return wait;
    }
    double unit = (call.random() >>> 11) * 0x1.0p-53;
    long spread = Math.min((long) (SPREAD * askedNanos), longestNanos - askedNanos);
    return Math.max(wait, askedNanos + (long) (spread * unit));
  }

  /** What so many waits usually take together; 0 if unknown. */
  long usualNanos(int waits) {
    return backoff.usualNanos(waits);
  }

  RetryNotMade tooLong(long askedNanos) {
    return RetryNotMade.tooLong(askedNanos, longestNanos);
  }

  @Override
  public String toString() {
    return backoff
        + (longestNanos == backoff.capNanos()
            ? ""
            : ", waits up to " + Checks.text(Duration.ofNanos(longestNanos)));
  }
}
