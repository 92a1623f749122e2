package dev.evenkeel.examples.comeback;

import java.time.Duration;

/**
 * Everything that is the same for the three pairs: the service, its traffic, the schedule, and what
 * makes a run valid.
 */
record Settings(Service service, Traffic traffic, Schedule schedule, Validity validity, long seed) {

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
   * The phases. The load rises to the full one for {@code rise} and is full for {@code warmUp} at
   * least, until all three are served well. Watching ends early once all three have been back for
   * {@code settle}, which is also how long a recovery has to last to count as one.
   */
  record Schedule(
      Duration rise, Duration warmUp, Duration outage, Duration observe, Duration settle) {}

  /**
   * What a run must keep to, or it shows this machine's troubles and not the contestants': the
   * outage begins once all three have been served well for {@code steady} (if not
   * {@code anyStart}), which has to be {@code steadyWithin} the start; the service's restart may
   * make the outage {@code outageLonger} than planned; no process may be silent for more than
   * {@code longestSilence}.
   */
  record Validity(
      boolean anyStart,
      Duration steady,
      Duration steadyWithin,
      Duration outageLonger,
      Duration longestSilence) {}

  /** The real thing: about three and a half minutes. */
  static Settings full(long seed) {
    return new Settings(
        new Service(200, 10, 0.3, 2000, 1000),
        new Traffic(0.8, 20, Duration.ofSeconds(1)),
        new Schedule(
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(150),
            Duration.ofSeconds(20)),
        new Validity(
            false,
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2)),
        seed);
  }

  /**
   * Only to see that everything runs, on a machine however busy: too short and too little traffic
   * for breakers to show what they do.
   */
  static Settings quick(long seed) {
    return new Settings(
        new Service(50, 4, 0.2, 50, 1000),
        new Traffic(0.4, 4, Duration.ofSeconds(1)),
        new Schedule(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            Duration.ofSeconds(6),
            Duration.ofSeconds(3)),
        new Validity(
            true,
            Duration.ofSeconds(1),
            Duration.ofSeconds(40),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20)),
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
