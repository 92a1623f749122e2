package dev.evenkeel.fleet;

import dev.evenkeel.failback.Memory;
import dev.evenkeel.failback.StepSums;

/**
 * With which probability the members admit a call, so that as many calls are in flight at the
 * dependency as the ramp allows: {@code F* = m B L0}. A process alone counts those of its own and
 * has no delay in that; a fleet hears of them late, and what it decides is heard late. So it steers
 * by the flow. What comes back is {@code X} a second; more than that goes into the queue. Admitted
 * are
 *
 * <pre>
 *   X (F* / F)^g     or   X + (F* - F) / 2d,   whichever is more
 * </pre>
 *
 * <p>with a gain {@code g} so small that the queue does not swing within the delay {@code d} of the
 * loop. Where calls take no longer than in healthy times there is no queue, and the number in
 * flight follows the rate at once: then {@code F* / L}, reached by a factor of three in each delay.
 * Pure; not thread-safe.
 */
final class Flow {

  /** Fewer in flight say nothing: then the ramp's own share by latency. */
  private static final double LEAST_IN_FLIGHT = 16;

  private static final double GAIN = 0.5;
  private static final double PATIENCE = 1; // delays, until a gap is to be closed
  private static final double HEALTHY = 1.25;
  private static final double GROWTH = 3; // in a delay
  private static final double LEAST_NANOS = 5e6; // as for the ramp of one process
  private static final double SMOOTH = 0.8; // of the last step

  private final double healthyRate;
  private final double healthySeconds;
  private final double delaySeconds;
  private double rate; // admitted, a second
  private double flow; // X
  private double inFlight;

  /**
   * Begins.
   *
   * @param memory what the dependency bore of all members
   * @param delaySeconds from a change at the dependency until the members act on it
   * @param share of the healthy rate to begin with
   */
  Flow(Memory memory, double delaySeconds, double share) {
    healthyRate = memory.rate();
    healthySeconds = Math.max(LEAST_NANOS, memory.latencyNanos()) / 1e9;
    this.delaySeconds = delaySeconds;
    rate = share * healthyRate;
  }

  /**
   * The share of the healthy rate to admit.
   *
   * @param multiple of the calls in flight in healthy times that is allowed
   * @param latencySeconds of calls that came back of late
   * @param sums since the last step
   * @param seconds since then
   * @return the share; -1 if there are too few calls to tell
   */
  double share(double multiple, double latencySeconds, StepSums sums, double seconds) {
    double most = multiple * healthyRate * healthySeconds;
    if (seconds > 0) {
      flow += SMOOTH * ((sums.good() + sums.bad()) / seconds - flow);
      inFlight = sums.inFlight();
    }
    if (!(most >= LEAST_IN_FLIGHT)) {
      return -1;
    }
    double least = 0.25 * Math.min(1, multiple) * most / Math.max(latencySeconds, healthySeconds);
    boolean isHealthy = latencySeconds <= HEALTHY * healthySeconds
        && inFlight <= HEALTHY * HEALTHY * healthySeconds * Math.max(flow, rate);
    if (isHealthy) {
      double growth = StrictMath.pow(GROWTH, Math.min(1, seconds / delaySeconds));
      rate = Math.min(most / latencySeconds, Math.max(growth * rate, 2 * flow));
    } else {
      double slowness = inFlight / Math.max(flow, 1);
      double gain = Math.min(1, GAIN * slowness / delaySeconds);
      double byGain = flow * StrictMath.pow(most / Math.max(inFlight, 1), gain);
      double byGap = flow + (most - inFlight) / (PATIENCE * delaySeconds);
      rate = Math.max(least, Math.max(byGain, byGap));
    }
    return rate / healthyRate;
  }
}
