package dev.evenkeel.simulator;

import java.util.Arrays;

/**
 * Counts what happens in a run, in bins of 100 ms that are aligned to the end of the trouble, so
 * that no bin is half before it and half after. Where there are several shards, the figures are
 * those of the one with the trouble; of the others only the loss is counted.
 */
final class Recorder {

  static final long BIN_NANOS = 100_000_000L;
  static final double BIN_SECONDS = BIN_NANOS / 1e9;

  /** Logarithmic buckets of latency: 16 for each factor of 10, from 0.1 ms. */
  static final int BUCKETS = 112;

  private static final int SAMPLED_MEMBERS = 200;

  final Scenario scenario;
  final int returnBin;
  final int bins;
  final int[] first; // asked by users for the first time
  final int[] asked; // the returned ones too
  final int[] answered; // well, by the time they asked
  final int[] goodput; // well, by the time of the answer
  final int[] sent; // attempts
  final int[] good; // attempts, by the time they were sent
  final int[] bad;
  final double[] capacity;
  final float[] share;
  private final float[] errors;
  private final float[] coldness;
  private final float[] shift;
  private final int[] waiting;
  final int[][] latency; // by second after the return
  final int[] clientAsked;
  final int[] clientAnswered;
  private final long originNanos;
  private final long returnNanos;
  private final long fairUntilNanos;
  private final long troubleNanos;
  private final long lastNanos;
  private long heldUntil;
  private boolean pictured;
  long workAfterReturn;
  long workInVain;
  long othersAsked;
  long othersLost;
  long served;
  long events;
  int trips;
  long askedAfter; // first tries, from the return on
  long lostAfter;

  Recorder(Scenario scenario) {
    this.scenario = scenario;
    returnNanos = Math.round(scenario.returnsSeconds() * 1e9);
    returnBin = (int) ((returnNanos + BIN_NANOS - 1) / BIN_NANOS);
    originNanos = returnNanos - returnBin * BIN_NANOS;
    long end = Math.round(scenario.endSeconds() * 1e9);
    bins = (int) ((end - originNanos) / BIN_NANOS) + 2;
    first = new int[bins];
    asked = new int[bins];
    answered = new int[bins];
    goodput = new int[bins];
    sent = new int[bins];
    good = new int[bins];
    bad = new int[bins];
    capacity = new double[bins];
    share = new float[bins];
    errors = new float[bins];
    coldness = new float[bins];
    shift = new float[bins];
    waiting = new int[bins];
    latency = new int[(int) scenario.number(Field.OBSERVE) + 2][];
    clientAsked = new int[scenario.clients()];
    clientAnswered = new int[scenario.clients()];
    double limit = scenario.limit().seconds();
    double fair = Math.min(scenario.number(Field.OBSERVE), Math.max(10, 1.5 * limit));
    fairUntilNanos = returnNanos + (long) (fair * 1e9);
    troubleNanos = scenario.nanos(Field.TROUBLE_START);
    lastNanos = end - Measures.GRACE_SECONDS * 1_000_000_000L;
  }

  /** Samples the share of the policies, for a picture. */
  void picture() {
    pictured = true;
  }

  private int bin(long nanos) {
    return (int) ((nanos - originNanos) / BIN_NANOS);
  }

  /** The share of calls that a healthy server failed at that time. */
  double errorShareAt(double seconds) {
    return errors[binAt(seconds)];
  }

  /** How cold it was; 0 is warm. */
  double coldnessAt(double seconds) {
    return coldness[binAt(seconds)];
  }

  /** How much of the shift from hits to misses was left. */
  double shiftAt(double seconds) {
    return shift[binAt(seconds)];
  }

  /** Until when workers are held by what was begun in the troubles, or before the second step. */
  double heldUntilSeconds() {
    return heldUntil / 1e9;
  }

  /** What waited in the server's queue when it returned. */
  int backlog() {
    return waiting[returnBin];
  }

  private int binAt(double seconds) {
    return Math.min(bins - 3, bin((long) (seconds * 1e9)));
  }

  void asked(int shard, int client, boolean isFirst, long now) {
    if (shard != 0) {
      return;
    }
    int bin = bin(now);
    asked[bin]++;
    if (isFirst) {
      first[bin]++;
      if (isFair(now)) {
        clientAsked[client]++;
      }
    }
  }

  private boolean isFair(long askedNanos) {
    return askedNanos >= returnNanos && askedNanos < fairUntilNanos;
  }

  void sent(int shard, long now) {
    if (shard == 0) {
      sent[bin(now)]++;
    }
  }

  void attemptEnded(int shard, long sentNanos, boolean isGood, long now) {
    if (shard != 0) {
      return;
    }
    int bin = bin(sentNanos);
    if (!isGood) {
      bad[bin]++;
      return;
    }
    good[bin]++;
    if (bin >= returnBin) {
      int second = (bin - returnBin) / 10;
      int[] buckets = latency[second];
      if (buckets == null) {
        buckets = new int[BUCKETS];
        latency[second] = buckets;
      }
      buckets[bucket(now - sentNanos)]++;
    }
  }

  private static int bucket(long nanos) {
    double decades = Chance.ln(Math.max(1e5, (double) nanos) / 1e5) * 0.4342944819032518;
    return Math.min(BUCKETS - 1, (int) (16 * decades));
  }

  static double bucketMillis(int bucket) {
    return 0.1 * StrictMath.pow(10, (bucket + 0.5) / 16);
  }

  void answered(int shard, int client, long askedNanos, boolean isGood, long now) {
    if (isGood) {
      served++;
    }
    if (shard != 0) {
      if (askedNanos >= troubleNanos && askedNanos < lastNanos) {
        othersAsked++;
        othersLost += isGood ? 0 : 1;
      }
      return;
    }
    if (isGood) {
      answered[bin(askedNanos)]++;
      goodput[bin(now)]++;
      if (isFair(askedNanos)) {
        clientAnswered[client]++;
      }
    }
  }

  /** A user's first try has ended. */
  void firstEnded(int shard, long askedNanos, boolean isGood) {
    if (shard == 0 && askedNanos >= returnNanos) {
      askedAfter++;
      lostAfter += isGood ? 0 : 1;
    }
  }

  void worked(int shard, boolean isWanted, long now) {
    if (shard == 0 && now >= returnNanos) {
      workAfterReturn++;
      workInVain += isWanted ? 0 : 1;
    }
  }

  void tick(Server server, Member[] members, long now) {
    int bin = bin(now);
    capacity[bin] = server.capacity();
    errors[bin] = (float) server.health().errorShare();
    coldness[bin] = (float) server.coldness();
    shift[bin] = (float) server.health().shift();
    waiting[bin] = server.waiting();
    heldUntil = server.slowUntil();
    if (pictured) {
      int step = Math.max(1, members.length / SAMPLED_MEMBERS);
      double sum = 0;
      int count = 0;
      for (int i = 0; i < members.length; i += step) {
        sum += Members.share(members[i]);
        count++;
      }
      share[bin] = (float) (sum / count);
    }
  }

  void end(long eventCount, int mostTrips) {
    events = eventCount;
    trips = mostTrips;
    // Where an attempt ended after the last tick there is no capacity; the last one known is it.
    double last = capacity[bins - 3];
    Arrays.fill(capacity, bins - 2, bins, last);
  }
}
