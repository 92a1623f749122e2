package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the differential test reaches seldom: by which call a time window trips. */
class TimeWindowTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long SLOW = Duration.ofSeconds(2).toNanos();

  /** Half of at least 4 calls in 3 seconds. */
  private final ClosedWindow trip = ClosedWindow.of(
      1,
      CircuitBreakerConfig.custom()
          .slidingWindow(3, 4, SlidingWindowType.TIME_BASED)
          .failureRateThreshold(50)
          .slowCallDurationThreshold(Duration.ofSeconds(1))
          .slowCallRateThreshold(75)
          .build(),
      null,
      0,
      0);

  private void succeed(int times, long second) {
    for (int i = 0; i < times; i++) {
      trip.onSuccess(1, second * SECOND);
    }
  }

  private void fail(int times, long second) {
    for (int i = 0; i < times; i++) {
      trip.onError(1, second * SECOND);
    }
  }

  @Test
  void successThatMakesTheCallsEnough_trips() {
    fail(2, 0);
    succeed(1, 0);
    assertThat(trip.hasTripped()).isFalse();
    succeed(1, 0);
    assertThat(trip.hasTripped()).isTrue();
  }

  @Test
  void success_trips_whenOlderOnesHaveLeftTheWindow() {
    succeed(10, 0);
    fail(5, 2);
    assertThat(trip.hasTripped()).isFalse();
    succeed(1, 2);
    assertThat(trip.hasTripped()).isFalse();
    succeed(1, 3);
    assertThat(trip.hasTripped()).as("5 of 7").isTrue();
  }

  @Test
  void failuresThatHaveLeftTheWindow_countNoMore() {
    fail(3, 0);
    succeed(1, 3);
    assertThat(trip.hasTripped()).isFalse();
    assertThat(trip.figures()).isEqualTo(new WindowFigures(-1, -1, 1, 0, 0));
  }

  @Test
  void slowCalls_tripToo() {
    for (int i = 0; i < 3; i++) {
      trip.onSuccess(SLOW, SECOND);
    }
    succeed(1, 1);
    assertThat(trip.figures()).isEqualTo(new WindowFigures(0, 75, 4, 0, 3));
    assertThat(trip.hasTripped()).isTrue();
  }

  @Test
  void slowFailure_countsAsBoth() {
    trip.onError(SLOW, SECOND);
    succeed(3, 1);
    assertThat(trip.figures()).isEqualTo(new WindowFigures(25, 25, 4, 1, 1));
  }

  @Test
  void failureOfASecondThatHasLeftTheWindow_countsAsNothing() {
    fail(1, 4);
    fail(3, 1);
    assertThat(trip.figures().failedCalls()).isEqualTo(1);
  }

  @Test
  void timeAlone_emptiesTheWindow() {
    fail(1, 0);
    succeed(3, 1);
    trip.tell(3 * SECOND);
    assertThat(trip.figures()).isEqualTo(new WindowFigures(-1, -1, 3, 0, 0));
    trip.tell(4 * SECOND);
    assertThat(trip.figures().bufferedCalls()).isZero();
  }
}
