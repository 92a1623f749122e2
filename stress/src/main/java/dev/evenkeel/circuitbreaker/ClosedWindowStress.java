package dev.evenkeel.circuitbreaker;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIZ_Result;

/**
 * Successes that are held back, or left out at the fixed point, while a failure comes. The figures
 * are the calls in the window, the failures among them, and whether the window is taken to be at
 * rest.
 */
public class ClosedWindowStress {

  private static final int QUICK_NANOS = 1;

  private ClosedWindowStress() {}

  private static ClosedWindow trip(int windowSize, int successes) {
    ClosedWindow trip = ClosedWindow.of(
        1,
        CircuitBreakerConfig.custom()
            .slidingWindowSize(windowSize)
            .minimumNumberOfCalls(windowSize)
            .failureRateThreshold(100)
            .build(),
        null,
        0,
        0);
    for (int i = 0; i < successes; i++) {
      trip.onSuccess(QUICK_NANOS, 0);
    }
    return trip;
  }

  private static void look(ClosedWindow trip, IIZ_Result result) {
    WindowFigures figures = trip.figures();
    result.r1 = figures.bufferedCalls();
    result.r2 = figures.failedCalls();
    result.r3 = trip.isAtRest();
  }

  /** Three successes are held back. */
  @State
  public static class HeldBack {
    final ClosedWindow trip = trip(10, 3);
  }

  /** One more success fills the window. */
  @State
  public static class NearlyFull {
    final ClosedWindow trip = trip(3, 2);
  }

  /** The window is full of successes, after a failure: the next one looks for the fixed point. */
  @State
  public static class NearlyAtRest {

    final ClosedWindow trip = trip(2, 0);

    /** The failure is pushed out by one success, and one more is to come. */
    public NearlyAtRest() {
      trip.onError(QUICK_NANOS, 0);
      trip.onSuccess(QUICK_NANOS, 0);
    }
  }

  /** The first failure comes while a success is held back: neither is lost. */
  @JCStressTest
  @Outcome(id = "5, 1, false", expect = ACCEPTABLE, desc = "All are in the window.")
  public static class FirstFailure {

    /** Succeeds. */
    @Actor
    public void success(HeldBack state) {
      state.trip.onSuccess(QUICK_NANOS, 0);
    }

    /** Fails. */
    @Actor
    public void failure(HeldBack state) {
      state.trip.onError(QUICK_NANOS, 0);
    }

    /** The window. */
    @Arbiter
    public void end(HeldBack state, IIZ_Result result) {
      look(state.trip, result);
    }
  }

  /** Two fail first at once. */
  @JCStressTest
  @Outcome(id = "5, 2, false", expect = ACCEPTABLE, desc = "All are in the window.")
  public static class TwoFirstFailures {

    /** Fails. */
    @Actor
    public void one(HeldBack state) {
      state.trip.onError(QUICK_NANOS, 0);
    }

    /** Fails. */
    @Actor
    public void other(HeldBack state) {
      state.trip.onError(QUICK_NANOS, 0);
    }

    /** The window. */
    @Arbiter
    public void end(HeldBack state, IIZ_Result result) {
      look(state.trip, result);
    }
  }

  /** The success that fills the window, or one that is left out, and a failure. */
  @JCStressTest
  @Outcome(id = "3, 1, false", expect = ACCEPTABLE, desc = "The failure counts.")
  public static class FailureAtTheBrim {

    /** Succeeds twice. */
    @Actor
    public void success(NearlyFull state) {
      state.trip.onSuccess(QUICK_NANOS, 0);
      state.trip.onSuccess(QUICK_NANOS, 0);
    }

    /** Fails. */
    @Actor
    public void failure(NearlyFull state) {
      state.trip.onError(QUICK_NANOS, 0);
    }

    /** The window. */
    @Arbiter
    public void end(NearlyFull state, IIZ_Result result) {
      look(state.trip, result);
    }
  }

  /** A success finds the window at rest while a failure comes. */
  @JCStressTest
  @Outcome(id = "2, 1, false", expect = ACCEPTABLE, desc = "The failure is not overlooked.")
  public static class FailureAtRest {

    /** Succeeds. */
    @Actor
    public void success(NearlyAtRest state) {
      state.trip.onSuccess(QUICK_NANOS, 0);
    }

    /** Fails. */
    @Actor
    public void failure(NearlyAtRest state) {
      state.trip.onError(QUICK_NANOS, 0);
    }

    /** The window. */
    @Arbiter
    public void end(NearlyAtRest state, IIZ_Result result) {
      look(state.trip, result);
    }
  }
}
