package dev.evenkeel.settings;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What Resilience4j's keys are to Evenkeel. */
final class Resilience4jKeys {

  private static final String STACK_TRACES = "code: stackTraces() of the pipeline's builder";
  private static final String EVENTS = "a PipelineListener, which hears of each event";
  private static final String HEALTH =
      "evenkeel-healthcheck: each pipeline with a breaker is a check of its own";
  private static final String OWN_RETURN =
      "circuit-breaker.failback: probes, one at a time, and a ramp that grows with their success";
  private static final String COOLDOWN =
      "circuit-breaker.failback.min-cooldown and max-cooldown; the wait follows the traffic, with jitter";
  private static final String BREAKER_CODE =
      "code: CircuitBreaker.of(config), with a predicate, or record- and ignore-exceptions";
  private static final String RETRY_CODE =
      "code: Retry.builder(), with a predicate, or retry- and ignore-exceptions";
  private static final String THREADS =
      "nothing: calls run on their callers' threads, and the limit counts them";

  /** How a value is taken over. */
  enum Kind {
    AS_IT_IS,
    /** A bare number is in milliseconds. */
    TIME,
    /** A bare number is in percent. */
    PERCENT
  }

  /** A key that means the same here. */
  record Same(String ours, Kind kind) {}

  private static final Map<String, Same> SAME = new LinkedHashMap<>();
  private static final Map<String, String> INSTEAD = new LinkedHashMap<>();

  static {
    breaker();
    retry();
    limits();
  }

  private Resilience4jKeys() {}

  private static void breaker() {
    String module = "circuitbreaker";
    String ours = "circuit-breaker.";
    same(module, "failure-rate-threshold", ours + "failure-rate-threshold", Kind.PERCENT);
    same(module, "slow-call-rate-threshold", ours + "slow-call-rate-threshold", Kind.PERCENT);
    same(module, "slow-call-duration-threshold", ours + "slow-call-duration-threshold", Kind.TIME);
    same(module, "sliding-window-type", ours + "sliding-window-type", Kind.AS_IT_IS);
    same(module, "sliding-window-size", ours + "sliding-window-size", Kind.AS_IT_IS);
    same(module, "minimum-number-of-calls", ours + "minimum-number-of-calls", Kind.AS_IT_IS);
    same(module, "wait-duration-in-open-state", ours + "wait-duration-in-open-state", Kind.TIME);
    same(module, "record-exceptions", ours + "record-exceptions", Kind.AS_IT_IS);
    same(module, "ignore-exceptions", ours + "ignore-exceptions", Kind.AS_IT_IS);
    instead(
        module,
        OWN_RETURN,
        "permitted-number-of-calls-in-half-open-state",
        "automatic-transition-from-open-to-half-open-enabled",
        "max-wait-duration-in-half-open-state",
        "transition-to-state-after-wait-duration");
    instead(
        module,
        COOLDOWN,
        "enable-exponential-backoff",
        "exponential-backoff-multiplier",
        "exponential-max-wait-duration-in-open-state",
        "enable-randomized-wait",
        "randomized-wait-factor");
    instead(
        module,
        BREAKER_CODE,
        "record-failure-predicate",
        "record-result-predicate",
        "ignore-exception-predicate");
    instead(module, "code: forceOpen or disable, once it is made", "initial-state");
    instead(
        module,
        "nothing: a class that is not found is an error",
        "ignore-class-binding-exceptions");
    common(module);
  }

  private static void retry() {
    String module = "retry";
    same(module, "max-attempts", "retry.max-attempts", Kind.AS_IT_IS);
    same(module, "retry-exceptions", "retry.retry-exceptions", Kind.AS_IT_IS);
    same(module, "ignore-exceptions", "retry.ignore-exceptions", Kind.AS_IT_IS);
    instead(module, RETRY_CODE, "retry-exception-predicate", "result-predicate");
    instead(
        module, "code: Retry.builder().retryAfter, or retryAfterResult", "interval-bi-function");
    instead(
        module, "onLateResult of the pipeline's builder", "consume-result-before-retry-attempt");
    instead(module, "nothing: the caller gets the last real outcome", "fail-after-max-attempts");
    common(module);
  }

  private static void limits() {
    same("timelimiter", "timeout-duration", "timeout.duration", Kind.TIME);
    common("timelimiter");
    same(
        "bulkhead",
        "max-concurrent-calls",
        "concurrency-limit.max-concurrent-calls",
        Kind.AS_IT_IS);
    common("bulkhead");
    String pool = "threadpoolbulkhead";
    same(pool, "max-thread-pool-size", "concurrency-limit.max-concurrent-calls", Kind.AS_IT_IS);
    same(pool, "queue-capacity", "concurrency-limit.max-queued", Kind.AS_IT_IS);
    instead(pool, THREADS, "core-thread-pool-size", "keep-alive-duration");
    instead(
        pool,
        "a ContextCarrier, which takes contexts to whatever thread a call needs",
        "context-propagators");
    common(pool);
    same("ratelimiter", "limit-for-period", "rate-limit.calls", Kind.AS_IT_IS);
    same("ratelimiter", "limit-refresh-period", "rate-limit.period", Kind.TIME);
    same("ratelimiter", "timeout-duration", "rate-limit.max-wait", Kind.TIME);
    instead("ratelimiter", EVENTS, "subscribe-for-events");
    common("ratelimiter");
  }

  private static void common(String module) {
    instead(module, EVENTS, "event-consumer-buffer-size");
    instead(module, STACK_TRACES, "writable-stack-trace-enabled");
    instead(module, HEALTH, "register-health-indicator", "allow-health-indicator-to-fail");
  }

  private static void same(String module, String theirs, String ours, Kind kind) {
    SAME.put(module + "." + uniform(theirs), new Same(ours, kind));
  }

  private static void instead(String module, String text, String... theirs) {
    for (String key : theirs) {
      INSTEAD.put(module + "." + uniform(key), text);
    }
  }

  /** The one spelling of all that Spring takes for the same. */
  static String uniform(String part) {
    return part.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
  }

  /** Of a uniform key. */
  static @Nullable Same same(String module, String key) {
    return SAME.get(module + "." + key);
  }

  /** What takes the place of a uniform key that has no effect; null if it has one. */
  static @Nullable String instead(String module, String key) {
    return INSTEAD.get(module + "." + key);
  }

  /** What takes the place of what is no key of an instance or a config. */
  static String insteadOf(String module, String key) {
    if (key.endsWith("aspectorder")) {
      return "nothing: a pipeline has the order that is right, and describe() prints it";
    }
    if (key.equals("exponentialbackoffmultiplier") || key.equals("exponentialmaxwaitduration")) {
      return "nothing: it has no effect without enable-exponential-backoff";
    }
    if (key.equals("randomizedwaitfactor")) {
      return "nothing: it has no effect without enable-randomized-wait, and exponential waits are full"
          + " jitter already";
    }
    if (key.equals("tags") || key.equals("metrics")) {
      return "tags of the meter registry";
    }
    return module.equals("scheduled") || module.equals("scheduledexecutor")
        ? THREADS
        : "nothing: it is no key of a circuit breaker, retry, time limiter, bulkhead or rate limiter";
  }
}
