package dev.evenkeel.simulator;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a scenario file, each with its unit, range and default. What they mean is in
 * {@code fields.properties}, for `--help`.
 */
enum Field {
  NAME("name", Unit.TEXT, 0, 0, "unnamed"),
  TITLE("title", Unit.TEXT, 0, 0, ""),
  NEEDS("needs", "nothing", "nothing", "fleet-wide"),

  CAPACITY("server.capacity", Unit.PER_SECOND, 1, 1e7, "2000/s"),
  WORKERS("server.workers", Unit.COUNT, 1, 1e6, "100"),
  QUEUE("server.queue", Unit.COUNT, 0, 1e7, "10000"),
  COLD_SHARE("server.coldShare", Unit.SHARE, 0.001, 1, "0.3"),
  WARM_UP("server.warmUp", Unit.DURATION, 0, 86_400, "10s"),
  SERVICE("server.service", "exponential", "exponential", "fixed", "lognormal", "pareto"),
  SERVICE_VARIATION("server.serviceVariation", Unit.NUMBER, 0.1, 10, "2"),
  DEAD_CALLS("server.deadCalls", "fail", "fail", "hang"),
  FAIL_AFTER("server.failAfter", Unit.DURATION, 0, 60, "5ms"),

  LIMIT("server.limit", "workers", "workers", "none"),
  LATENCY("server.latency", Unit.DURATION, 0.0001, 600, "50ms"),
  SLOW_FACTOR("server.slowFactor", Unit.NUMBER, 0.01, 1000, "1"),
  CAPACITY_AFTER("server.capacityAfter", Unit.NUMBER, 0.01, 100, "1"),
  STEP_AFTER("server.stepAfter", Unit.DURATION, 0, 86_400, "0s"),
  STEP_CAPACITY("server.stepCapacity", Unit.NUMBER, 0.001, 1, "1"),
  STEP_SLOW_FACTOR("server.stepSlowFactor", Unit.NUMBER, 1, 1000, "1"),
  HIT_SHARE("server.hitShare", Unit.SHARE, 0, 1, "0"),
  HIT_SHARE_AFTER("server.hitShareAfter", Unit.SHARE, 0, 1, "as server.hitShare"),
  HIT_TIME("server.hitTime", Unit.NUMBER, 1e-05, 1, "0.01"),
  HIT_WARM_CALLS("server.hitWarmCalls", Unit.COUNT, 0, 1e9, "0"),
  ERRORS("server.errorShare", Unit.SHARE, 0, 1, "0"),
  ERRORS_AFTER("server.errorShareAfter", Unit.SHARE, 0, 1, "as server.errorShare"),
  COLD_ERRORS("server.coldErrorShare", Unit.SHARE, 0, 1, "0"),
  COLD_ERROR_CALLS("server.coldErrorCalls", Unit.COUNT, 1, 1e9, "1000"),
  ERROR_TIME("server.errorTime", "fast", "fast", "full"),

  CLIENTS("clients.count", Unit.COUNTS, 1, 100_000, "200"),
  LOAD("clients.load", Unit.SHARE, 0.01, 2, "0.8"),
  TIMEOUT("clients.timeout", Unit.DURATION, 0.001, 600, "1s"),
  UNEVENNESS("clients.unevenness", Unit.NUMBER, 0, 2, "0"),
  BURST("clients.burst", Unit.NUMBER, 1, 5, "1"),
  BURST_LENGTH("clients.burstLength", Unit.DURATION, 0.01, 600, "2s"),
  RETURN_PROBABILITY("clients.returnProbability", Unit.SHARE, 0, 1, "0"),
  RETURN_AFTER_MIN("clients.returnAfterMin", Unit.DURATION, 0, 3600, "5s"),
  RETURN_AFTER_MAX("clients.returnAfterMax", Unit.DURATION, 0, 3600, "15s"),
  RETURNS("clients.returns", Unit.COUNT, 0, 100, "3"),
  SHARDS("clients.shards", Unit.COUNT, 1, 1000, "1"),

  RATE("clients.rate", Unit.PER_SECOND, 0, 10000000.0, "0/s"),
  RISE("clients.rise", Unit.DURATION, 0, 86400, "0s"),
  LOAD_AFTER("clients.loadAfter", Unit.NUMBER, 0.01, 100, "1"),
  FIRST_SHARE("clients.firstShare", Unit.SHARE, 0, 1, "0"),
  BURST_TIME("clients.burstTime", Unit.SHARE, 0.01, 0.99, "0.2"),
  BURST_EVERY("clients.burstEvery", Unit.DURATION, 0, 3600, "0s"),
  BURST_TOGETHER("clients.burstTogether", "no", "no", "yes"),
  SAMPLES("clients.samples", "no", "no", "yes", "all"),
  DEADLINE("clients.deadline", "own", "own", "caller"),
  RESTART_SHARE("clients.restartShare", Unit.SHARE, 0, 1, "0"),
  RESTART_AT("clients.restartAt", Unit.DURATION, -86_400, 86_400, "0s"),
  RESET_SHARE("clients.resetShare", Unit.SHARE, 0, 1, "0"),
  RESET_AT("clients.resetAt", Unit.DURATION, -86_400, 86_400, "0s"),
  FREEZE_SHARE("clients.freezeShare", Unit.SHARE, 0, 1, "0"),
  FREEZE_AT("clients.freezeAt", Unit.DURATION, -86_400, 86_400, "0s"),
  FREEZE_LENGTH("clients.freezeLength", Unit.DURATION, 0, 3600, "5s"),
  STARTUP_LENGTH("clients.startupLength", Unit.DURATION, 0, 3600, "0s"),
  STARTUP_DELAY("clients.startupDelay", Unit.DURATION, 0, 60, "1s"),
  CLOCK("clients.clock", "zero", "zero", "odd"),
  CLOCK_STEP("clients.clockStep", Unit.DURATION, -86_400, 86_400, "0s"),

  TROUBLE("trouble.kind", "outage", "none", "outage", "flapping", "slow", "overload"),
  TROUBLE_START("trouble.start", Unit.DURATION, 1, 86_400, "60s"),
  TROUBLE_LENGTH("trouble.length", Unit.DURATION, 0, 86_400, "60s"),
  TROUBLE_PERIOD("trouble.period", Unit.DURATION, 0.1, 3600, "5s"),
  TROUBLE_CAPACITY("trouble.capacity", Unit.SHARE, 0.001, 1, "0.3"),
  TROUBLE_LOAD("trouble.load", Unit.NUMBER, 0.01, 10, "1.2"),
  BROWNOUT("trouble.brownout", Unit.DURATION, 0, 86_400, "0s"),
  BROWNOUT_CAPACITY("trouble.brownoutCapacity", Unit.SHARE, 0.001, 1, "0.5"),
  AGAIN_AFTER("trouble.againAfter", Unit.DURATION, 0, 86_400, "0s"),
  AGAIN_LENGTH("trouble.againLength", Unit.DURATION, 0.01, 86_400, "10s"),
  OBSERVE("observe", Unit.DURATION, 1, 86_400, "300s"),

  STORE_LATENCY("store.latency", Unit.DURATION, 0, 60, "5ms"),
  STORE_LOSS("store.loss", Unit.SHARE, 0, 1, "0"),
  STORE_OUTAGE("store.outage", Unit.DURATION, 0, 86_400, "0s"),
  STORE_OUTAGE_AT("store.outageAt", Unit.DURATION, -86_400, 86_400, "0s"),
  STORE_WIPED("store.wiped", "no", "no", "yes"),
  BROKEN("fleet.broken", Unit.COUNT, 0, 100_000, "0"),
  LIARS("fleet.liars", Unit.COUNT, 0, 100_000, "0"),

  ATTEMPTS("evenkeel.attempts", Unit.COUNT, 1, 10, "3"),
  WINDOW("evenkeel.window", Unit.COUNT, 1, 10_000, "50"),
  MINIMUM_CALLS("evenkeel.minimumCalls", Unit.COUNT, 1, 10_000, "20"),
  FAILURE_RATE("evenkeel.failureRate", Unit.NUMBER, 1, 100, "50"),
  WINDOW_TYPE("evenkeel.windowType", "count", "count", "time"),
  SLOW_RATE("evenkeel.slowCallRate", Unit.NUMBER, 1, 100, "100"),
  SLOW_DURATION("evenkeel.slowCallDuration", Unit.DURATION, 0.001, 3600, "60s"),
  ROW_RULE("evenkeel.alsoTripAfter", "yes", "yes", "no"),
  FAILURES_IN_A_ROW("evenkeel.failuresInARow", Unit.COUNT, 2, 1_000_000, "5"),
  FAILURES_OVER("evenkeel.failuresOver", Unit.DURATION, 0, 86_400, "5s"),
  MIN_COOLDOWN("evenkeel.minCooldown", Unit.DURATION, 0.001, 86_400, "100ms"),
  MAX_COOLDOWN("evenkeel.maxCooldown", Unit.DURATION, 0.001, 86_400, "15s"),
  PROBE_LEASE("evenkeel.probeLease", Unit.DURATION, 0.001, 86_400, "5s"),
  PROBE_SHARE("evenkeel.probeShare", Unit.SHARE, 0.0001, 1, "0.02"),
  START_SHARE("evenkeel.startShare", Unit.SHARE, 0.001, 1, "0.25"),
  IN_FLIGHT_CEILING("evenkeel.inFlightCeiling", Unit.NUMBER, 1, 10, "2"),
  ADDITION("evenkeel.additionPerSecond", Unit.NUMBER, 0.001, 10, "0.3"),
  GROWTH("evenkeel.growthPerSecond", Unit.NUMBER, 1.01, 10, "1.5"),
  STEP("evenkeel.step", Unit.DURATION, 0.01, 60, "200ms"),

  R4J_WINDOW("resilience4j.window", Unit.COUNT, 1, 10_000, "100"),
  R4J_MINIMUM_CALLS("resilience4j.minimumCalls", Unit.COUNT, 1, 10_000, "100"),
  R4J_FAILURE_RATE("resilience4j.failureRate", Unit.NUMBER, 1, 100, "50"),
  R4J_WAIT("resilience4j.waitInOpen", Unit.DURATION, 0.001, 86_400, "60s"),
  R4J_FIRST_WAIT("resilience4j.firstWait", Unit.SHARE, 0.001, 1, "1"),
  R4J_HALF_OPEN("resilience4j.halfOpenCalls", Unit.COUNT, 1, 10_000, "10");

  /** Before a default that is another field's value. */
  static final String AS = "as ";

  final String key;
  final String standard;

  @SuppressWarnings("ImmutableEnumChecker") // a record of values
  private final Range range;

  Field(String key, Unit unit, double min, double max, String standard) {
    this.key = key;
    this.standard = standard;
    range = new Range(unit, min, max, List.of());
  }

  Field(String key, String standard, String... choices) {
    this.key = key;
    this.standard = standard;
    range = new Range(Unit.CHOICE, 0, 0, List.of(choices));
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
