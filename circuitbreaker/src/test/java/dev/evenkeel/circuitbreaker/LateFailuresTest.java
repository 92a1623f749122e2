package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState.Kind;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/**
 * A client with a timeout of a minute, and a dependency that hung for some seconds: their timeouts
 * come back all at once when it has been well for long. That is no outage; one that lasts is.
 */
class LateFailuresTest {

  private static final double NEVER = 1e9;
  private static final double HANGS = 60; // from then on

  private static Town town(double rate, double timeout, long seed) {
    Town town = new Town(seed);
    town.rate = rate;
    town.timeout = timeout;
    town.outageFrom = NEVER;
    town.outageTo = NEVER;
    return town;
  }

  private static void hangs(Town town, double share, double until) {
    town.latency = (time, dice) -> time >= HANGS && time < until && dice.nextDouble() < share
        ? NEVER
        : 0.05 * Town.exponential(dice);
  }

  @Property(tries = 30, seed = "1", shrinking = ShrinkingMode.OFF)
  void callsThatHungInAnOutageThatIsOver_tripNothing(
      @ForAll @DoubleRange(min = 5, max = 100) double rate,
      @ForAll @DoubleRange(min = 20, max = 170) double timeout,
      @ForAll @DoubleRange(min = 0.05, max = 0.3) double part,
      @ForAll long seed) {
    Town town = town(rate, timeout, seed);
    hangs(town, 1, HANGS + part * timeout);
    town.runUntil(HANGS + 2.5 * timeout + 30);
    assertThat(town.changes).isEmpty();
  }

  @Test
  void callsThatWereSlowInAnOutageThatIsOver_tripNothing() {
    for (SlidingWindowType type : SlidingWindowType.values()) {
      Town town = town(20, NEVER, 1);
      town.breaker = CircuitBreaker.of(CircuitBreakerConfig.custom()
          .slidingWindow(20, 10, type)
          .slowCallRateThreshold(50)
          .slowCallDurationThreshold(Duration.ofSeconds(2))
          .build());
      town.latency =
          (time, dice) -> time >= HANGS && time < HANGS + 8 ? 40 : 0.05 * Town.exponential(dice);
      assertThat(town.runUntil(HANGS + 120).changes).as("%s", type).isEmpty();
    }
  }

  @Test
  void callsThatHungForMinutes_tripNothingWithATimeoutOfEightMinutes() {
    Town town = town(5, 480, 1);
    hangs(town, 1, HANGS + 100);
    town.runUntil(HANGS + 700);
    assertThat(town.changes).isEmpty();
  }

  @Test
  void quickErrorsAmongThem_tripNothingEither() {
    for (int seed = 0; seed < 10; seed++) {
      Town town = town(4, 140, seed);
      town.breaker = CircuitBreaker.of(CircuitBreakerConfig.custom()
          .slidingWindow(28, 25, SlidingWindowType.COUNT_BASED)
          .build());
      town.backgroundFailures = 0.03;
      hangs(town, 1, HANGS + 50);
      town.runUntil(HANGS + 260);
      assertThat(town.changes).as("seed %s", seed).isEmpty();
    }
  }

  @Test
  void callsThatHung_areNoRowOfFailuresEither() {
    for (int seed = 0; seed < 10; seed++) {
      Town town = town(1, 120, seed);
      hangs(town, 1, HANGS + 40);
      town.runUntil(HANGS + 200);
      assertThat(town.changes).as("seed %s", seed).isEmpty();
    }
  }

  @Property(tries = 30, seed = "2", shrinking = ShrinkingMode.OFF)
  void aPartThatHangsForGood_tripsWhenItsCallsComeBack(
      @ForAll @DoubleRange(min = 5, max = 100) double rate,
      @ForAll @DoubleRange(min = 1, max = 120) double timeout,
      @ForAll @DoubleRange(min = 0.7, max = 1) double share,
      @ForAll long seed) {
    Town town = town(rate, timeout, seed);
    hangs(town, share, NEVER);
    town.runUntil(HANGS + timeout + 100 / rate + 10);
    assertThat(town.states()).startsWith(Kind.OPEN);
    assertThat(town.changes.get(0).atNanos() / 1e9).isLessThan(HANGS + timeout + 100 / rate + 5);
  }

  /** All threads of a pool hang: nobody calls any more, and the rate of a moment ago is no sign. */
  @Property(tries = 30, seed = "3", shrinking = ShrinkingMode.OFF)
  void aPoolOfCallersThatAllHang_tripsAsSoonAsTheyComeBack(
      @ForAll @IntRange(min = 20, max = 200) int callers,
      @ForAll @DoubleRange(min = 0.5, max = 100) double timeout,
      @ForAll long seed) {
    Town town = town(1_000, timeout, seed);
    town.callers = callers;
    hangs(town, 1, NEVER);
    town.runUntil(HANGS + 5 * timeout + 10);
    assertThat(town.states()).startsWith(Kind.OPEN);
    double rounds = Math.ceil(50.0 / callers); // half of a window of 100, or five in a row
    assertThat(town.changes.get(0).atNanos() / 1e9).isLessThan(HANGS + rounds * timeout + 6);
  }

  /** A window of few calls, and a demand that has just grown tenfold. */
  @Test
  void aPartThatHangsWhileMoreIsAskedFor_trips() {
    Town town = town(5, 30, 1);
    hangs(town, 0.8, NEVER);
    town.hooks.put(HANGS + 25, () -> town.rate = 50);
    town.runUntil(HANGS + 70);
    assertThat(town.states()).startsWith(Kind.OPEN);
  }
}
