package dev.evenkeel.examples.comeback;

/**
 * How many users come when: few at first, because a JVM that has just started is slow, then more
 * and more, up to the full rate. A fleet in production starts no other way.
 *
 * @param fullPerSecond the full rate
 * @param riseSeconds how long until it is reached; 0 or more
 */
record LoadRise(double fullPerSecond, double riseSeconds) {

  private static final double FIRST_SHARE = 0.05;

  /** Users a second at this time after the first one. */
  double perSecondAt(double seconds) {
    if (seconds >= riseSeconds) {
      return fullPerSecond;
    }
    return fullPerSecond * (FIRST_SHARE + (1 - FIRST_SHARE) * seconds / riseSeconds);
  }
}
