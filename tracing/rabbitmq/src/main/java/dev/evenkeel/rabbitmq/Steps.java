package dev.evenkeel.rabbitmq;

/** The steps in which a consumer comes back: five at most, as each takes it out of the queue. */
final class Steps {

  private Steps() {}

  /**
   * The prefetch of a step.
   *
   * @param full the prefetch of a healthy consumer
   * @param share of the calls that the pipeline lets through, 0 to 1
   * @return 1, an eighth, a quarter or a half of the full one; that itself comes with the close
   */
  static int prefetch(int full, double share) {
    int divisor = share >= 0.5 ? 2 : share >= 0.25 ? 4 : 8;
    return share < 0.125 ? 1 : Math.max(1, full / divisor);
  }
}
