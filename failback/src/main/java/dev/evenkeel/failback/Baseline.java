package dev.evenkeel.failback;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a dependency could do while it was healthy: successes a second and their mean latency,
 * averaged over about 20 s, and the calls a second it was offered, over about 5 s. Seconds with
 * many failures teach nothing, so that an outage does not pass for the normal state. Thread-safe;
 * counting is striped, averaging is done by one thread a second.
 */
public final class Baseline {

  private static final long INTERVAL_NANOS = 1_000_000_000L;
  private static final double HEALTH_SECONDS = 20;
  private static final double DEMAND_SECONDS = 5;
  private static final double MAX_FAILED_SHARE = 0.1;

  private final LongAdder offered = new LongAdder();
  private final LongAdder succeeded = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder latencyNanos = new LongAdder();
  private final AtomicLong nextSampleNanos;

  // Written by the one thread that won the sample, read by any.
  private long sampledNanos;
  private double healthySeconds;
  private double demandSeconds;
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

  /** A call was asked for. */
  public void onOffered() {
    offered.increment();
  }

  /**
   * A call succeeded.
   *
   * @param nanos its latency
   */
  public void onSuccess(long nanos) {
    succeeded.increment();
    latencyNanos.add(nanos);
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
    demand += weight(seconds, DEMAND_SECONDS, demandSeconds) * (asked / seconds - demand);
    boolean healthy = bad <= MAX_FAILED_SHARE * (good + bad) && good + bad >= asked / 2;
    if (healthy && good > 0) {
      healthySeconds += seconds;
      double weight = weight(seconds, HEALTH_SECONDS, healthySeconds);
      healthyRate += weight * (good / seconds - healthyRate);
      healthyLatencyNanos += weight * ((double) nanos / good - healthyLatencyNanos);
    }
  }

  /** An exponential average by elapsed time; a plain mean while it is young. */
  private static double weight(double seconds, double horizon, double age) {
    return Math.max(1 - Math.exp(-seconds / horizon), Math.min(1, seconds / age));
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
