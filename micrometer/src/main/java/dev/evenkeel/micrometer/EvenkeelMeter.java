package dev.evenkeel.micrometer;

import java.util.List;

/**
 * Every meter there is: its name, its type, its tags and what it says. {@code docs/metrics.md} is
 * made from this table. All have the tag {@code pipeline}.
 */
public enum EvenkeelMeter {
  /** Calls that ended. */
  CALLS("evenkeel.calls", "counter", "Calls that ended, all of them counted", "outcome"),
  /** How long calls took. */
  CALL_DURATION(
      "evenkeel.call.duration",
      "timer",
      "How long calls took, with their retries and waits; of a busy pipeline a sample",
      "outcome"),
  /** The time a call had left when it began. */
  TIME_LEFT(
      "evenkeel.call.time.left",
      "timer",
      "The time to its caller's deadline that a call had when it began; of a busy pipeline a"
          + " sample"),
  /** Attempts that ended. */
  ATTEMPTS(
      "evenkeel.attempts",
      "counter",
      "Attempts that ended; kind is first, retry or hedge",
      "kind",
      "outcome"),
  /** Attempts that were refused. */
  REFUSALS("evenkeel.refusals", "counter", "Attempts that a policy refused", "policy", "reason"),
  /** Retries that were made. */
  RETRIES("evenkeel.retries", "counter", "Retries that were made"),
  /** Retries that were not made. */
  RETRIES_NOT_MADE(
      "evenkeel.retries.not.made",
      "counter",
      "Failed attempts after which no other one was made, and why",
      "reason"),
  /** Hedges that were started. */
  HEDGES("evenkeel.hedges", "counter", "Attempts that were started beside a slow one"),
  /** Hedges that won. */
  HEDGES_WON(
      "evenkeel.hedges.won",
      "counter",
      "Hedges that answered before the attempt they were started beside"),
  /** Fallbacks that answered. */
  FALLBACKS("evenkeel.fallbacks", "counter", "Calls that a fallback answered"),
  /** Waits before a limit. */
  WAITS("evenkeel.waits", "timer", "How long calls waited for a limit's permit", "policy"),
  /** How late attempts ended that ignored their interrupt. */
  LATE_ENDS(
      "evenkeel.timeouts.late",
      "timer",
      "How long after its timeout an attempt ended, if that was more than 100 ms: it ignored its"
          + " interrupt"),
  /** Retries that the budget has left. */
  RETRY_BUDGET("evenkeel.retry.budget", "gauge", "Retries that the budget has stored up"),
  /** The breaker's state. */
  BREAKER_STATE(
      "evenkeel.circuitbreaker.state",
      "gauge",
      "Breakers in a state: 1 or 0, or how many keys of a breaker per key",
      "state"),
  /** The admitted share. */
  BREAKER_SHARE(
      "evenkeel.circuitbreaker.share",
      "gauge",
      "The part of the calls that the breaker lets through, 0 to 1; per key the mean of all"),
  /** Changes of state. */
  BREAKER_CHANGES(
      "evenkeel.circuitbreaker.changes", "counter", "Changes of the breaker's state", "state"),
  /** How long comebacks took. */
  COMEBACK_DURATION(
      "evenkeel.comeback.duration",
      "timer",
      "From the moment the breaker opened to the one it closed again"),
  /** What the present or last comeback has refused. */
  COMEBACK_REFUSED(
      "evenkeel.comeback.refused",
      "gauge",
      "Attempts that the breaker has refused since it opened last, up to its close: the debt of"
          + " the comeback"),
  /** The limit in force. */
  LIMIT_MAX("evenkeel.limit.max", "gauge", "The most calls in flight", "policy"),
  /** The calls in flight. */
  LIMIT_IN_FLIGHT("evenkeel.limit.in.flight", "gauge", "The calls in flight", "policy"),
  /** The calls that wait. */
  LIMIT_QUEUED("evenkeel.limit.queued", "gauge", "The calls that wait for a permit", "policy"),
  /** What an observe-only pipeline's policies decided. */
  WOULD_HAVE(
      "evenkeel.would.have",
      "counter",
      "What policies of an observe-only pipeline decided and did not do; action is refused, waited,"
          + " timed_out, retried or hedged, and reason is none but for refused",
      "action",
      "policy",
      "reason"),
  /** Whether the pipeline is observe-only. */
  OBSERVE_ONLY(
      "evenkeel.observe.only",
      "gauge",
      "1 while the pipeline is observe-only: its policies decide, and nothing of it is done"),
  /** The version of the settings. */
  SETTINGS_VERSION(
      "evenkeel.settings.version",
      "gauge",
      "The version of the settings in force; 1 is what the pipeline was built with");

  private final String meterName;
  private final String type;
  private final String description;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> tags;

  EvenkeelMeter(String meterName, String type, String description, String... tags) {
    this.meterName = meterName;
    this.type = type;
    this.description = description;
    this.tags = List.of(tags);
  }

  /**
   * Its name, as Micrometer writes it; a monitoring system has its own way, such as
   * {@code evenkeel_calls_total}.
   *
   * @return words with dots between them
   */
  public String meterName() {
    return meterName;
  }

  /**
   * What kind of meter it is.
   *
   * @return {@code counter}, {@code gauge} or {@code timer}
   */
  public String type() {
    return type;
  }

  /**
   * What it says.
   *
   * @return a phrase
   */
  public String description() {
    return description;
  }

  /**
   * Its tags besides {@code pipeline}.
   *
   * @return their names; empty if there are none
   */
  public List<String> tags() {
    return tags;
  }
}
