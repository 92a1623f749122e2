package dev.evenkeel.simulator;

/**
 * When each process is asked for its next call: a Poisson process of its own, whose rate may change
 * with the scenario's overload and in bursts. The same for every policy.
 */
final class Arrivals {

  private static final double BURST_SHARE = 0.2; // of the time

  private final Chance[] chances;
  private final double[] ratePerNano;
  private final boolean[] inBurst;
  private final double[] nextSwitch;
  private final double burst;
  private final double calm;
  private final double burstNanos;
  private final double overloadFrom;
  private final double overloadTo;
  private final double overloadFactor;

  Arrivals(Scenario scenario, long seed) {
    int clients = scenario.clients();
    chances = new Chance[clients];
    ratePerNano = new double[clients];
    inBurst = new boolean[clients];
    nextSwitch = new double[clients];
    double sigma = scenario.number(Field.UNEVENNESS);
    double sum = 0;
    for (int i = 0; i < clients; i++) {
      chances[i] = new Chance(seed, Purpose.ARRIVALS, i);
      ratePerNano[i] = sigma == 0 ? 1 : StrictMath.exp(sigma * chances[i].normal());
      sum += ratePerNano[i];
    }
    double total = scenario.number(Field.LOAD) * scenario.number(Field.CAPACITY) / 1e9;
    for (int i = 0; i < clients; i++) {
      ratePerNano[i] *= total / sum;
    }
    burst = scenario.number(Field.BURST);
    calm = (1 - BURST_SHARE * burst) / (1 - BURST_SHARE);
    burstNanos = scenario.number(Field.BURST_LENGTH) * 1e9;
    for (int i = 0; i < clients && burst > 1; i++) {
      inBurst[i] = chances[i].unit() < BURST_SHARE;
      nextSwitch[i] = stay(i);
    }
    boolean overload = scenario.is(Field.TROUBLE, "overload");
    overloadFrom = overload ? scenario.number(Field.TROUBLE_START) * 1e9 : Double.MAX_VALUE;
    overloadTo = overload ? scenario.returnsSeconds() * 1e9 : Double.MAX_VALUE;
    overloadFactor = scenario.number(Field.TROUBLE_LOAD) / scenario.number(Field.LOAD);
  }

  private double stay(int client) {
    double mean = inBurst[client] ? burstNanos : burstNanos * (1 - BURST_SHARE) / BURST_SHARE;
    return mean * chances[client].exponential();
  }

  /** The time of the next call after this one. */
  long next(int client, long nowNanos) {
    double left = chances[client].exponential(); // of the rate's integral
    double at = nowNanos;
    for (; ; ) {
      double rate = ratePerNano[client];
      double until = Double.MAX_VALUE;
      if (burst > 1) {
        rate *= inBurst[client] ? burst : calm;
        until = nextSwitch[client];
      }
      if (at < overloadFrom) {
        until = Math.min(until, overloadFrom);
      } else if (at < overloadTo) {
        rate *= overloadFactor;
        until = Math.min(until, overloadTo);
      }
      double end = rate == 0 ? Double.MAX_VALUE : at + left / rate;
      if (end <= until) {
        return (long) end + 1;
      }
      left -= (until - at) * rate;
      at = until;
      if (burst > 1 && until == nextSwitch[client]) {
        inBurst[client] = !inBurst[client];
        nextSwitch[client] = at + stay(client);
      }
    }
  }
}
