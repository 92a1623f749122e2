package dev.evenkeel.failback;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a dependency could do while it was healthy: successes a second and their mean latency,
 * averaged over about 20 s, and the calls a second it was offered, over about 5 s or 16 calls.
 * Seconds with many failures teach nothing, so that an outage does not pass for the normal state.
 * Thread-safe; counting is striped, averaging is done by one thread a second.
 */
public final class Baseline {

  private static final long INTERVAL_NANOS = 1_000_000_000L;
  private static final double HEALTH_SECONDS = 20;
  private static final double DEMAND_SECONDS = 5;
  private static final double DEMAND_CALLS = 16; // fewer in an average are noise
  private static final double MOST_DEMAND_SECONDS = 120;
  private static final double MAX_FAILED_SHARE = 0.1;
  private static final double BUSY_RATE = 1_000;
  private static final long FLAPPING_NANOS = 60_000_000_000L;
  private static final long DELAY_NANOS = 10_000_000_000L;

  private record Sample(long atNanos, double seconds, long good, long nanos) {}

  private final LongAdder offered = new LongAdder();
  private final LongAdder succeeded = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder latencyNanos = new LongAdder();
  private final AtomicLong nextSampleNanos;

  // Written by the one thread that won the sample, read by any.
  private long sampledNanos;
  private double healthySeconds;
  private double demandSeconds;
  private double goodLevel = 1;
  private boolean closedBefore;
  private long closedNanos;
  private double inFlightNanos; // of calls, in a second
  private final Deque<Sample> latest = new ArrayDeque<>();
  private volatile double healthyRate;
  private volatile double healthyLatencyNanos;
  private volatile double demand;

  /**
   * Creates a memory of nothing.
   *
   * @param nowNanos the present time
   */
  public Baseline(long nowNanos) {
    sampledNanos = nowNanos;
    nextSampleNanos = new AtomicLong(nowNanos + INTERVAL_NANOS);
  }

  /** A way back has ended well. */
  synchronized void closed(double newGoodLevel, long nowNanos) {
    closedBefore = true;
    closedNanos = nowNanos;
    goodLevel = newGoodLevel;
  }

  /** How far the next ramp may grow fast: what the last one has learned, if that was just now. */
  synchronized double goodLevel(long nowNanos) {
    return closedBefore && nowNanos - closedNanos < FLAPPING_NANOS ? goodLevel : 1;
  }

  /**
   * Calls were asked for.
   *
   * @param calls how many
   */
  public void onOffered(int calls) {
    offered.add(calls);
  }

  /**
   * Calls succeeded.
   *
   * @param nanos the latency of one of them
   * @param calls how many
   */
  public void onSuccess(long nanos, int calls) {
    succeeded.add(calls);
    latencyNanos.add(nanos * calls);
  }

  /**
   * Whether there are so many calls that counting and timing some of them is enough.
   *
   * @return true above 1,000 calls a second
   */
  public boolean isBusy() {
    return demand > BUSY_RATE;
  }

  /** A call failed. */
  public void onFailure() {
    failed.increment();
  }

  /**
   * Takes the counts into the averages when a second has passed; else does next to nothing.
   *
   * @param nowNanos the present time
   */
  public void sample(long nowNanos) {
    long next = nextSampleNanos.get();
    if (nowNanos - next >= 0 && nextSampleNanos.compareAndSet(next, nowNanos + INTERVAL_NANOS)) {
      average(nowNanos);
    }
  }

  private synchronized void average(long nowNanos) {
    double seconds = (nowNanos - sampledNanos) / 1e9;
    if (seconds <= 0) {
      return;
    }
    sampledNanos = nowNanos;
    long asked = offered.sumThenReset();
    long good = succeeded.sumThenReset();
    long bad = failed.sumThenReset();
    long nanos = latencyNanos.sumThenReset();
    demandSeconds += seconds;
    double horizon = demandHorizonSeconds(healthyRate);
    demand += weight(seconds, horizon, demandSeconds) * (asked / seconds - demand);
    learnOld(nowNanos);
    boolean healthy = bad <= MAX_FAILED_SHARE * (good + bad) && good + bad >= asked / 2;
    if (healthy && good > 0) {
      latest.addLast(new Sample(nowNanos, seconds, good, nanos));
    }
  }

  private void learnOld(long nowNanos) {
    for (Sample oldest = latest.peekFirst();
        oldest != null && nowNanos - oldest.atNanos >= DELAY_NANOS;
        oldest = latest.peekFirst()) {
      latest.removeFirst();
      learn(oldest);
    }
  }

  private void learn(Sample sample) {
    healthySeconds += sample.seconds;
    double weight = weight(sample.seconds, HEALTH_SECONDS, healthySeconds);
    double rate = healthyRate;
    rate += weight * (sample.good / sample.seconds - rate);
    inFlightNanos += weight * (sample.nanos / sample.seconds - inFlightNanos);
    healthyRate = rate;
    healthyLatencyNanos = inFlightNanos / rate;
  }

  /**
   * The dependency has failed. Its last seconds before that were no healthy ones, even if its calls
   * succeeded: a queue may have built up, or traffic may have left. They teach nothing, unless
   * there are no others.
   */
  public synchronized void forgetLatest() {
    if (healthySeconds == 0) {
      latest.forEach(this::learn);
    }
    latest.clear();
  }

  /**
   * Over how long to average what is asked for; with few calls a short average is mostly chance.
   */
  static double demandHorizonSeconds(double healthyRate) {
    double forCalls = healthyRate > 0 ? DEMAND_CALLS / healthyRate : 0;
    return Math.max(DEMAND_SECONDS, Math.min(MOST_DEMAND_SECONDS, forCalls));
  }

  /** An exponential average by elapsed time; a plain mean while it is young. */
  private static double weight(double seconds, double horizon, double age) {
    return Math.max(1 - StrictMath.exp(-seconds / horizon), Math.min(1, seconds / age));
  }

  /**
   * Successes a second while healthy.
   *
   * @return 0 if never healthy
   */
  public double healthyRate() {
    return healthyRate;
  }

  /**
   * Mean latency while healthy.
   *
   * @return nanoseconds; 0 if never healthy
   */
  public double healthyLatencyNanos() {
    return healthyLatencyNanos;
  }

  /**
   * Calls a second that were asked for.
   *
   * @return 0 or more
   */
  public double demand() {
    return demand;
  }
}
