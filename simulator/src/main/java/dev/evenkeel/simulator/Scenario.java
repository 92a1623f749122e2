package dev.evenkeel.simulator;

import dev.evenkeel.failback.Failback;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What happens to a fleet: a few named numbers. Immutable. */
final class Scenario {

  private final Map<Field, String> given;
  private final Map<Field, String> texts = new EnumMap<>(Field.class);
  private final double[] numbers = new double[Field.values().length];

  /**
   * Takes the given values, and the defaults for the rest.
   *
   * @throws IllegalArgumentException if fields contradict each other
   */
  Scenario(Map<Field, String> given) {
    this.given = Map.copyOf(given);
    for (Field field : Field.values()) {
      String text = given.getOrDefault(field, field.standard);
      if (text.startsWith(Field.AS)) {
        Field other = Field.of(text.substring(Field.AS.length()));
        text = text(Objects.requireNonNull(other)); // one that was read before
      }
      texts.put(field, text);
      numbers[index(field)] = field.parse(text);
    }
    check(Field.RETURN_AFTER_MIN, Field.RETURN_AFTER_MAX, given);
    if (is(Field.WINDOW_TYPE, "count")) {
      check(Field.MINIMUM_CALLS, Field.WINDOW, given);
    }
    if (number(Field.BURST) * number(Field.BURST_TIME) > 1) {
      throw new IllegalArgumentException(Field.BURST.key + ": " + text(Field.BURST)
          + " (expected: at most 1 / clients.burstTime, which is " + text(Field.BURST_TIME) + ")");
    }
    if (number(Field.RISE) > 0 && number(Field.BURST_EVERY) > 0) {
      throw new IllegalArgumentException(Field.RISE.key + ": " + text(Field.RISE)
          + " (expected: 0s with clients.burstEvery, whose calls do not rise)");
    }
    check(Field.MIN_COOLDOWN, Field.MAX_COOLDOWN, given);
  }

  /** Names the one that was given, so that its line can be shown. */
  private void check(Field low, Field high, Map<Field, String> given) {
    if (number(low) <= number(high)) {
      return;
    }
    boolean highIsWrong = given.containsKey(high) && !given.containsKey(low);
    Field wrong = highIsWrong ? high : low;
    Field other = highIsWrong ? low : high;
    throw new IllegalArgumentException(wrong.key + ": " + text(wrong) + " (expected: "
        + (highIsWrong ? "at least " : "at most ") + other.key + ", which is " + text(other) + ")");
  }

  @SuppressWarnings("EnumOrdinal") // never leaves the process
  private static int index(Field field) {
    return field.ordinal();
  }

  String text(Field field) {
    return Objects.requireNonNull(texts.get(field));
  }

  boolean is(Field field, String choice) {
    return text(field).equals(choice);
  }

  /** As it stands, in seconds, or per second. */
  double number(Field field) {
    return numbers[index(field)];
  }

  int count(Field field) {
    return (int) number(field);
  }

  long nanos(Field field) {
    return Math.round(number(field) * 1e9);
  }

  Scenario with(Field field, String value) {
    return with(Map.of(field, value));
  }

  Scenario with(Map<Field, String> changes) {
    Map<Field, String> changed = new EnumMap<>(Field.class);
    changed.putAll(given);
    changed.putAll(changes);
    return new Scenario(changed);
  }

  /** One for each number of clients. */
  List<Scenario> expanded() {
    List<Scenario> all = new ArrayList<>();
    for (String count : text(Field.CLIENTS).split(",", -1)) {
      all.add(with(Field.CLIENTS, count.trim()));
    }
    return all;
  }

  /** Whether somebody wrote it down, be it as the default is. */
  boolean isGiven(Field field) {
    return given.containsKey(field);
  }

  String name() {
    return text(Field.NAME);
  }

  int clients() {
    return count(Field.CLIENTS);
  }

  /** Calls a second that are asked for in normal times, of the server that has the trouble. */
  double normalRate() {
    return number(Field.RATE) > 0
        ? number(Field.RATE) / number(Field.SHARDS)
        : number(Field.LOAD) * number(Field.CAPACITY) / number(Field.SHARDS);
  }

  /** The same after the return. */
  double laterRate() {
    return normalRate() * number(Field.LOAD_AFTER);
  }

  /** Nothing queues: every call takes the time it takes. */
  boolean isUnlimited() {
    return is(Field.LIMIT, "none");
  }

  /** When the process that is meant by a field with a time from the return on has its trouble. */
  long atNanos(Field field) {
    return Math.max(0, Math.round((returnsSeconds() + number(field)) * 1e9));
  }

  /** When the trouble is over. */
  double returnsSeconds() {
    return number(Field.TROUBLE_START) + troubleSeconds();
  }

  private double troubleSeconds() {
    double length = number(Field.TROUBLE_LENGTH);
    if (is(Field.TROUBLE, "flapping")) {
      // Down and up by turns: what counts is when it comes up for the last time.
      double periods = Math.floor(length / number(Field.TROUBLE_PERIOD) + 1e-9);
      double last = periods % 2 == 0 ? periods - 1 : periods;
      return last < 1 ? length : last * number(Field.TROUBLE_PERIOD);
    }
    return is(Field.TROUBLE, "none") ? 0 : length;
  }

  double endSeconds() {
    return returnsSeconds() + number(Field.OBSERVE);
  }

  boolean restarts() {
    return is(Field.TROUBLE, "outage") || is(Field.TROUBLE, "flapping");
  }

  PhysicalLimit limit() {
    if (isUnlimited()) {
      return new PhysicalLimit(0, 1, 0);
    }
    double load =
        number(Field.RATE) > 0 ? number(Field.RATE) / number(Field.CAPACITY) : number(Field.LOAD);
    return new PhysicalLimit(
        load * number(Field.LOAD_AFTER) / number(Field.CAPACITY_AFTER),
        restarts() ? number(Field.COLD_SHARE) : 1,
        number(Field.WARM_UP));
  }

  Duration duration(Field field) {
    return Duration.ofNanos(nanos(field));
  }

  /** The settings of the way back. */
  Failback failback() {
    return Failback.builder()
        .minCooldown(duration(Field.MIN_COOLDOWN))
        .maxCooldown(duration(Field.MAX_COOLDOWN))
        .probeLease(duration(Field.PROBE_LEASE))
        .probeShare(number(Field.PROBE_SHARE))
        .startShare(number(Field.START_SHARE))
        .inFlightCeiling(number(Field.IN_FLIGHT_CEILING))
        .additionPerSecond(number(Field.ADDITION))
        .growthPerSecond(number(Field.GROWTH))
        .step(duration(Field.STEP))
        .build();
  }
}
