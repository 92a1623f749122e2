package dev.evenkeel.simulator;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
      "Failback: time between two decisions of the ramp");

  /** How a value is written. */
  enum Unit {
    TEXT,
    CHOICE,
    COUNT,
    COUNTS,
    NUMBER,
    SHARE,
    DURATION,
    PER_SECOND
  }

  final String key;
  final Unit unit;
  final double min;
  final double max;
  final String standard;
  final String meaning;

  @SuppressWarnings("ImmutableEnumChecker") // a List.of
  private final List<String> choices;

  Field(
      String key,
      Unit unit,
      double min,
      double max,
      String standard,
      String meaning,
      String... choices) {
    this.key = key;
    this.unit = unit;
    this.min = min;
    this.max = max;
    this.standard = standard;
    this.meaning = meaning;
    this.choices = List.of(choices);
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
    return switch (unit) {
      case TEXT -> 0;
      case CHOICE -> {
        int choice = choices.indexOf(value);
        if (choice < 0) {
          throw bad(value);
        }
        yield choice;
      }
      case COUNTS -> {
        double last = 0;
        for (String part : value.split(",", -1)) {
          last = checked(part.trim(), value);
        }
        yield last;
      }
      default -> checked(value, value);
    };
  }

  private double checked(String text, String value) {
    double number = switch (unit) {
      case DURATION -> seconds(text);
      case PER_SECOND -> number(text.endsWith("/s") ? text.substring(0, text.length() - 2) : text);
      default -> number(text);
    };
    boolean counts = unit == Unit.COUNT || unit == Unit.COUNTS;
    boolean whole = number == Math.rint(number);
    if (!(number >= min && number <= max) || (counts && !whole)) {
      throw bad(value);
    }
    return number;
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text.trim());
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** A number with ms, s, min or h. */
  static double seconds(String text) {
    String[] units = {"ms", "min", "s", "h"};
    double[] factors = {1e-3, 60, 1, 3600};
    for (int i = 0; i < units.length; i++) {
      if (text.endsWith(units[i])) {
        return number(text.substring(0, text.length() - units[i].length())) * factors[i];
      }
    }
    return Double.NaN;
  }

  private IllegalArgumentException bad(String value) {
    return new IllegalArgumentException(key + ": " + value + " (expected: " + expected() + ")");
  }

  /** What may be written, for people. */
  String expected() {
    return switch (unit) {
      case TEXT -> "any text";
      case CHOICE -> String.join(", ", choices);
      case COUNT -> "a whole number from " + shown(min) + " to " + shown(max);
      case COUNTS ->
        "whole numbers from " + shown(min) + " to " + shown(max) + ", separated by commas";
      case NUMBER, SHARE -> "a number from " + shown(min) + " to " + shown(max);
      case DURATION ->
        "a time from " + shown(min) + "s to " + shown(max) + "s, written with ms, s, min or h";
      case PER_SECOND -> "a rate from " + shown(min) + "/s to " + shown(max) + "/s";
    };
  }

  private static String shown(double number) {
    return number == Math.rint(number)
        ? String.format(Locale.ROOT, "%.0f", number)
        : String.valueOf(number);
  }
}
