package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a success may be left out, because it would change nothing in the window. */
class ClosedWindowTest {

  private static final int WINDOW = 3;
  private static final long SLOW_NANOS = Duration.ofSeconds(60).toNanos(); // Resilience4j's default

  private final ClosedWindow trip = trip(SlidingWindowType.COUNT_BASED, WINDOW);

  private static ClosedWindow trip(SlidingWindowType type, int window) {
    CircuitBreakerConfig config = CircuitBreakerConfig.custom()
        .slidingWindow(window, WINDOW, type)
        .failureRateThreshold(100)
        .build();
    return ClosedWindow.of(1, config, null, 0, 0);
  }

  private static void succeed(ClosedWindow trip, int times) {
    for (int i = 0; i < times; i++) {
      trip.onSuccess(1, 0);
    }
  }

  private void fail() {
    trip.onError(1, 0);
  }

  private void isAtRestOnlyAfterSuccesses(int count) {
    succeed(trip, count - 1);
    assertThat(trip.isAtRest()).as("one too few").isFalse();
    succeed(trip, 1);
    assertThat(trip.isAtRest()).as("with the last").isTrue();
  }

  /** Of so many calls under way those count that would have failed by now. */
  private static boolean isTooEarly(ClosedWindow trip, long nowNanos, int ended, int underWay) {
    return trip.isTooEarly(nowNanos, 100, leftOut -> ended + underWay * (1 - leftOut));
  }

  @ParameterizedTest
  @EnumSource(SlidingWindowType.class)
  void failuresThatAreFewerThanWhatMayBeGood_areTooEarly_andTheWindowDecidesAgain(
      SlidingWindowType type) {
    ClosedWindow early = trip(type, WINDOW);
    for (int i = 0; i < WINDOW; i++) {
      early.failed(0, 0);
    }
    assertThat(early.isDue()).isTrue();
    assertThat(isTooEarly(early, 199, WINDOW, 1)).isTrue();
    assertThat(early.isDue()).as("as if it had not tripped").isFalse();
    for (int i = 0; i < WINDOW; i++) {
      early.failed(0, 0);
    }
    assertThat(early.isDue()).isTrue();
    assertThat(isTooEarly(early, 199, 2 * WINDOW, 0)).as("nothing is under way").isFalse();
    assertThat(isTooEarly(early, 200, 2 * WINDOW, 1))
        .as("twice what a call takes")
        .isFalse();
  }

  @Test
  void failuresThatTookAsLongAsACall_areNotTooEarly() {
    for (int i = 0; i < WINDOW; i++) {
      trip.failed(100, 0);
    }
    assertThat(isTooEarly(trip, 0, WINDOW, 1_000)).isFalse();
  }

  @Test
  void window_isAtRestOnceItIsFullOfQuickSuccesses() {
    isAtRestOnlyAfterSuccesses(WINDOW);
    succeed(trip, 10);
    assertThat(trip.figures().bufferedCalls()).isEqualTo(WINDOW);
  }

  @Test
  void failure_endsTheRestUntilItIsPushedOut() {
    succeed(trip, WINDOW);
    for (int i = 0; i < 3; i++) {
      fail();
      assertThat(trip.isAtRest()).isFalse();
      assertThat(trip.figures().failedCalls()).isEqualTo(1);
      isAtRestOnlyAfterSuccesses(WINDOW);
      assertThat(trip.figures().failedCalls()).isZero();
    }
  }

  @Test
  void failureWhileTheWindowFills_startsTheCountAnew() {
    fail();
    succeed(trip, WINDOW - 1);
    fail();
    isAtRestOnlyAfterSuccesses(WINDOW);
  }

  @Test
  void slowSuccess_endsTheRest_butOneAtTheThresholdIsNotSlow() {
    succeed(trip, WINDOW);
    trip.onSuccess(SLOW_NANOS, 0);
    assertThat(trip.isAtRest()).isTrue();
    trip.onSuccess(SLOW_NANOS + 1, 0);
    assertThat(trip.isAtRest()).isFalse();
    assertThat(trip.figures().slowCalls()).isEqualTo(1);
    isAtRestOnlyAfterSuccesses(WINDOW);
  }

  @Test
  void everyFailureAfterARest_countsAndTrips() {
    succeed(trip, WINDOW);
    for (int i = 0; i < WINDOW; i++) {
      assertThat(trip.hasTripped()).isFalse();
      fail();
    }
    assertThat(trip.hasTripped()).isTrue();
  }

  @Test
  void timeWindow_isNeverAtRest() {
    ClosedWindow timed = trip(SlidingWindowType.TIME_BASED, WINDOW);
    succeed(timed, 10 * WINDOW);
    assertThat(timed.isAtRest()).isFalse();
    assertThat(timed.figures().bufferedCalls()).isEqualTo(10 * WINDOW);
  }

  @Test
  void veryLongWindow_isToldOfEachCall_andRestsAllTheSame() {
    int window = 10_001; // more than are held back
    ClosedWindow vast = trip(SlidingWindowType.COUNT_BASED, window);
    succeed(vast, window - 1);
    assertThat(vast.isAtRest()).isFalse();
    succeed(vast, 1);
    assertThat(vast.isAtRest()).isTrue();
  }
}
