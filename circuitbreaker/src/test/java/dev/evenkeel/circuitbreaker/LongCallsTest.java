package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState.Kind;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls that take long succeed late and fail at once, as those of a language model do: whatever
 * period has just begun sees failures first. They are no outage; and one is noticed as soon as
 * before.
 */
class LongCallsTest {

  private static final double NEVER = 1e9;

  private static Town town(double callSeconds, double failures, long seed) {
    Town town = new Town(seed);
    town.rate = 5;
    town.latency = (time, dice) -> callSeconds * (0.9 + 0.2 * dice.nextDouble());
    town.backgroundFailures = failures;
    town.outageFrom = NEVER;
    town.outageTo = NEVER;
    return town;
  }

  @Property(tries = 30, seed = "1", shrinking = ShrinkingMode.OFF)
  void aProcessThatHasJustStarted_doesNotTripOnTheFailuresThatComeFirst(
      @ForAll @DoubleRange(min = 0.1, max = 50) double callSeconds,
      @ForAll @DoubleRange(min = 0, max = 0.15) double failures,
      @ForAll long seed) {
    Town town = town(callSeconds, failures, seed).runUntil(4 * callSeconds + 60);
    assertThat(town.changes).isEmpty();
  }

  @Property(tries = 20, seed = "2", shrinking = ShrinkingMode.OFF)
  void afterAnOutage_comesBackOnce(
      @ForAll @DoubleRange(min = 1, max = 40) double callSeconds,
      @ForAll @DoubleRange(min = 0, max = 0.12) double failures,
      @ForAll long seed) {
    Town town = town(callSeconds, failures, seed);
    town.outageFrom = 10 * callSeconds + 100;
    town.outageTo = town.outageFrom + 30;
    town.runUntil(town.outageTo + 30 * callSeconds + 300);
    assertThat(town.states().stream().filter(Kind.RAMPING::equals)).hasSize(1);
    assertThat(town.states()).endsWith(Kind.CLOSED);
  }

  /** Where nothing has succeeded yet, what is under way is no excuse for what fails. */
  @Test
  void aProcessStartedInAnOutage_opensAfterTheLeastCalls() {
    Town town = town(40, 0, 1);
    town.outageFrom = 0;
    town.runUntil(10);
    assertThat(town.states()).startsWith(Kind.OPEN);
    assertThat(town.changes.get(0).reason()).contains("calls failed");
  }

  /** Failures that take as long as successes, as timeouts do, are known no sooner. */
  @ParameterizedTest
  @ValueSource(doubles = {0.05, 1, 10})
  void callsThatTimeOut_openTheBreakerAsSoonAsItsWindowSaysSo(double callSeconds) {
    Town town = town(callSeconds, 0, 1);
    town.rate = 50;
    double down = 5 * callSeconds + 30;
    town.latency = (time, dice) -> time < down ? callSeconds : NEVER;
    town.timeout = 1.1 * callSeconds;
    town.runUntil(down + 40);
    // The default window is 100 calls, half of which must fail.
    assertThat(town.states()).startsWith(Kind.OPEN);
    double at = town.changes.get(0).atNanos() / 1e9;
    assertThat(at - down).isLessThan(1.1 * callSeconds + 3);
  }

  /** The same, from the start: only the calls of one time limit are sent in vain. */
  @ParameterizedTest
  @ValueSource(doubles = {0.05, 1, 10})
  void callsThatTimeOutFromTheStart_openTheBreakerWithinTwoTimeLimits(double limitSeconds) {
    Town town = town(1, 0, 1);
    town.breaker =
        CircuitBreaker.of(io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.ofDefaults());
    town.rate = 50;
    town.latency = (time, dice) -> NEVER;
    town.timeout = limitSeconds;
    town.runUntil(60);
    List<Kind> states = town.states();
    assertThat(states).startsWith(Kind.OPEN);
    double at = town.changes.get(0).atNanos() / 1e9;
    assertThat(at).isLessThan(2.2 * limitSeconds + 3);
  }
}
