package dev.evenkeel.simulator;

/**
 * A stream of random numbers (SplitMix64: G. Steele, D. Lea, C. Flood, <i>Fast Splittable
 * Pseudorandom Number Generators</i>, 2014). Everything that draws has a stream of its own, so that
 * one policy's draws do not move another's arrivals. Only arithmetic that Java defines to the last
 * bit: the same seed gives the same numbers on any machine.
 */
final class Chance {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final double LN2 = 0.6931471805599453;

  private long state;

  /**
   * A stream.
   *
   * @param seed of the run
   * @param purpose what it is for
   * @param index whose
   */
  Chance(long seed, int purpose, int index) {
    state = mix(mix(mix(seed + GOLDEN) + purpose * GOLDEN) + index * GOLDEN);
  }

  long bits() {
    return mix(state += GOLDEN);
  }

  /** In [0, 1). */
  double unit() {
    return (bits() >>> 11) * 0x1.0p-53;
  }

  /** A whole number from 0 to below this one. */
  int below(int bound) {
    return (int) (unit() * bound);
  }

  /** In (0, 1]. */
  private double unitAboveZero() {
    return ((bits() >>> 11) + 1) * 0x1.0p-53;
  }

  /** Exponential with a mean of 1. */
  double exponential() {
    return -ln(unitAboveZero());
  }

  /** Normal with mean 0 and deviation 1. */
  double normal() {
    double radius = Math.sqrt(2 * exponential());
    return radius * StrictMath.cos(2 * StrictMath.PI * unit());
  }

  /** Pareto with a least value of 1. */
  double pareto(double shape) {
    return StrictMath.exp(exponential() / shape);
  }

  private static long mix(long number) {
    long mixed = (number ^ (number >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  /**
   * The natural logarithm of a normal positive number, to 1e-11: several times faster than
   * {@link StrictMath#log}, and as reproducible, which {@link Math#log} is not.
   */
  static double ln(double x) {
    long bits = Double.doubleToRawLongBits(x);
    int exponent = (int) (bits >>> 52) - 1023;
    double mantissa = Double.longBitsToDouble((bits & 0x000FFFFFFFFFFFFFL) | 0x3FF0000000000000L);
    if (mantissa > 1.4142135623730951) {
      mantissa *= 0.5;
      exponent++;
    }
    double s = (mantissa - 1) / (mantissa + 1);
    double z = s * s;
    double series = 1
        + z * (1 / 3.0 + z * (1 / 5.0 + z * (1 / 7.0 + z * (1 / 9.0 + z * (1 / 11.0 + z / 13.0)))));
    return exponent * LN2 + 2 * s * series;
  }
}
