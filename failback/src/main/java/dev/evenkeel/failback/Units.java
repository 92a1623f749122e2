package dev.evenkeel.failback;

/** Random bits as numbers. */
final class Units {

  private Units() {}

  /** Uniform in [0, 1). */
  static double unit(long random) {
    return (random >>> 11) * 0x1.0p-53;
  }

  /** A time, up to 30 % longer or shorter. */
  static long jittered(long nanos, long random) {
    return (long) (nanos * (0.7 + 0.6 * unit(random)));
  }
}
