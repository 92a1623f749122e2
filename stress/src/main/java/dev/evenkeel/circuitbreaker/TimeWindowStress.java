package dev.evenkeel.circuitbreaker;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIZ_Result;

/**
 * A time window whose successes are counted without a lock while a failure comes. The figures are
 * the calls in the window, the failures among them, and whether it has tripped.
 */
public class TimeWindowStress {

  private static final int QUICK_NANOS = 1;

  private TimeWindowStress() {}

  /** Half of two calls in one second. */
  @State
  public static class OneOfTwo {
    final ClosedWindow trip = ClosedWindow.of(
        1,
        CircuitBreakerConfig.custom()
            .slidingWindow(1, 2, SlidingWindowType.TIME_BASED)
            .failureRateThreshold(50)
            .build(),
        null,
        0,
        0);
  }

  /** Whichever comes later sees that the calls are enough. */
  @JCStressTest
  @Outcome(id = "2, 1, true", expect = ACCEPTABLE, desc = "The failure is not overlooked.")
  public static class SuccessMakesTheCallsEnough {

    /** Succeeds. */
    @Actor
    public void success(OneOfTwo state) {
      state.trip.onSuccess(QUICK_NANOS, 0);
    }

    /** Fails. */
    @Actor
    public void failure(OneOfTwo state) {
      state.trip.onError(QUICK_NANOS, 0);
    }

    /** The window. */
    @Arbiter
    public void end(OneOfTwo state, IIZ_Result result) {
      WindowFigures figures = state.trip.figures();
      result.r1 = figures.bufferedCalls();
      result.r2 = figures.failedCalls();
      result.r3 = state.trip.hasTripped();
    }
  }
}
