package dev.evenkeel.spring.actuate;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.settings.SettingsException;
import dev.evenkeel.spring.EnvironmentSettings;
import java.security.Principal;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.boot.convert.DurationStyle;

/**
 * The actuator endpoint {@code evenkeel}: shows pipelines and takes their breakers in hand.
 * Thread-safe.
 */
@WebEndpoint(id = "evenkeel")
public final class EvenkeelEndpoint {

  /** What is done by hand is forgotten by hand: it ends by itself, and soon. */
  private static final Duration LONGEST = Duration.ofDays(7);

  private static final String SET = "set";

  private final Pipelines registry;
  private final PipelineViews views;
  private final Overrides overrides;
  private final SettingOverrides settingOverrides;

  EvenkeelEndpoint(
      Pipelines registry, PipelineEvents events, EnvironmentSettings settings, Kernel kernel) {
    this.registry = registry;
    overrides = new Overrides(kernel, events);
    settingOverrides = new SettingOverrides(settings, kernel, events);
    views = new PipelineViews(events, overrides, settings, kernel);
  }

  /**
   * All pipelines, in short.
   *
   * @return their names and states
   */
  @ReadOperation
  public PipelineViews.All pipelines() {
    Map<String, PipelineViews.Summary> all = new LinkedHashMap<>();
    registry.all().forEach(pipeline -> all.put(pipeline.name(), views.summary(pipeline)));
    return new PipelineViews.All(all);
  }

  /**
   * One pipeline.
   *
   * @param name its name
   * @return all that is known of it; null if there is none of that name
   */
  @ReadOperation
  public PipelineViews.@Nullable Details pipeline(@Selector String name) {
    return registry.find(name).map(views::details).orElse(null);
  }

  /**
   * Takes a breaker in hand, or changes settings, for a time.
   *
   * @param name the pipeline's name
   * @param action {@code force-open}, {@code disable}, {@code reset}, {@code skip-ramp} or
   *     {@code come-back} for the breaker, {@code set} for settings
   * @param expiry when it is undone: a time with its unit, more than zero, at most 7 days
   * @param reason why; for the log
   * @param key of a breaker per key: which one; without it that of calls without a key
   * @param settings with {@code set}: {@code timeout.duration=1s}, several with semicolons between
   *     them; Boot takes no nested JSON here
   * @param caller who does it
   * @return what was and is; 404 if there is no such pipeline, breaker or key, 400 if something is
   *     missing or wrong
   */
  @WriteOperation
  public WebEndpointResponse<Object> change(
      @Selector String name,
      @Nullable String action,
      @Nullable String expiry,
      @Nullable String reason,
      @Nullable String key,
      @Nullable String settings,
      SecurityContext caller) {
    Optional<Pipeline> pipeline = registry.find(name);
    if (pipeline.isEmpty()) {
      return refused(
          WebEndpointResponse.STATUS_NOT_FOUND,
          "pipeline: \"" + name + "\" (expected: one of "
              + registry.all().stream().map(Pipeline::name).toList() + ")");
    }
    Optional<Action> wanted = action == null ? Optional.empty() : Action.of(action);
    boolean isSet = SET.equals(action);
    if (wanted.isEmpty() && !isSet) {
      return refused(
          WebEndpointResponse.STATUS_BAD_REQUEST,
          "action: " + quoted(action)
              + " (expected: one of "
              + Arrays.stream(Action.values()).map(Action::text).collect(Collectors.joining(", "))
              + ", " + SET + ")");
    }
    Duration time = time(expiry);
    if (time == null) {
      return refused(
          WebEndpointResponse.STATUS_BAD_REQUEST,
          "expiry: " + quoted(expiry)
              + " (expected: a time with its unit, e.g. 10m; more than zero, at most 7 days)");
    }
    if (reason == null || reason.isBlank()) {
      return refused(
          WebEndpointResponse.STATUS_BAD_REQUEST,
          "reason: " + quoted(reason) + " (expected: why, for those who read the log)");
    }
    Principal principal = caller.getPrincipal();
    String who = principal == null ? "an anonymous caller" : oneLine(principal.getName());
    if (isSet) {
      return set(name, settings, time, oneLine(reason), who);
    }
    Optional<CircuitBreaker> breaker = breaker(pipeline.get(), key);
    if (breaker.isEmpty()) {
      return refused(
          WebEndpointResponse.STATUS_NOT_FOUND,
          key == null
              ? "pipeline: \"" + name + "\" has no circuit breaker"
              : "key: \"" + key + "\" (expected: a key that has a breaker of its own now)");
    }
    Overrides.Result result = overrides.apply(
        new Overrides.Where(name, key),
        breaker.get(),
        wanted.orElseThrow(),
        time,
        oneLine(reason),
        who);
    return new WebEndpointResponse<>(new PipelineViews.Changed(
        name,
        key,
        wanted.orElseThrow().text(),
        result.before().toString(),
        result.after().toString(),
        time.toString(),
        result.atTheExpiry()));
  }

  private WebEndpointResponse<Object> set(
      String name, @Nullable String settings, Duration time, String reason, String who) {
    Map<String, String> values = values(settings, "evenkeel.pipelines." + name + ".");
    if (values.isEmpty()) {
      return refused(
          WebEndpointResponse.STATUS_BAD_REQUEST,
          "settings: " + quoted(settings)
              + " (expected: e.g. timeout.duration=1s; retry.max-attempts=2)");
    }
    if (!settingOverrides.names(name)) {
      return refused(
          WebEndpointResponse.STATUS_BAD_REQUEST,
          "pipeline: \"" + name + "\" is made in code (expected: one that the properties"
              + " evenkeel.pipelines name)");
    }
    try {
      return new WebEndpointResponse<>(settingOverrides.apply(name, values, time, reason, who));
    } catch (SettingsException wrong) {
      return refused(WebEndpointResponse.STATUS_BAD_REQUEST, String.valueOf(wrong.getMessage()));
    }
  }

  /** Empty if anything in it is no key with a value; a key may be written whole. */
  private static Map<String, String> values(@Nullable String settings, String prefix) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : settings == null ? new String[0] : settings.split("[;\\n]", -1)) {
      int at = line.indexOf('=');
      if (at > 0) {
        String key = line.substring(0, at).strip();
        values.put(
            key.startsWith(prefix) ? key.substring(prefix.length()) : key,
            line.substring(at + 1).strip());
      } else if (!line.isBlank()) {
        return Map.of();
      }
    }
    return values;
  }

  /** Makes none for a key that is not there. */
  private static Optional<CircuitBreaker> breaker(Pipeline pipeline, @Nullable String key) {
    if (key == null) {
      return pipeline.policy(CircuitBreaker.class);
    }
    return pipeline.policies().stream()
        .filter(PerKey.class::isInstance)
        .flatMap(policy -> ((PerKey<?>) policy).find(key).stream())
        .filter(CircuitBreaker.class::isInstance)
        .map(CircuitBreaker.class::cast)
        .findFirst();
  }

  private static @Nullable Duration time(@Nullable String expiry) {
    if (expiry == null || !expiry.matches("(?s).*[a-zA-Z].*")) {
      return null; // a number without its unit could be anything
    }
    try {
      Duration time = DurationStyle.detectAndParse(expiry.strip());
      return !time.isNegative() && !time.isZero() && time.compareTo(LONGEST) <= 0 ? time : null;
    } catch (IllegalArgumentException | ArithmeticException wrong) {
      return null;
    }
  }

  private static String quoted(@Nullable String value) {
    return value == null ? "missing" : "\"" + value + "\"";
  }

  /** A line break would forge a line of the log. */
  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", " ").strip();
  }

  private static WebEndpointResponse<Object> refused(int status, String error) {
    return new WebEndpointResponse<>(Map.of("error", error), status);
  }
}
