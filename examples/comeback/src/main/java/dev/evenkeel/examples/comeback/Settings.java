package dev.evenkeel.examples.comeback;

import java.time.Duration;

/** Everything that is the same for the three pairs: the service, its traffic and the schedule. */
record Settings(Service service, Traffic traffic, Schedule schedule, long seed) {

  /** How often client and service report. */
  static final Duration BIN = Duration.ofMillis(250);

  /**
   * The service: it serves {@code capacityPerSecond} when warm, {@code coldFraction} of that when
   * just started, and warms by serving: capacity * (1 - (1 - coldFraction) * exp(-served /
   * warmingRequests)).
   */
  record Service(
      double capacityPerSecond,
      int workers,
      double coldFraction,
      double warmingRequests,
      int queueBound) {}

  /**
   * The fleet that calls it: {@code load} is what users ask for, as a fraction of the warm
   * capacity.
   */
  record Traffic(double load, int nodes, Duration timeout) {}

  /**
   * The phases. Watching ends early once all three have been back for {@code settle}, which is also
   * how long a recovery has to last to count as one.
   */
  record Schedule(Duration warmUp, Duration outage, Duration observe, Duration settle) {}

  /** The real thing: a little over three minutes. */
  static Settings full(long seed) {
    return new Settings(
        new Service(200, 10, 0.3, 2000, 1000),
        new Traffic(0.8, 20, Duration.ofSeconds(1)),
        new Schedule(
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(150),
            Duration.ofSeconds(20)),
        seed);
  }

  /** Only to see that everything runs: too short for breakers to show what they do. */
  static Settings quick(long seed) {
    return new Settings(
        new Service(200, 10, 0.3, 200, 1000),
        new Traffic(0.8, 20, Duration.ofSeconds(1)),
        new Schedule(
            Duration.ofSeconds(3),
            Duration.ofSeconds(2),
            Duration.ofSeconds(6),
            Duration.ofSeconds(3)),
        seed);
  }

  /** What users ask for, in requests per second. */
  double normalRate() {
    return traffic.load * service.capacityPerSecond;
  }

  PhysicalLimit limit() {
    return new PhysicalLimit(
        traffic.load, service.coldFraction, service.warmingRequests / service.capacityPerSecond);
  }

  static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
