package dev.evenkeel.fleet;

import java.util.concurrent.TimeUnit;

/** How often the members of a fleet exchange, by its size. */
final class Pace {

  /** Between two steps of whoever leads. */
  static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** Without trouble the members are counted so often. */
  static final long COUNT_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** So many members of a large fleet tell how their ramp goes; the others only listen. */
  static final long MOST_REPORTERS = 300;

  private static final double LONGEST_EPOCH_SECONDS = 2;
  private static final double SHORTEST_EPOCH_SECONDS = 0.25;
  private static final double EXCHANGES_PER_SECOND = 2_000;
  private static final double CALM_SECONDS = 5;
  private static final double CALM_EXCHANGES_PER_SECOND = 200;
  private static final double LONGEST_CALM_SECONDS = 60;
  private static final double EPOCHS_OF_LEASE = 3;
  private static final double SHORTEST_LEASE_SECONDS = 2;

  private Pace() {}

  /** Between two exchanges of a member while the fleet is on its way back. */
  static long epochNanos(long members) {
    return nanos(Math.max(
        SHORTEST_EPOCH_SECONDS, Math.min(LONGEST_EPOCH_SECONDS, members / EXCHANGES_PER_SECOND)));
  }

  /** The same while nothing is wrong. */
  static long calmNanos(long members) {
    return nanos(Math.max(
        CALM_SECONDS, Math.min(LONGEST_CALM_SECONDS, members / CALM_EXCHANGES_PER_SECOND)));
  }

  /** How long what was read is good for. */
  static long leaseNanos(long members) {
    return Math.max(nanos(SHORTEST_LEASE_SECONDS), (long) (EPOCHS_OF_LEASE * epochNanos(members)));
  }

  /** Whether a member tells how its ramp goes; others for each ramp. */
  static boolean reports(String member, long round, long members) {
    if (members <= MOST_REPORTERS) {
      return true;
    }
    long mixed = (member.hashCode() + 31 * round) * 0x9E3779B97F4A7C15L;
    double unit = (mixed >>> 11) * 0x1.0p-53;
    return unit * members < MOST_REPORTERS;
  }

  private static long nanos(double seconds) {
    return (long) (seconds * 1e9);
  }
}
