package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/**
 * However a dependency came back, nobody is held for ever: where nothing is short, all but chance
 * is admitted after the greatest of a minute, 30 answered calls and ten times what a call takes.
 * That is counted generously, as twice the time, and from the return.
 */
class ReturnPropertyTest {

  private static final double FROM = 60;
  private static final double TO = 90;
  private static final double NEARLY_ALL = 0.98;
  private static final double CALL_SECONDS = 0.05;

  /** How the latency is spread about its mean. */
  enum Spread {
    EXPONENTIAL {
      @Override
      double draw(SplittableRandom dice) {
        return Town.exponential(dice);
      }
    },
    CONSTANT {
      @Override
      double draw(SplittableRandom dice) {
        return 1;
      }
    },
    LOGNORMAL { // as wide as its mean
      @Override
      double draw(SplittableRandom dice) {
        double variance = StrictMath.log(2);
        return StrictMath.exp(Math.sqrt(variance) * dice.nextGaussian() - variance / 2);
      }
    };

    abstract double draw(SplittableRandom dice);
  }

  private static Town town(long seed) {
    Town town = new Town(seed);
    town.outageFrom = FROM;
    town.outageTo = TO;
    return town;
  }

  /** The share that is admitted in a minute or so after twice the time. */
  private static double admittedAtLast(Town town, double callSeconds, double perSecond) {
    double bound = Math.max(60, Math.max(30 / perSecond, 10 * callSeconds));
    long begin = (long) (town.outageTo + 2 * bound);
    long end = begin + Math.max(60, (long) (5 * callSeconds));
    return town.runUntil((double) end).admitted(begin, end);
  }

  @Property(tries = 12, seed = "1", shrinking = ShrinkingMode.OFF)
  void slowerForGood_isAdmitted(
      @ForAll @DoubleRange(min = 1, max = 30) double factor,
      @ForAll @IntRange(min = 10, max = 500) int perSecond,
      @ForAll Spread spread,
      @ForAll long seed) {
    Town town = town(seed);
    town.rate = perSecond;
    town.latency = (time, dice) -> CALL_SECONDS * (time < TO ? 1 : factor) * spread.draw(dice);
    assertThat(admittedAtLast(town, CALL_SECONDS * factor, perSecond)).isGreaterThan(NEARLY_ALL);
  }

  @Property(tries = 10, seed = "2", shrinking = ShrinkingMode.OFF)
  void backgroundErrors_areBorneAsByTheClosedBreaker(
      @ForAll @DoubleRange(min = 0, max = 0.14) double failures,
      @ForAll @IntRange(min = 10, max = 500) int perSecond,
      @ForAll long seed) {
    Town town = town(seed);
    town.rate = perSecond;
    town.backgroundFailures = failures;
    assertThat(admittedAtLast(town, CALL_SECONDS, perSecond)).isGreaterThan(NEARLY_ALL);
  }

  @Property(tries = 12, seed = "3", shrinking = ShrinkingMode.OFF)
  void processWithoutAMemory_isAdmitted(
      @ForAll @IntRange(min = 5, max = 500) int perSecond,
      @ForAll Spread spread,
      @ForAll boolean mostlyHits,
      @ForAll long seed) {
    Town town = town(seed);
    town.rate = perSecond;
    town.outageFrom = 0; // started in the outage
    town.latency = (time, dice) ->
        mostlyHits ? (dice.nextDouble() < 0.7 ? 0.001 : 0.2) : CALL_SECONDS * spread.draw(dice);
    assertThat(admittedAtLast(town, CALL_SECONDS, perSecond)).isGreaterThan(NEARLY_ALL);
  }

  @Property(tries = 8, seed = "4", shrinking = ShrinkingMode.OFF)
  void processThatWasResetInTheOutage_isAdmitted(
      @ForAll @IntRange(min = 5, max = 500) int perSecond,
      @ForAll @DoubleRange(min = 1, max = 29) double resetAfter,
      @ForAll boolean mostlyHits,
      @ForAll long seed) {
    Town town = town(seed);
    town.rate = perSecond;
    town.latency = (time, dice) -> mostlyHits
        ? (dice.nextDouble() < 0.7 ? 0.001 : 0.2)
        : CALL_SECONDS * Town.exponential(dice);
    town.hooks.put(FROM + resetAfter, () -> town.breaker.reset("try again"));
    assertThat(admittedAtLast(town, CALL_SECONDS, perSecond)).isGreaterThan(NEARLY_ALL);
  }

  @Property(tries = 10, seed = "5", shrinking = ShrinkingMode.OFF)
  void bursts_areAdmitted(
      @ForAll @IntRange(min = 2, max = 200) int burst,
      @ForAll @DoubleRange(min = 0.2, max = 10) double every,
      @ForAll @DoubleRange(min = 1, max = 3) double factor,
      @ForAll long seed) {
    Town town = town(seed);
    town.burst = burst;
    town.burstEvery = every;
    town.latency = (time, dice) -> CALL_SECONDS * (time < TO ? 1 : factor) * Town.exponential(dice);
    assertThat(admittedAtLast(town, CALL_SECONDS * factor, burst / every))
        .isGreaterThan(NEARLY_ALL);
  }

  /** Up to a minute: what takes longer than that is slow for the standard breaker, and trips it. */
  @Property(tries = 10, seed = "6", shrinking = ShrinkingMode.OFF)
  void callsThatTakeLong_areAdmitted(
      @ForAll @DoubleRange(min = 1, max = 30) double seconds,
      @ForAll @DoubleRange(min = 1, max = 1.8) double factor,
      @ForAll @IntRange(min = 1, max = 50) int perSecond,
      @ForAll long seed) {
    Town town = town(seed);
    town.rate = perSecond;
    town.outageFrom = 300;
    town.outageTo = 360;
    town.latency = (time, dice) ->
        seconds * (time < town.outageTo ? 1 : factor) * (0.9 + 0.2 * dice.nextDouble());
    assertThat(admittedAtLast(town, seconds * factor, perSecond)).isGreaterThan(NEARLY_ALL);
  }
}
