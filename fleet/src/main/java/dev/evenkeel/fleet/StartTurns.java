package dev.evenkeel.fleet;

import java.time.Duration;

/**
 * Gives members that start one turn after the other, over a shared record of its own: it says for
 * how long turns were taken, counted from when it was written. Its age is by the store's clock, so
 * the members' clocks need not agree. Pure, but for the store.
 */
final class StartTurns {

  private static final String PREFIX = "start~";
  private static final String FORMAT = "t1";
  private static final String NOBODY = "-";
  private static final long LONGEST_MICROS = Duration.ofDays(30).toNanos() / 1_000;

  private StartTurns() {}

  /** As {@link dev.evenkeel.failback.FleetDependency#turn}. */
  static long take(
      FleetStore store, String dependency, long lengthNanos, long longestNanos, long random)
      throws Exception {
    String name = PREFIX + dependency;
    FleetStore.Shared shared = store.exchange(name, NOBODY, null);
    long waitNanos = shared.version() == 0
        ? 0
        : Math.max(0, takenNanos(shared.text()) - shared.age().toNanos());
    if (waitNanos > longestNanos) {
      return waitNanos;
    }
    String text = FORMAT + " " + (waitNanos + lengthNanos + 999) / 1_000;
    return store.replace(name, shared.version(), random | 1, text) ? waitNanos : -1;
  }

  private static long takenNanos(String text) {
    return 1_000 * Math.min(LONGEST_MICROS, new Words(text, FORMAT, 2).count());
  }
}
