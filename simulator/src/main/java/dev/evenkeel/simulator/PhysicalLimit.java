package dev.evenkeel.simulator;

/**
 * The best that any policy could do: whoever sends exactly what the server can take warms it as
 * fast as it can be warmed. Its capacity then follows a logistic curve, so time and debt have a
 * closed form.
 *
 * @param load what is asked for, as a share of the warm capacity
 * @param coldShare the capacity right after the restart, as a share of the warm capacity
 * @param warmUpSeconds how long the warm server takes to serve the requests that warm it
 */
record PhysicalLimit(double load, double coldShare, double warmUpSeconds) {

  /** Seconds from the return until everything that is asked for can be served. */
  double seconds() {
    if (coldShare >= load) {
      return 0;
    }
    return load >= 1 ? Double.POSITIVE_INFINITY : warmUpSeconds * (logit(load) - logit(coldShare));
  }

  /** Seconds of normal traffic that cannot be served on the way there. */
  double debtSeconds() {
    if (coldShare >= load) {
      return 0;
    }
    return load >= 1
        ? Double.POSITIVE_INFINITY
        : seconds() - warmUpSeconds * StrictMath.log((1 - coldShare) / (1 - load)) / load;
  }

  private static double logit(double x) {
    return StrictMath.log(x / (1 - x));
  }
}
