package dev.evenkeel.settings;

import static dev.evenkeel.settings.SettingRows.choice;
import static dev.evenkeel.settings.SettingRows.count;
import static dev.evenkeel.settings.SettingRows.duration;
import static dev.evenkeel.settings.SettingRows.enabled;
import static dev.evenkeel.settings.SettingRows.exceptions;
import static dev.evenkeel.settings.SettingRows.factor;
import static dev.evenkeel.settings.SettingRows.onOff;
import static dev.evenkeel.settings.SettingRows.percentage;
import static dev.evenkeel.settings.SettingRows.share;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The table of keys. Its order is that of the documentation. */
final class SettingTable {

  private static final Duration SHORTEST = Duration.ofNanos(1);
  private static final int MANY = 1_000_000;

  private SettingTable() {}

  static List<SettingKey> rows() {
    List<SettingKey> keys = new ArrayList<>();
    keys.add(new SettingKey(
        SettingKeys.BASE_CONFIG,
        SettingKey.Type.CONFIG,
        null,
        null,
        List.of(),
        null,
        "default, if there is one, for a pipeline; none for a config",
        "The config whose keys hold where this one has none.",
        null));
    keys.add(onOff(
        SettingKeys.OBSERVE_ONLY,
        false,
        "Whether the policies only say what they would do: all is decided and counted, and nothing"
            + " is refused, ended, retried or held back. `evenkeel.observe-only` sets it for all"
            + " pipelines."));
    timeouts(keys);
    RetryTable.add(keys);
    hedge(keys);
    circuitBreaker(keys);
    failback(keys);
    limits(keys);
    return List.copyOf(keys);
  }

  private static void timeouts(List<SettingKey> keys) {
    keys.add(enabled("timeout"));
    keys.add(duration("timeout.duration", SHORTEST, null, "The time for one attempt."));
    keys.add(choice(
        "timeout.mode",
        List.of("interrupt", "cooperative"),
        "interrupt",
        "How a blocking attempt is ended: by an interrupt of its thread, or only by its deadline,"
            + " for calls that must not be interrupted and end in time by themselves."));
    keys.add(enabled("total-timeout"));
    keys.add(duration(
        "total-timeout.duration",
        SHORTEST,
        null,
        "The time for the whole call: all attempts, and the waits between them."));
  }

  private static void hedge(List<SettingKey> keys) {
    keys.add(enabled("hedge"));
    keys.add(choice(
        "hedge.calls",
        List.of("idempotent", "with-idempotency-key"),
        null,
        "Which calls are safe to make twice: all of them, or those whose CallContext has an"
            + " idempotency key. There is no default, because both attempts may take effect."));
    keys.add(duration(
        "hedge.delay",
        SHORTEST,
        null,
        "After what time an attempt gets another one beside it. Either this or the quantile."));
    keys.add(share(
        "hedge.quantile",
        0.5,
        0.99,
        null,
        "After the time that this share of the successful calls takes, measured while they run."
            + " With 0.95 one call in twenty is hedged."));
    keys.add(count(
        "hedge.max-hedges",
        1,
        10,
        1,
        "The most attempts beside the first one. One gives most of the gain."));
    keys.add(duration(
        "hedge.min-attempt",
        SHORTEST,
        Duration.ofMillis(1),
        "The shortest time in which an attempt can succeed; a hedge that would have less before the"
            + " deadline is not started."));
  }

  private static void circuitBreaker(List<SettingKey> keys) {
    keys.add(enabled("circuit-breaker"));
    keys.add(percentage(
        "circuit-breaker.failure-rate-threshold",
        50,
        "The failed calls in the window at which it trips."));
    keys.add(percentage(
        "circuit-breaker.slow-call-rate-threshold",
        100,
        "The slow calls in the window at which it trips."));
    keys.add(duration(
        "circuit-breaker.slow-call-duration-threshold",
        SHORTEST,
        Duration.ofMinutes(1),
        "From what time on a call is slow."));
    keys.add(choice(
        "circuit-breaker.sliding-window-type",
        List.of("COUNT_BASED", "TIME_BASED"),
        "COUNT_BASED",
        "Whether the window is of the last calls or of the last seconds."));
    keys.add(count(
        "circuit-breaker.sliding-window-size",
        1,
        100_000,
        50,
        "The size of the window, in calls or in seconds."));
    keys.add(count(
        "circuit-breaker.minimum-number-of-calls",
        1,
        MANY,
        20,
        "How many calls must be in the window before it can trip; of a COUNT_BASED window at"
            + " most its size counts."));
    keys.add(
        duration(
            "circuit-breaker.wait-duration-in-open-state",
            Duration.ofMillis(1),
            Duration.ofMinutes(1),
            "How much a ramp may refuse without a sign that the dependency is full: as much as is asked"
                + " for in a third of it, from 3 s to 20 s. Without failback, how long it stays open."));
    keys.add(count(
            "circuit-breaker.permitted-number-of-calls-in-half-open-state",
            1,
            MANY,
            10,
            "The calls that decide whether it closes.")
        .onlyWith("circuit-breaker.failback.enabled=false"));
    keys.add(exceptions(
        "circuit-breaker.record-exceptions",
        "all",
        "The failures that count as such, with what extends them; others count as successes."
            + " Timeouts always count."));
    keys.add(exceptions(
        "circuit-breaker.ignore-exceptions",
        "none",
        "The failures that count as nothing, with what extends them."));
    keys.add(onOff(
            "circuit-breaker.also-trip-after.enabled",
            true,
            "Whether it trips also when nothing has succeeded for a while, however few calls are in"
                + " the window: whose calls are rare would need minutes to fill it.")
        .onlyWith("circuit-breaker.failback.enabled=true"));
    keys.add(count(
            "circuit-breaker.also-trip-after.failures-in-a-row",
            2,
            MANY,
            5,
            "How many calls must have failed, with no success in between.")
        .onlyWith("circuit-breaker.also-trip-after.enabled=true"));
    keys.add(duration(
            "circuit-breaker.also-trip-after.over",
            Duration.ZERO,
            Duration.ofSeconds(5),
            "How long there must be between the first of them and the last.")
        .onlyWith("circuit-breaker.also-trip-after.enabled=true"));
    keys.add(onOff(
            "circuit-breaker.doubt-timeouts-at-start",
            true,
            "Whether timeouts are in doubt in the ten seconds after the first call, because a"
                + " process that has just started is slow by itself.")
        .onlyWith("circuit-breaker.failback.enabled=true"));
    perKey(keys, "circuit-breaker");
  }

  private static void failback(List<SettingKey> keys) {
    List<SettingKey> failback = new ArrayList<>();
    failback.add(duration(
        "circuit-breaker.failback.min-cooldown",
        SHORTEST,
        Duration.ofMillis(100),
        "The shortest time between two probes. Ten probes a second find a return soon enough."));
    failback.add(duration(
        "circuit-breaker.failback.max-cooldown",
        SHORTEST,
        Duration.ofSeconds(15),
        "The longest time between two probes; at least the shortest. It bounds how late a process"
            + " with few calls notices a return."));
    failback.add(duration(
        "circuit-breaker.failback.probe-lease",
        SHORTEST,
        Duration.ofSeconds(5),
        "How long a probe keeps others from probing."));
    failback.add(share(
        "circuit-breaker.failback.probe-share",
        0.0001,
        1,
        0.02,
        "Probes as a share of the traffic the dependency was used to: so little that a dead"
            + " dependency hardly feels it."));
    failback.add(share(
        "circuit-breaker.failback.start-share",
        0.001,
        1,
        0.25,
        "The calls in flight a ramp begins with, as a share of those in healthy times: fewer than"
            + " the dependency bore cannot overload it by their number."));
    failback.add(factor(
        "circuit-breaker.failback.in-flight-ceiling",
        1,
        10,
        2,
        "How many times the calls in flight of healthy times may be reached quickly."));
    failback.add(factor(
        "circuit-breaker.failback.growth-per-second",
        1.01,
        10,
        1.5,
        "The factor by which the rate grows in a second after failures have cut it."));
    failback.add(factor(
        "circuit-breaker.failback.addition-per-second",
        0.001,
        10,
        0.3,
        "By how much the multiple of the calls in flight rises in a second while the dependency is"
            + " slower than in healthy times."));
    failback.add(new SettingKey(
        "circuit-breaker.failback.step",
        SettingKey.Type.DURATION,
        Duration.ofMillis(10),
        Duration.ofMinutes(1),
        List.of(),
        Duration.ofMillis(200),
        null,
        "The mean time between two decisions of the ramp: about the latency of a cold dependency.",
        null));
    keys.add(onOff(
        "circuit-breaker.failback.enabled",
        true,
        "Whether it comes back by probes and a ramp. Otherwise by Resilience4j's own way: a fixed"
            + " wait, some calls, then everything."));
    failback.forEach(key -> keys.add(key.onlyWith("circuit-breaker.failback.enabled=true")));
  }

  private static void limits(List<SettingKey> keys) {
    keys.add(enabled("concurrency-limit"));
    keys.add(count(
        "concurrency-limit.max-concurrent-calls", 1, MANY, null, "The most calls in flight."));
    keys.add(count(
        "concurrency-limit.max-queued",
        0,
        100_000,
        0,
        "How many further calls may wait for a permit; with 0 nothing waits."));
    keys.add(duration(
            "concurrency-limit.max-wait",
            SHORTEST,
            Duration.ofSeconds(1),
            "The longest wait for a permit; the call's deadline bounds it besides.")
        .onlyWith("concurrency-limit.max-queued of 1 or more"));
    perKey(keys, "concurrency-limit");
    keys.add(enabled("adaptive-limit"));
    keys.add(
        count("adaptive-limit.initial", 1, 10_000, 20, "Where the limit begins; within its bounds.")
            .presetAs("20, or the nearer bound"));
    keys.add(count("adaptive-limit.min", 1, 10_000, 1, "The least it comes to.").presetAs("1"));
    keys.add(count("adaptive-limit.max", 1, 10_000, 1_000, "The most it comes to.")
        .presetAs("1000, or the least if that is more"));
    perKey(keys, "adaptive-limit");
    keys.add(enabled("rate-limit"));
    keys.add(count("rate-limit.calls", 1, 1_000_000_000, null, "How many calls in each period."));
    keys.add(
        duration("rate-limit.period", SHORTEST, Duration.ofSeconds(1), "How long a period is."));
    keys.add(duration(
        "rate-limit.max-wait",
        Duration.ZERO,
        Duration.ZERO,
        "The longest wait for a permit; with 0ms a call above the limit is refused at once."));
    perKey(keys, "rate-limit");
  }

  private static void perKey(List<SettingKey> keys, String policy) {
    keys.add(onOff(
        policy + ".per-key",
        false,
        "Whether each key of pipeline.forKey has one of its own, so that one bad shard does not take"
            + " the others with it."));
    keys.add(count(
            policy + ".max-keys",
            1,
            MANY,
            1_000,
            "How many keys have one of their own at a time. Cannot change while the pipeline is used.")
        .onlyWith(policy + ".per-key=true"));
  }
}
