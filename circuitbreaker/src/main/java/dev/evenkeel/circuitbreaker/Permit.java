package dev.evenkeel.circuitbreaker;

/** What a permit says beside the epoch of the state that gave it. */
final class Permit {

  /** Of a call that was let through without the time, and not counted. */
  static final long TIMELESS = 1L << 62;

  /** Of a call that stands for such calls too. */
  static final long SAMPLE = 1L << 61;

  private Permit() {}

  static long epoch(long permit) {
    return permit & ~(TIMELESS | SAMPLE);
  }

  static boolean isTimeless(long permit) {
    return (permit & TIMELESS) != 0;
  }

  static boolean isSample(long permit) {
    return (permit & SAMPLE) != 0;
  }
}
