package dev.evenkeel.settings;

import dev.evenkeel.settings.Resilience4jKeys.Kind;
import dev.evenkeel.settings.Resilience4jKeys.Same;
import dev.evenkeel.settings.Values.Unfit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One instance of one module of Resilience4j, as settings of a pipeline. */
final class Resilience4jInstance {

  private static final String PRESET = "Resilience4j's default";
  private static final Duration LONGEST_GROWN = Duration.ofHours(1);
  private static final int MOST_QUEUED = 100_000;

  private final String instance;
  private final Map<String, Property> theirs;
  private final Set<Property> used;
  private final List<Property> settings = new ArrayList<>();

  /** What was taken over is added to what is used. */
  Resilience4jInstance(
      String module, String instance, Map<String, Property> theirs, Set<Property> used) {
    this.instance = instance;
    this.theirs = theirs;
    this.used = used;
    theirs.forEach((key, property) -> {
      Same same = Resilience4jKeys.same(module, key);
      if (same != null) {
        used.add(property);
        put(same.ours(), value(property, same.kind()), property.origin());
      }
    });
    switch (module) {
      case "circuitbreaker" -> breaker();
      case "retry" -> backoff();
      case "timelimiter" -> timeLimiter();
      case "bulkhead" -> bulkhead();
      case "threadpoolbulkhead" -> threadPool();
      default -> rateLimiter();
    }
  }

  List<Property> settings() {
    return settings;
  }

  private void breaker() {
    preset("slidingwindowsize", "circuit-breaker.sliding-window-size", "100");
    preset("minimumnumberofcalls", "circuit-breaker.minimum-number-of-calls", "100");
    put("circuit-breaker.also-trip-after.enabled", "false", PRESET);
    put("circuit-breaker.doubt-timeouts-at-start", "false", PRESET);
  }

  private void backoff() {
    Property wait = find("waitduration");
    String base = wait == null ? "500ms" : value(wait, Kind.TIME);
    String origin = wait == null ? PRESET : wait.origin();
    boolean exponential = isOn("enableexponentialbackoff");
    boolean randomized = isOn("enablerandomizedwait");
    Property multiplier = exponential ? find("exponentialbackoffmultiplier") : null;
    Property random = randomized && !exponential ? find("randomizedwaitfactor") : null;
    String type = multiplier != null
        ? "exponential"
        : exponential ? "full-jitter" : randomized && random == null ? "equal-jitter" : "fixed";
    put("retry.backoff.type", type, origin);
    put("retry.backoff.base", base.matches("0+[a-zA-Z]+") ? "1ns" : base, origin);
    if (exponential) {
      Property longest = find("exponentialmaxwaitduration");
      put(
          "retry.backoff.cap",
          longest == null ? grown(base) : value(longest, Kind.TIME),
          longest == null ? PRESET : longest.origin());
    } else if (random != null) {
      put("retry.backoff.jitter", random.value(), random.origin());
    } else if (randomized) {
      put("retry.backoff.cap", base, origin);
    }
    if (multiplier != null) {
      put("retry.backoff.factor", multiplier.value(), multiplier.origin());
      put("retry.backoff.jitter", "1", PRESET); // full jitter
    }
  }

  /** What a wait without a cap would come to with the last attempt, within reason. */
  private String grown(String base) {
    SettingKey key = SettingKeys.get("retry.backoff.cap");
    try {
      Duration wait = (Duration) parsed(key, base);
      Property attempts = theirs.get("maxattempts");
      int most = attempts == null
          ? 3
          : (Integer) parsed(SettingKeys.get("retry.max-attempts"), attempts.value());
      Duration cap = wait;
      for (int i = 2; i < most && cap.compareTo(LONGEST_GROWN) < 0; i++) {
        cap = cap.multipliedBy(2);
      }
      boolean tooLong = cap.compareTo(LONGEST_GROWN) > 0 && wait.compareTo(LONGEST_GROWN) <= 0;
      return Values.text(key, tooLong ? LONGEST_GROWN : cap);
    } catch (Unfit wrong) {
      return base; // an error by itself
    }
  }

  private static Object parsed(SettingKey key, String text) throws Unfit {
    return Values.parse(key, text, Resilience4jInstance.class.getClassLoader());
  }

  private void timeLimiter() {
    preset("timeoutduration", "timeout.duration", "1s");
    Property cancel = find("cancelrunningfuture");
    if (cancel != null) {
      boolean interrupt = !cancel.value().strip().equalsIgnoreCase("false");
      put("timeout.mode", interrupt ? "interrupt" : "cooperative", cancel.origin());
    }
  }

  private void bulkhead() {
    preset("maxconcurrentcalls", "concurrency-limit.max-concurrent-calls", "25");
    Property wait = find("maxwaitduration");
    if (wait != null && !value(wait, Kind.TIME).matches("0+[a-zA-Z]+")) {
      put("concurrency-limit.max-wait", value(wait, Kind.TIME), wait.origin());
      put("concurrency-limit.max-queued", String.valueOf(MOST_QUEUED), PRESET);
    }
  }

  private void threadPool() {
    preset(
        "maxthreadpoolsize",
        "concurrency-limit.max-concurrent-calls",
        String.valueOf(Runtime.getRuntime().availableProcessors()));
    preset("queuecapacity", "concurrency-limit.max-queued", "100");
  }

  private void rateLimiter() {
    preset("limitforperiod", "rate-limit.calls", "50");
    preset("limitrefreshperiod", "rate-limit.period", "500ns");
    preset("timeoutduration", "rate-limit.max-wait", "5s");
  }

  private void preset(String theirKey, String ours, String value) {
    if (!theirs.containsKey(theirKey)) {
      put(ours, value, PRESET);
    }
  }

  private boolean isOn(String key) {
    Property property = find(key);
    return property != null && property.value().strip().equalsIgnoreCase("true");
  }

  private @Nullable Property find(String key) {
    Property found = theirs.get(key);
    if (found != null) {
      used.add(found);
    }
    return found;
  }

  private static String value(Property property, Kind kind) {
    String value = property.value().strip();
    boolean bare = value.matches("[0-9]+(\\.[0-9]+)?");
    return switch (kind) {
      case AS_IT_IS -> value;
      case TIME -> bare ? value + "ms" : value;
      case PERCENT -> bare ? value + "%" : value;
    };
  }

  private void put(String key, String value, String origin) {
    settings.add(new Property(Names.key(Names.PIPELINES, instance, key), value, origin));
  }
}
