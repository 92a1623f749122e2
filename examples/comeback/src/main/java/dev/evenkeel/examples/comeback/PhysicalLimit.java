package dev.evenkeel.examples.comeback;

/**
 * The best that any protection could do: whoever sends exactly what the service can take warms it
 * as fast as it can be warmed. Its capacity then follows a logistic curve, so time and debt have a
 * closed form.
 *
 * @param load what users ask for, as a fraction of the warm capacity
 * @param coldFraction the capacity right after the start, as a fraction of the warm capacity
 * @param warmingSeconds how long the warm service takes to serve the requests that warm it
 */
record PhysicalLimit(double load, double coldFraction, double warmingSeconds) {

  /** Seconds from the return until everything that is asked for can be served. */
  double seconds() {
    return startsWarmEnough() ? 0 : warmingSeconds * (logit(load) - logit(coldFraction));
  }

  /** Seconds of normal traffic that cannot be served on the way there. */
  double debtSeconds() {
    return startsWarmEnough()
        ? 0
        : seconds() - warmingSeconds * Math.log((1 - coldFraction) / (1 - load)) / load;
  }

  /** The best goodput at this time after the return, as a fraction of the warm capacity. */
  double goodputAt(double secondsAfterReturn) {
    if (startsWarmEnough()) {
      return load;
    }
    double capacity =
        1 / (1 + Math.exp(-logit(coldFraction) - secondsAfterReturn / warmingSeconds));
    return Math.min(load, capacity);
  }

  private boolean startsWarmEnough() {
    return coldFraction >= load;
  }

  private static double logit(double x) {
    return Math.log(x / (1 - x));
  }
}
