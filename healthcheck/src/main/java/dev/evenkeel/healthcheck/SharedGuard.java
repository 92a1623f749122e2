package dev.evenkeel.healthcheck;

import dev.evenkeel.core.Checks;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a dependency's outage from taking the whole fleet out of the load balancer. Kubernetes has
 * no such thing: if every instance says it is not ready, none gets traffic, and the users get
 * nothing at all instead of an error or a fallback.
 *
 * <p>A SHARED check that was opted into a group may take this instance out only while this looks
 * like the instance's own trouble. The guard <em>fails open</em>, and the group is DEGRADED instead
 * of DOWN, when
 *
 * <ul>
 *   <li>a {@link FleetSignal} says that others see the same: more than {@code maxFleetShare} of
 *       them; if it says that they do not, nothing else is asked;
 *   <li>without a signal: more than {@code maxShare} of the group's SHARED checks fail at once.
 *       With one or two dependencies that is every outage of one alone or of both;
 *   <li>without a signal: this instance has been out for {@code maxOut}. Staying away has mended
 *       nothing.
 * </ul>
 *
 * <p>Without a signal and with three or more SHARED checks opted in, an outage of one of them takes
 * every instance out for up to {@code maxOut}: that is what opting in means. Immutable.
 *
 * @param maxShare above which share of the group's SHARED checks failing at once; 0 to 1, default
 *     0.4
 * @param maxOut how long at most; up to 1 day, default 30 s
 * @param maxFleetShare above which share of the other instances failing; 0 to 1, default 0.2
 */
public record SharedGuard(double maxShare, Duration maxOut, double maxFleetShare) {

  private static final Duration LONGEST_OUT = Duration.ofDays(1);
  private static final SharedGuard STANDARD = new SharedGuard(0.4, Duration.ofSeconds(30), 0.2);

  /**
   * Checks the ranges.
   *
   * @param maxShare share of the group's SHARED checks
   * @param maxOut how long at most
   * @param maxFleetShare share of the other instances
   * @throws IllegalArgumentException if a value is out of its range
   */
  public SharedGuard {
    Checks.range("maxShare", maxShare, 0, 1);
    Checks.nonNegativeNanos("maxOut", maxOut);
    if (maxOut.compareTo(LONGEST_OUT) > 0) {
      throw new IllegalArgumentException(
          "maxOut: " + Checks.text(maxOut) + " (expected: at most 1 day)");
    }
    Checks.range("maxFleetShare", maxFleetShare, 0, 1);
  }

  /**
   * The defaults.
   *
   * @return 0.4, 30 s, 0.2
   */
  public static SharedGuard standard() {
    return STANDARD;
  }

  /**
   * A SHARED check of the group that fails.
   *
   * @param outNanos for how long
   * @param fleetShare the share of the other instances that see the same; NaN if unknown
   */
  record Failing(long outNanos, double fleetShare) {}

  /**
   * Whether and why it fails open.
   *
   * @param failing the SHARED checks of the group that fail; at least one
   * @param total how many SHARED checks the group has
   * @return why it is open; null if the instance may leave
   */
  @Nullable String whyOpen(List<Failing> failing, int total) {
    double leastSeen = 1;
    long outNanos = 0;
    int unknown = 0;
    for (Failing one : failing) {
      if (Double.isNaN(one.fleetShare())) {
        unknown++;
        outNanos = Math.max(outNanos, one.outNanos());
      } else if (one.fleetShare() <= maxFleetShare) {
        return null; // this one is the instance's own trouble
      } else {
        leastSeen = Math.min(leastSeen, one.fleetShare());
      }
    }
    if (unknown == 0) {
      return String.format(
          Locale.ROOT, "%.0f %% of the other instances see it too", 100 * leastSeen);
    }
    if (failing.size() > maxShare * total) {
      return failing.size() + " of " + total + " shared dependencies fail at once";
    }
    return outNanos >= maxOut.toNanos()
        ? String.format(
            Locale.ROOT, "out for %.0f s, which has mended nothing", maxOut.toNanos() / 1e9)
        : null;
  }
}
