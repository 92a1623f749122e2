package dev.evenkeel.simulator;

import java.util.Arrays;

/** Makes the figures of a run from what was recorded; {@code docs/failback.md} defines each. */
final class Measures {

  /** Calls asked for so shortly before the end may still be on their way. */
  static final int GRACE_SECONDS = 5;

  private static final double GOOD = 0.99;
  private static final double RELAPSE = 0.5;
  private static final double REARM = 0.75;
  private static final double WORTH_LOSING = 0.1;
  private static final double LEAST_RAMP_SECONDS = 5;
  private static final int SECOND = 10; // bins

  private final Recorder recorder;
  private final Scenario scenario;
  private final int from;
  private final int to;
  private final int window;

  private Measures(Recorder recorder) {
    this.recorder = recorder;
    scenario = recorder.scenario;
    from = recorder.returnBin;
    to = Math.max(from, recorder.bins - 2 - GRACE_SECONDS * SECOND);
    // A window of at least about a thousand calls, or one that failed would be more than 1 %.
    double seconds = Math.min(10, Math.max(1, Math.ceil(1000 / scenario.normalRate())));
    window = (int) (seconds * SECOND);
  }

  static RunResult of(Recorder recorder, PolicyName policy, long seed) {
    return new Measures(recorder).result(policy, seed);
  }

  private RunResult result(PolicyName policy, long seed) {
    double t99 = t99();
    int rampEnd = Double.isInfinite(t99)
        ? to
        : Math.min(to, from + (int) Math.ceil(Math.max(LEAST_RAMP_SECONDS, t99) * SECOND));
    PhysicalLimit limit = scenario.limit();
    return new RunResult(
        scenario,
        policy,
        seed,
        debt(),
        limit.debtSeconds(),
        t99,
        limit.seconds(),
        relapses(),
        recorder.workAfterReturn == 0 ? 0 : (double) recorder.workInVain / recorder.workAfterReturn,
        peak(rampEnd, peakWindow()),
        peak(rampEnd, 1),
        probeLoad(),
        jain(),
        p99Millis(rampEnd),
        errorShare(rampEnd),
        recorder.trips,
        recorder.served,
        recorder.events,
        recorder.othersAsked,
        recorder.othersLost);
  }

  private static int sum(int[] bins, int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum += bins[i];
    }
    return sum;
  }

  /**
   * Normal traffic: what users ask for first. Whoever comes back and is served now makes up for a
   * call that was lost in the same second, not for one lost long ago.
   */
  private double debt() {
    double lost = 0;
    for (int bin = from; bin + SECOND <= to; bin += SECOND) {
      int first = sum(recorder.first, bin, bin + SECOND);
      lost += Math.max(0, first - sum(recorder.answered, bin, bin + SECOND));
    }
    return lost / scenario.normalRate();
  }

  private double t99() {
    int lastBad = -1;
    for (int bin = from; bin + window <= to; bin++) {
      int first = sum(recorder.first, bin, bin + window);
      if (sum(recorder.answered, bin, bin + window) < GOOD * first) {
        lastBad = bin;
      }
    }
    if (lastBad < 0) {
      return 0;
    }
    if (lastBad + window + 2 * SECOND >= to) {
      return Double.POSITIVE_INFINITY;
    }
    return (lastBad + 1 - from + window / 2.0) * Recorder.BIN_SECONDS;
  }

  private int relapses() {
    double worth = WORTH_LOSING * scenario.normalRate() * window * Recorder.BIN_SECONDS;
    int relapses = 0;
    double best = 0;
    boolean armed = true;
    for (int bin = from; bin + window <= to; bin++) {
      int goodput = sum(recorder.goodput, bin, bin + window);
      best = Math.max(best, goodput);
      // Not if less was asked for: bursts end.
      int first = sum(recorder.first, bin, bin + window);
      if (armed && best >= worth && goodput < RELAPSE * Math.min(best, first)) {
        relapses++;
        armed = false;
      } else if (goodput > REARM * Math.min(best, first)) {
        armed = true;
      }
    }
    return relapses;
  }

  /**
   * In bins: so long that a cold server could serve a thousand calls, or chance is all one sees.
   */
  private int peakWindow() {
    double cold = scenario.number(Field.CAPACITY) / scenario.number(Field.SHARDS);
    if (scenario.restarts()) {
      cold *= scenario.number(Field.COLD_SHARE);
    }
    return (int) Math.rint(SECOND * Math.min(10, Math.max(1, 1000 / cold)));
  }

  private double peak(int rampEnd, int width) {
    double peak = 0;
    for (int bin = from; bin + width <= rampEnd; bin++) {
      double could = 0;
      for (int i = bin; i < bin + width; i++) {
        could += recorder.capacity[i] * Recorder.BIN_SECONDS;
      }
      if (could > 0) {
        peak = Math.max(peak, sum(recorder.sent, bin, bin + width) / could);
      }
    }
    return peak;
  }

  /** Sent in the second half of each time without a server, when everybody has noticed. */
  private double probeLoad() {
    if (!scenario.restarts()) {
      return 0;
    }
    double sent = 0;
    double seconds = 0;
    int start = -1;
    for (int bin = 1; bin <= from; bin++) {
      boolean dead = bin < from && recorder.capacity[bin] == 0;
      if (dead && start < 0) {
        start = bin;
      } else if (!dead && start >= 0) {
        int half = (start + bin) / 2;
        sent += sum(recorder.sent, half, bin);
        seconds += (bin - half) * Recorder.BIN_SECONDS;
        start = -1;
      }
    }
    return seconds == 0 ? 0 : sent / (scenario.normalRate() * seconds);
  }

  /** Of each process's goodput over its own normal traffic. */
  private double jain() {
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (int i = 0; i < recorder.clientAsked.length; i++) {
      if (recorder.clientAsked[i] > 0) {
        double share = (double) recorder.clientAnswered[i] / recorder.clientAsked[i];
        sum += share;
        squares += share * share;
        count++;
      }
    }
    return squares == 0 ? 0 : sum * sum / (count * squares);
  }

  private double p99Millis(int rampEnd) {
    long[] buckets = new long[Recorder.BUCKETS];
    int seconds = (rampEnd - from + SECOND - 1) / SECOND;
    for (int i = 0; i < seconds && i < recorder.latency.length; i++) {
      int[] part = recorder.latency[i];
      for (int b = 0; part != null && b < part.length; b++) {
        buckets[b] += part[b];
      }
    }
    double left = Arrays.stream(buckets).sum() * 0.99;
    for (int b = 0; b < buckets.length; b++) {
      left -= buckets[b];
      if (left < 0) {
        return Recorder.bucketMillis(b);
      }
    }
    return 0;
  }

  private double errorShare(int rampEnd) {
    double bad = sum(recorder.bad, from, rampEnd);
    double all = bad + sum(recorder.good, from, rampEnd);
    return all == 0 ? 0 : bad / all;
  }
}
