package dev.evenkeel.settings;

import dev.evenkeel.core.Policy;
import dev.evenkeel.retry.Backoff;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.retry.RetryBudget;
import dev.evenkeel.settings.PolicyFactory.Contradiction;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

/** Makes the retry of a pipeline. */
final class Retries {

  private static final Duration USUAL_BASE = Duration.ofMillis(100);

  private Retries() {}

  static Policy policy(Reading reading) {
    Retry.Builder builder = Retry.builder()
        .maxAttempts(reading.count("retry.max-attempts"))
        .minAttempt(reading.duration("retry.min-attempt"));
    Duration longest = backoff(reading, builder);
    Duration maxWait = reading.duration("retry.max-wait", longest);
    if (maxWait.compareTo(longest) < 0) {
      throw new Contradiction(
          "retry.max-wait",
          reading.text("retry.max-wait"),
          "at least the longest wait of the backoff, "
              + Values.text(SettingKeys.get("retry.max-wait"), longest));
    }
    builder.maxWait(maxWait);
    List<Class<? extends Throwable>> retried = reading.exceptions("retry.retry-exceptions");
    List<Class<? extends Throwable>> ignored = reading.exceptions("retry.ignore-exceptions");
    retried.forEach(builder::retryOn);
    ignored.forEach(builder::neverRetryOn);
    if (reading.onOff("retry.split-deadline")) {
      builder.splitDeadline();
    }
    budget(reading, builder);
    return builder.build();
  }

  /** Sets the backoff; the longest wait. */
  private static Duration backoff(Reading reading, Retry.Builder builder) {
    String type = reading.choice("retry.backoff.type");
    Duration longest;
    Backoff backoff;
    switch (type) {
      case "fixed" -> {
        longest = reading.duration("retry.backoff.base", USUAL_BASE);
        backoff = Backoff.fixed(longest);
      }
      case "list" -> {
        List<Duration> waits = reading.durations("retry.backoff.waits");
        longest = Collections.max(waits);
        backoff = Backoff.of(waits.get(0), waits.subList(1, waits.size()).toArray(new Duration[0]));
      }
      default -> {
        Duration base = base(reading);
        longest = cap(reading, base);
        backoff = growing(type, reading, base, longest);
      }
    }
    boolean isRandom = type.endsWith("-jitter");
    builder.backoff(
        isRandom ? backoff : backoff.withJitter(reading.number("retry.backoff.jitter")));
    return longest;
  }

  private static Backoff growing(String type, Reading reading, Duration base, Duration cap) {
    return switch (type) {
      case "exponential" -> Backoff.exponential(base, reading.number("retry.backoff.factor"), cap);
      case "linear" -> Backoff.linear(base, reading.duration("retry.backoff.step"), cap);
      case "equal-jitter" -> Backoff.equalJitter(base, cap);
      case "decorrelated-jitter" -> Backoff.decorrelatedJitter(base, cap);
      default -> Backoff.fullJitter(base, cap);
    };
  }

  private static Duration base(Reading reading) {
    return reading.duration(
        "retry.backoff.base",
        reading.isSet("retry.backoff.cap")
            ? shorter(USUAL_BASE, reading.duration("retry.backoff.cap"))
            : USUAL_BASE);
  }

  private static Duration cap(Reading reading, Duration base) {
    Duration cap = reading.duration("retry.backoff.cap", longer(base, Duration.ofSeconds(2)));
    if (cap.compareTo(base) < 0) {
      throw new Contradiction(
          "retry.backoff.cap",
          reading.text("retry.backoff.cap"),
          "at least retry.backoff.base, which is " + reading.text("retry.backoff.base"));
    }
    return cap;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static void budget(Reading reading, Retry.Builder builder) {
    if (!reading.onOff("retry.budget.enabled")) {
      builder.unlimitedBudget();
      return;
    }
    if (!reading.isSet("retry.budget.ratio")
        && !reading.isSet("retry.budget.capacity")
        && !reading.isSet("retry.budget.initial")) {
      return; // the standard one
    }
    int capacity = reading.count("retry.budget.capacity");
    int initial = reading.count("retry.budget.initial", Math.min(5, capacity));
    if (initial > capacity) {
      throw new Contradiction(
          "retry.budget.initial",
          String.valueOf(initial),
          "at most retry.budget.capacity, which is " + capacity);
    }
    builder.budget(RetryBudget.of(reading.number("retry.budget.ratio"), capacity, initial));
  }
}
