package dev.evenkeel.simulator;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The fields of a scenario file, each with its unit, range, default and meaning. */
enum Field {
  NAME("name", Unit.TEXT, 0, 0, "unnamed", "a short name for table and CSV"),
  TITLE("title", Unit.TEXT, 0, 0, "", "what it is about"),
  NEEDS(
      "needs",
      Unit.CHOICE,
      0,
      0,
      "nothing",
      "what the simulator must have to run it",
      "nothing",
      "fleet-wide"),

  CAPACITY("server.capacity", Unit.PER_SECOND, 1, 1e7, "2000/s", "requests it serves when warm"),
  WORKERS("server.workers", Unit.COUNT, 1, 1e6, "100", "requests it works on at once"),
  QUEUE("server.queue", Unit.COUNT, 0, 1e7, "10000", "requests that can wait"),
  COLD_SHARE(
      "server.coldShare",
      Unit.SHARE,
      0.001,
      1,
      "0.3",
      "capacity right after a restart, as a share of the warm one"),
  WARM_UP(
      "server.warmUp",
      Unit.DURATION,
      0,
      86_400,
      "10s",
      "W / C: the work that warms it to 1 - 1/e, in seconds of full capacity"),
  SERVICE(
      "server.service",
      Unit.CHOICE,
      0,
      0,
      "exponential",
      "distribution of service times",
      "exponential",
      "fixed",
      "lognormal",
      "pareto"),
  SERVICE_VARIATION(
      "server.serviceVariation",
      Unit.NUMBER,
      0.1,
      10,
      "2",
      "deviation over mean of lognormal and pareto service times"),
  DEAD_CALLS(
      "server.deadCalls",
      Unit.CHOICE,
      0,
      0,
      "fail",
      "what calls to a dead server do",
      "fail",
      "hang"),
  FAIL_AFTER(
      "server.failAfter",
      Unit.DURATION,
      0,
      60,
      "5ms",
      "time until a call to a dead or full server fails"),

  LIMIT(
      "server.limit",
      Unit.CHOICE,
      0,
      0,
      "workers",
      "none: every call takes the time it takes, nothing queues",
      "workers",
      "none"),
  LATENCY(
      "server.latency",
      Unit.DURATION,
      0.0001,
      600,
      "50ms",
      "server.limit = none: mean time of a call when warm"),
  SLOW_FACTOR(
      "server.slowFactor",
      Unit.NUMBER,
      0.01,
      1000,
      "1",
      "time of a call from the return on, over before; capacity stays"),
  CAPACITY_AFTER(
      "server.capacityAfter",
      Unit.NUMBER,
      0.01,
      100,
      "1",
      "capacity from the return on, over before"),
  STEP_AFTER(
      "server.stepAfter",
      Unit.DURATION,
      0,
      86_400,
      "0s",
      "second step of the return, so long after it; 0s: none"),
  STEP_CAPACITY(
      "server.stepCapacity", Unit.NUMBER, 0.001, 1, "1", "capacity until then, as a share"),
  STEP_SLOW_FACTOR(
      "server.stepSlowFactor",
      Unit.NUMBER,
      1,
      1000,
      "1",
      "time of a call until then, as a multiple"),
  HIT_SHARE(
      "server.hitShare",
      Unit.SHARE,
      0,
      1,
      "0",
      "calls that are quick: hits of a cache, or the first of two modes"),
  HIT_SHARE_AFTER(
      "server.hitShareAfter",
      Unit.SHARE,
      0,
      1,
      "as server.hitShare",
      "the same from the return on"),
  HIT_TIME("server.hitTime", Unit.NUMBER, 1e-05, 1, "0.01", "time of a hit over that of a miss"),
  HIT_WARM_CALLS(
      "server.hitWarmCalls",
      Unit.COUNT,
      0,
      1000000000.0,
      "0",
      "answers until 1 / e of that shift is left; 0: it stays"),
  ERRORS("server.errorShare", Unit.SHARE, 0, 1, "0", "calls that fail on a healthy server"),
  ERRORS_AFTER(
      "server.errorShareAfter",
      Unit.SHARE,
      0,
      1,
      "as server.errorShare",
      "the same from the return on"),
  COLD_ERRORS(
      "server.coldErrorShare",
      Unit.SHARE,
      0,
      1,
      "0",
      "calls that fail right after the return, besides"),
  COLD_ERROR_CALLS(
      "server.coldErrorCalls",
      Unit.COUNT,
      1,
      1000000000.0,
      "1000",
      "successes until 1 / e of those is left"),
  ERROR_TIME(
      "server.errorTime",
      Unit.CHOICE,
      0,
      0,
      "fast",
      "errors come after server.failAfter, or as late as answers",
      "fast",
      "full"),

  CLIENTS(
      "clients.count",
      Unit.COUNTS,
      1,
      100_000,
      "200",
      "processes; several numbers, separated by commas, are several runs"),
  LOAD("clients.load", Unit.SHARE, 0.01, 2, "0.8", "r: calls asked for over warm capacity"),
  TIMEOUT("clients.timeout", Unit.DURATION, 0.001, 600, "1s", "of one attempt"),
  UNEVENNESS(
      "clients.unevenness",
      Unit.NUMBER,
      0,
      2,
      "0",
      "how much the processes' loads differ: the sigma of a lognormal distribution"),
  BURST(
      "clients.burst",
      Unit.NUMBER,
      1,
      5,
      "1",
      "load of a process in a burst over its mean; bursts take a fifth of the time; 1: Poisson"),
  BURST_LENGTH("clients.burstLength", Unit.DURATION, 0.01, 600, "2s", "mean length of a burst"),
  RETURN_PROBABILITY(
      "clients.returnProbability",
      Unit.SHARE,
      0,
      1,
      "0",
      "with which a user whose call failed tries again"),
  RETURN_AFTER_MIN("clients.returnAfterMin", Unit.DURATION, 0, 3600, "5s", "after at least"),
  RETURN_AFTER_MAX("clients.returnAfterMax", Unit.DURATION, 0, 3600, "15s", "after at most"),
  RETURNS("clients.returns", Unit.COUNT, 0, 100, "3", "how often at most"),
  SHARDS(
      "clients.shards",
      Unit.COUNT,
      1,
      1000,
      "1",
      "servers the load is spread over, each with its part of workers, capacity and queue and with"
          + " a policy of its own in each process; the trouble is the first one's"),

  RATE(
      "clients.rate",
      Unit.PER_SECOND,
      0,
      10000000.0,
      "0/s",
      "calls asked for by all; 0/s: as clients.load says"),
  LOAD_AFTER(
      "clients.loadAfter",
      Unit.NUMBER,
      0.01,
      100,
      "1",
      "calls asked for from the return on, over before"),
  FIRST_SHARE(
      "clients.firstShare",
      Unit.SHARE,
      0,
      1,
      "0",
      "exact part of the first process in the load; 0: as the others"),
  BURST_TIME(
      "clients.burstTime",
      Unit.SHARE,
      0.01,
      0.99,
      "0.2",
      "share of time that bursts of clients.burst take"),
  BURST_EVERY(
      "clients.burstEvery",
      Unit.DURATION,
      0,
      3600,
      "0s",
      "each process makes its calls at one instant each so long; 0s: no"),
  BURST_TOGETHER(
      "clients.burstTogether",
      Unit.CHOICE,
      0,
      0,
      "no",
      "all processes at the same instant",
      "no",
      "yes"),
  SAMPLES(
      "clients.samples",
      Unit.CHOICE,
      0,
      0,
      "no",
      "one call in 64 shows for 64, as in busy pipelines without listener",
      "no",
      "yes"),
  DEADLINE(
      "clients.deadline",
      Unit.CHOICE,
      0,
      0,
      "own",
      "whose time limit it is: a timeout is evidence, a caller gives up",
      "own",
      "caller"),
  RESTART_SHARE(
      "clients.restartShare",
      Unit.SHARE,
      0,
      1,
      "0",
      "part of the processes that start anew, without memory"),
  RESTART_AT(
      "clients.restartAt",
      Unit.DURATION,
      -86_400,
      86_400,
      "0s",
      "when, from the return on; below 0: in the outage"),
  RESET_SHARE(
      "clients.resetShare",
      Unit.SHARE,
      0,
      1,
      "0",
      "part of the processes whose breaker is reset by hand"),
  RESET_AT("clients.resetAt", Unit.DURATION, -86_400, 86_400, "0s", "when, from the return on"),
  FREEZE_SHARE(
      "clients.freezeShare",
      Unit.SHARE,
      0,
      1,
      "0",
      "part of the processes that stand still for a while"),
  FREEZE_AT("clients.freezeAt", Unit.DURATION, -86_400, 86_400, "0s", "when, from the return on"),
  FREEZE_LENGTH("clients.freezeLength", Unit.DURATION, 0, 3600, "5s", "for how long"),
  STARTUP_LENGTH(
      "clients.startupLength",
      Unit.DURATION,
      0,
      3600,
      "0s",
      "how long a process that has just started is slow by itself"),
  STARTUP_DELAY(
      "clients.startupDelay",
      Unit.DURATION,
      0,
      60,
      "1s",
      "by how much at first, on average; falls to nothing"),
  CLOCK(
      "clients.clock",
      Unit.CHOICE,
      0,
      0,
      "zero",
      "where the monotonic clocks of the processes begin",
      "zero",
      "odd"),
  CLOCK_STEP(
      "clients.clockStep",
      Unit.DURATION,
      -86_400,
      86_400,
      "0s",
      "step of the wall clock at the return; Resilience4j waits by it"),

  TROUBLE(
      "trouble.kind",
      Unit.CHOICE,
      0,
      0,
      "outage",
      "what happens",
      "none",
      "outage",
      "flapping",
      "slow",
      "overload"),
  TROUBLE_START("trouble.start", Unit.DURATION, 1, 86_400, "60s", "when it begins"),
  TROUBLE_LENGTH("trouble.length", Unit.DURATION, 0, 86_400, "60s", "how long it lasts"),
  TROUBLE_PERIOD(
      "trouble.period",
      Unit.DURATION,
      0.1,
      3600,
      "5s",
      "flapping: how long it is down, and then up"),
  TROUBLE_CAPACITY(
      "trouble.capacity",
      Unit.SHARE,
      0.001,
      1,
      "0.3",
      "slow: capacity meanwhile, as a share of the warm one"),
  TROUBLE_LOAD(
      "trouble.load",
      Unit.NUMBER,
      0.01,
      10,
      "1.2",
      "overload: calls asked for meanwhile over warm capacity"),
  BROWNOUT(
      "trouble.brownout",
      Unit.DURATION,
      0,
      86_400,
      "0s",
      "so long before its start the server is slow already"),
  BROWNOUT_CAPACITY(
      "trouble.brownoutCapacity", Unit.SHARE, 0.001, 1, "0.5", "capacity in that time"),
  AGAIN_AFTER(
      "trouble.againAfter",
      Unit.DURATION,
      0,
      86_400,
      "0s",
      "a second outage begins so long after the return; 0s: none"),
  AGAIN_LENGTH("trouble.againLength", Unit.DURATION, 0.01, 86_400, "10s", "how long that lasts"),
  OBSERVE("observe", Unit.DURATION, 1, 86_400, "300s", "how long the time after it is watched"),

  ATTEMPTS(
      "evenkeel.attempts",
      Unit.COUNT,
      1,
      10,
      "3",
      "Retry.jittered(...): attempts, the first included; 1: no retries"),
  WINDOW("evenkeel.window", Unit.COUNT, 1, 10_000, "50", "slidingWindowSize of the breaker"),
  MINIMUM_CALLS("evenkeel.minimumCalls", Unit.COUNT, 1, 10_000, "20", "minimumNumberOfCalls"),
  FAILURE_RATE("evenkeel.failureRate", Unit.NUMBER, 1, 100, "50", "failureRateThreshold, percent"),
  WINDOW_TYPE(
      "evenkeel.windowType",
      Unit.CHOICE,
      0,
      0,
      "count",
      "slidingWindowType; time: evenkeel.window is in seconds",
      "count",
      "time"),
  SLOW_RATE("evenkeel.slowCallRate", Unit.NUMBER, 1, 100, "100", "slowCallRateThreshold, percent"),
  SLOW_DURATION(
      "evenkeel.slowCallDuration", Unit.DURATION, 0.001, 3600, "60s", "slowCallDurationThreshold"),
  ROW_RULE(
      "evenkeel.alsoTripAfter",
      Unit.CHOICE,
      0,
      0,
      "yes",
      "whether alsoTripAfter(...) is set",
      "yes",
      "no"),
  FAILURES_IN_A_ROW(
      "evenkeel.failuresInARow",
      Unit.COUNT,
      2,
      1_000_000,
      "5",
      "alsoTripAfter(...): so many failures without a success in between"),
  FAILURES_OVER(
      "evenkeel.failuresOver",
      Unit.DURATION,
      0,
      86_400,
      "5s",
      "alsoTripAfter(...): over at least so long"),
  MIN_COOLDOWN(
      "evenkeel.minCooldown",
      Unit.DURATION,
      0.001,
      86_400,
      "100ms",
      "Failback: shortest time between two probes"),
  MAX_COOLDOWN(
      "evenkeel.maxCooldown",
      Unit.DURATION,
      0.001,
      86_400,
      "15s",
      "Failback: longest time between two probes"),
  PROBE_LEASE(
      "evenkeel.probeLease",
      Unit.DURATION,
      0.001,
      86_400,
      "5s",
      "Failback: how long a probe keeps others from probing"),
  PROBE_SHARE(
      "evenkeel.probeShare",
      Unit.SHARE,
      0.0001,
      1,
      "0.02",
      "Failback: probes as a share of normal traffic"),
  START_SHARE(
      "evenkeel.startShare",
      Unit.SHARE,
      0.001,
      1,
      "0.25",
      "Failback: calls in flight a ramp begins with, as a share of those in healthy times"),
  IN_FLIGHT_CEILING(
      "evenkeel.inFlightCeiling",
      Unit.NUMBER,
      1,
      10,
      "2",
      "Failback: how many times the calls in flight of healthy times are reached quickly"),
  ADDITION(
      "evenkeel.additionPerSecond",
      Unit.NUMBER,
      0.001,
      10,
      "0.3",
      "Failback: what that multiple rises by in a second while the server is slow"),
  GROWTH(
      "evenkeel.growthPerSecond",
      Unit.NUMBER,
      1.01,
      10,
      "1.5",
      "Failback: growth of the rate after failures"),
  STEP(
      "evenkeel.step",
      Unit.DURATION,
      0.01,
      60,
      "200ms",
      "Failback: time between two decisions of the ramp"),

  R4J_WINDOW(
      "resilience4j.window", Unit.COUNT, 1, 10_000, "100", "slidingWindowSize of the baseline"),
  R4J_MINIMUM_CALLS(
      "resilience4j.minimumCalls",
      Unit.COUNT,
      1,
      10_000,
      "100",
      "minimumNumberOfCalls of the baseline"),
  R4J_FAILURE_RATE(
      "resilience4j.failureRate",
      Unit.NUMBER,
      1,
      100,
      "50",
      "failureRateThreshold of the baseline"),
  R4J_WAIT(
      "resilience4j.waitInOpen",
      Unit.DURATION,
      0.001,
      86_400,
      "60s",
      "waitDurationInOpenState; also of without-failback"),
  R4J_FIRST_WAIT(
      "resilience4j.firstWait",
      Unit.SHARE,
      0.001,
      1,
      "1",
      "part of the first such wait that is left: its phase"),
  R4J_HALF_OPEN(
      "resilience4j.halfOpenCalls",
      Unit.COUNT,
      1,
      10_000,
      "10",
      "permittedNumberOfCallsInHalfOpenState; also there");

  /** Before a default that is another field's value. */
  static final String AS = "as ";

  final String key;
  final String standard;
  final String meaning;

  @SuppressWarnings("ImmutableEnumChecker") // a record of values
  private final Range range;

  Field(
      String key,
      Unit unit,
      double min,
      double max,
      String standard,
      String meaning,
      String... choices) {
    this.key = key;
    this.standard = standard;
    this.meaning = meaning;
    range = new Range(unit, min, max, List.of(choices));
  }

  static @Nullable Field of(String key) {
    for (Field field : values()) {
      if (field.key.equals(key)) {
        return field;
      }
    }
    return null;
  }

  /** All fields, for people. */
  static String keys() {
    return Arrays.stream(values()).map(field -> field.key).collect(Collectors.joining(", "));
  }

  /**
   * Checks a value and reads it as a number: seconds, per second, or as it stands.
   *
   * @throws IllegalArgumentException if it cannot be read or is out of its range
   */
  double parse(String value) {
    return range.parse(key, value);
  }

  /** What may be written, for people. */
  String expected() {
    return range.expected();
  }
}
