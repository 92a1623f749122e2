package dev.evenkeel.settings;

import static dev.evenkeel.settings.SettingRows.choice;
import static dev.evenkeel.settings.SettingRows.count;
import static dev.evenkeel.settings.SettingRows.duration;
import static dev.evenkeel.settings.SettingRows.durations;
import static dev.evenkeel.settings.SettingRows.enabled;
import static dev.evenkeel.settings.SettingRows.exceptions;
import static dev.evenkeel.settings.SettingRows.factor;
import static dev.evenkeel.settings.SettingRows.onOff;
import static dev.evenkeel.settings.SettingRows.share;

import java.time.Duration;
import java.util.List;

/** The keys of the retry. */
final class RetryTable {

  private static final Duration SHORTEST = Duration.ofNanos(1);
  private static final int MANY = 1_000_000;

  private RetryTable() {}

  static void add(List<SettingKey> keys) {
    keys.add(enabled("retry"));
    keys.add(count("retry.max-attempts", 1, 10_000, 3, "The most attempts, the first included."));
    keys.add(choice(
        "retry.backoff.type",
        List.of(
            "full-jitter",
            "equal-jitter",
            "decorrelated-jitter",
            "fixed",
            "exponential",
            "linear",
            "list"),
        "full-jitter",
        "How the wait before the next attempt is found. Full jitter spreads the most, so that"
            + " clients that failed together do not come back together; with the last four chance"
            + " plays no part unless retry.backoff.jitter says so."));
    keys.add(duration(
            "retry.backoff.base",
            SHORTEST,
            Duration.ofMillis(100),
            "The bound of the first wait, which doubles with each; with decorrelated-jitter the"
                + " shortest wait, with exponential and linear the first one, with fixed all of"
                + " them.")
        .presetAs("100ms, or the cap if that is shorter")
        .onlyWith("a retry.backoff.type other than list"));
    keys.add(duration(
            "retry.backoff.cap",
            SHORTEST,
            Duration.ofSeconds(2),
            "The bound of all waits; at least the base.")
        .presetAs("2s, or the base if that is longer")
        .onlyWith("a retry.backoff.type other than fixed and list"));
    keys.add(factor(
            "retry.backoff.factor",
            1,
            100,
            2,
            "How many times as long each wait is as the one before.")
        .onlyWith("retry.backoff.type=exponential"));
    keys.add(duration(
            "retry.backoff.step",
            Duration.ZERO,
            null,
            "How much longer each wait is than the one before.")
        .onlyWith("retry.backoff.type=linear"));
    keys.add(durations(
            "retry.backoff.waits",
            SHORTEST,
            "The waits, one after the other; the last one also before all later attempts.")
        .onlyWith("retry.backoff.type=list"));
    keys.add(share(
            "retry.backoff.jitter",
            0,
            1,
            0.0,
            "How much of each wait chance may take away: with 1 it is between nothing and the"
                + " whole. Without it clients that failed together come back together.")
        .onlyWith("a retry.backoff.type of fixed, exponential, linear or list"));
    keys.add(duration(
            "retry.max-wait",
            SHORTEST,
            null,
            "The longest wait, also if the dependency asks for more (Retry-After): the failure is"
                + " given back then. At least the cap.")
        .presetAs("the longest wait of the backoff"));
    keys.add(duration(
        "retry.min-attempt",
        SHORTEST,
        Duration.ofMillis(1),
        "The shortest time in which an attempt can succeed; one that would have less before the"
            + " deadline is not started."));
    keys.add(onOff(
        "retry.split-deadline",
        false,
        "Whether each attempt gets only its part of the time that is left, so that one that hangs"
            + " leaves some for the next."));
    keys.add(exceptions(
        "retry.retry-exceptions",
        "all",
        "The failures of the dependency that are retried, with what extends them. What the pipeline"
            + " itself says, such as a timeout, is retried besides, unless ignore-exceptions names"
            + " it."));
    keys.add(exceptions(
        "retry.ignore-exceptions",
        "none",
        "The failures that are not retried, with what extends them; wins over retry-exceptions. Of"
            + " what the pipeline itself throws only what is named:"
            + " dev.evenkeel.core.CallTimeoutException."));
    keys.add(onOff(
        "retry.budget.enabled",
        true,
        "Whether retries are bounded to a share of the calls that succeed. Without it an outage is"
            + " multiplied by max-attempts."));
    keys.add(share(
        "retry.budget.ratio",
        0,
        1,
        0.1,
        "Retries for each call that succeeds. The standard budget forgets what was earned more"
            + " than a minute ago; once one of ratio, capacity and initial is set, nothing is"
            + " forgotten."));
    keys.add(count("retry.budget.capacity", 1, MANY, 50, "The most retries stored up."));
    keys.add(count(
            "retry.budget.initial",
            0,
            MANY,
            5,
            "The retries to start with; at most the capacity. Keep it small.")
        .presetAs("5, or the capacity if that is less"));
  }
}
