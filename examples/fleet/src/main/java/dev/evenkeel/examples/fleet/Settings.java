package dev.evenkeel.examples.fleet;

import java.time.Duration;

/**
 * What is run.
 *
 * @param processes how many members the fleet has
 * @param capacity requests a second that the service serves when warm
 * @param coldShare of that right after a start; it warms by serving
 * @param warmingRequests after so many it has come to within a third of what was missing
 * @param workers of the service
 * @param load what users ask for, as a share of the capacity
 * @param rise how long the load takes to become full
 * @param steady how long 99 % have to be served before the outage begins, and after it to be
 *     recovered
 * @param steadyWithin how long to wait for that at the start
 * @param outage how long the service stays dead
 * @param observe how long its return is watched at most
 * @param anyStart whether the outage begins however the start was
 * @param seed of the users
 */
record Settings(
    int processes,
    double capacity,
    double coldShare,
    double warmingRequests,
    int workers,
    double load,
    Duration rise,
    Duration steady,
    Duration steadyWithin,
    Duration outage,
    Duration observe,
    boolean anyStart,
    long seed) {

  /** How often the processes report. */
  static final Duration BIN = Duration.ofMillis(250);

  static Settings full(int processes, long seed) {
    return new Settings(
        processes,
        200,
        0.3,
        2000,
        10,
        0.8,
        Duration.ofSeconds(8),
        Duration.ofSeconds(10),
        Duration.ofSeconds(90),
        Duration.ofSeconds(20),
        Duration.ofSeconds(120),
        false,
        seed);
  }

  /** Only to see that it runs, on a machine however busy. */
  static Settings quick(int processes, long seed) {
    return new Settings(
        processes,
        40,
        0.5,
        20,
        4,
        0.4,
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(4),
        Duration.ofSeconds(2),
        Duration.ofSeconds(6),
        true,
        seed);
  }

  /** What all users together ask for, in requests a second. */
  double normalRate() {
    return load * capacity;
  }

  static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }
}
