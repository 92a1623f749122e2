package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState.Kind;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/**
 * A process that is slow by itself in its first seconds does not open its breaker; a dependency
 * that is down or half down when the process starts is found to be, a bounded time later.
 */
class OwnStartPropertyTest {

  private static final double YOUNG = 10;
  private static final double SILENT = 5;
  private static final double TIMEOUT = 1;
  private static final int WINDOW = 50; // calls, or what such a window takes to fill

  /** Whose breaker it is. */
  enum Breaker {
    STANDARD {
      @Override
      CircuitBreaker make() {
        return CircuitBreaker.standard();
      }
    },
    RESILIENCE4J_SIZES {
      @Override
      CircuitBreaker make() {
        return CircuitBreaker.of(CircuitBreakerConfig.custom()
                .slidingWindowSize(WINDOW)
                .minimumNumberOfCalls(WINDOW)
                .build())
            .doubtTimeoutsAtStart();
      }
    },
    BY_TIME {
      @Override
      CircuitBreaker make() {
        return CircuitBreaker.of(CircuitBreakerConfig.custom()
                .slidingWindow(10, 20, SlidingWindowType.TIME_BASED)
                .build())
            .doubtTimeoutsAtStart();
      }
    };

    abstract CircuitBreaker make();
  }

  private static Town town(long seed, Breaker breaker, int perSecond) {
    Town town = new Town(seed);
    town.breaker = breaker.make();
    town.outageFrom = 1_000;
    town.rate = perSecond;
    town.timeout = TIMEOUT;
    return town;
  }

  /** What the process adds: it falls to nothing, as ever more is loaded and compiled. */
  private static double ownDelay(
      double time, double slowFor, double atFirst, SplittableRandom dice) {
    return time >= slowFor ? 0 : atFirst * (1 - time / slowFor) * Town.exponential(dice);
  }

  @Property(tries = 60, seed = "1", shrinking = ShrinkingMode.OFF)
  void ownSlowness_opensNothing(
      @ForAll Breaker breaker,
      @ForAll @IntRange(min = 10, max = 300) int perSecond,
      @ForAll @DoubleRange(min = 0.5, max = 9) double slowFor,
      @ForAll @DoubleRange(min = 0.1, max = 4) double atFirst,
      @ForAll long seed) {
    Town town = town(seed, breaker, perSecond);
    town.latency = (time, dice) -> 0.05 + ownDelay(time, slowFor, atFirst, dice);
    assertThat(town.runUntil(60).states()).isEmpty();
    assertThat(town.admitted(0, 60)).isEqualTo(1);
  }

  @Property(tries = 30, seed = "2", shrinking = ShrinkingMode.OFF)
  void whatAnswersNothing_isFoundSilent(
      @ForAll Breaker breaker,
      @ForAll @IntRange(min = 10, max = 300) int perSecond,
      @ForAll long seed) {
    Town town = town(seed, breaker, perSecond);
    town.latency = (time, dice) -> 2 * TIMEOUT;
    double enough = Math.max(SILENT, 2.0 * WINDOW / perSecond); // calls that its rules want
    assertThat(openedAt(town)).isBetween(TIMEOUT + SILENT, TIMEOUT + enough + 20.0 / perSecond);
  }

  @Property(tries = 30, seed = "3", shrinking = ShrinkingMode.OFF)
  void whatIsHalfDown_isFoundWhenTheTimeIsOver(
      @ForAll Breaker breaker,
      @ForAll @IntRange(min = 10, max = 300) int perSecond,
      @ForAll @DoubleRange(min = 0.75, max = 0.95) double hangs,
      @ForAll long seed) {
    Town town = town(seed, breaker, perSecond);
    town.latency = (time, dice) -> dice.nextDouble() < hangs ? 2 * TIMEOUT : 0.05;
    double window = Math.max(10, 2.0 * WINDOW / perSecond); // ten seconds of it are a time window
    assertThat(openedAt(town)).isLessThan(YOUNG + TIMEOUT + window);
  }

  @Property(tries = 30, seed = "4", shrinking = ShrinkingMode.OFF)
  void whatRefusesConnections_isFoundAtOnce(
      @ForAll Breaker breaker,
      @ForAll @IntRange(min = 10, max = 300) int perSecond,
      @ForAll long seed) {
    Town town = town(seed, breaker, perSecond);
    town.outageFrom = 0;
    town.outageTo = 60;
    assertThat(openedAt(town)).isLessThan(2.0 * WINDOW / perSecond);
  }

  private static double openedAt(Town town) {
    town.runUntil(60);
    assertThat(town.states()).contains(Kind.OPEN);
    return town.changes.get(town.states().indexOf(Kind.OPEN)).atNanos() / 1e9;
  }
}
