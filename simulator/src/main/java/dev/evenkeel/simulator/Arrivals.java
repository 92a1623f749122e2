package dev.evenkeel.simulator;

import org.jspecify.annotations.Nullable;

/**
 * When each process is asked for its next call: a Poisson process of its own, whose rate may change
 * with the scenario's overload and in bursts. The same for every policy.
 */
final class Arrivals {

  private static final double RISE_STEP_NANOS = 0.25e9;

  private final Chance[] chances;
  private final double[] ratePerNano;
  private final boolean[] inBurst;
  private final double[] nextSwitch;
  private final double burst;
  private final double burstShare; // of the time
  private final double calm;
  private final double burstNanos;
  private final double overloadFrom;
  private final double overloadTo;
  private final double overloadFactor;
  private final double later;
  private final double laterFrom;
  private final double risenNanos;
  private final @Nullable Salvos salvos;

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
    double total = scenario.number(Field.RATE) > 0
        ? scenario.number(Field.RATE) / 1e9
        : scenario.number(Field.LOAD) * scenario.number(Field.CAPACITY) / 1e9;
    for (int i = 0; i < clients; i++) {
      ratePerNano[i] *= total / sum;
    }
    giveTheFirst(scenario.number(Field.FIRST_SHARE), total);
    later = scenario.number(Field.LOAD_AFTER);
    laterFrom = later == 1 ? Double.MAX_VALUE : scenario.returnsSeconds() * 1e9;
    risenNanos = scenario.number(Field.RISE) * 1e9;
    salvos = scenario.number(Field.BURST_EVERY) == 0 ? null : new Salvos(scenario, chances);
    burst = scenario.number(Field.BURST);
    burstShare = scenario.number(Field.BURST_TIME);
    calm = (1 - burstShare * burst) / (1 - burstShare);
    burstNanos = scenario.number(Field.BURST_LENGTH) * 1e9;
    for (int i = 0; i < clients && burst > 1; i++) {
      inBurst[i] = chances[i].unit() < burstShare;
      nextSwitch[i] = stay(i);
    }
    boolean overload = scenario.is(Field.TROUBLE, "overload");
    overloadFrom = overload ? scenario.number(Field.TROUBLE_START) * 1e9 : Double.MAX_VALUE;
    overloadTo = overload ? scenario.returnsSeconds() * 1e9 : Double.MAX_VALUE;
    overloadFactor = scenario.number(Field.TROUBLE_LOAD) / scenario.number(Field.LOAD);
  }

  private void giveTheFirst(double share, double total) {
    int clients = ratePerNano.length;
    if (share == 0 || clients == 1) {
      return;
    }
    double others = (1 - share) * total / (total - ratePerNano[0]);
    for (int i = 1; i < clients; i++) {
      ratePerNano[i] *= others;
    }
    ratePerNano[0] = share * total;
  }

  /** Calls a second that a process is asked for in normal times, on average. */
  double rate(int client) {
    return ratePerNano[client] * 1e9;
  }

  private double stay(int client) {
    double mean = inBurst[client] ? burstNanos : burstNanos * (1 - burstShare) / burstShare;
    return mean * chances[client].exponential();
  }

  /** The time of the next call after this one. */
  long next(int client, long nowNanos) {
    if (salvos != null) {
      double factor = nowNanos >= laterFrom ? later : 1;
      return salvos.next(client, ratePerNano[client] * factor, nowNanos);
    }
    double left = chances[client].exponential(); // of the rate's integral
    double at = nowNanos;
    for (; ; ) {
      double rate = ratePerNano[client];
      double until = Double.MAX_VALUE;
      if (burst > 1) {
        rate *= inBurst[client] ? burst : calm;
        until = nextSwitch[client];
      }
      if (at < risenNanos) {
        double step = Math.floor(at / RISE_STEP_NANOS);
        rate *= Math.min(1, (step + 0.5) * RISE_STEP_NANOS / risenNanos);
        until = Math.min(until, (step + 1) * RISE_STEP_NANOS);
      }
      if (at < overloadFrom) {
        until = Math.min(until, overloadFrom);
      } else if (at < overloadTo) {
        rate *= overloadFactor;
        until = Math.min(until, overloadTo);
      }
      if (at < laterFrom) {
        until = Math.min(until, laterFrom);
      } else {
        rate *= later;
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
