package dev.evenkeel.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What holds for one pipeline: the nearest layer in which a key is set, or its default. It notes
 * what it was asked for, so what it calls effective is what policies were built with. Not
 * thread-safe.
 */
final class Reading {

  static final String BY_DEFAULT = "default";

  final String pipeline;
  private final Map<String, Placed> placed = new LinkedHashMap<>();
  private final Map<String, Property> effective = new LinkedHashMap<>();

  /** A setting, and how many layers lie before it. */
  private record Placed(Setting setting, int depth) {}

  /** A key without which a policy cannot be made. */
  static final class Missing extends RuntimeException {
    final String key;
    final String expected;

    Missing(String key, String expected) {
      super(key, null, false, false);
      this.key = key;
      this.expected = expected;
    }
  }

  /** The first layer is the pipeline itself if {@code own}. */
  Reading(String pipeline, List<Section> layers, boolean own) {
    this.pipeline = pipeline;
    int depth = own ? 0 : 1;
    for (Section layer : layers) {
      for (Setting setting : layer.settings().values()) {
        placed.putIfAbsent(setting.key().name(), new Placed(setting, depth));
      }
      depth++;
    }
  }

  boolean isSet(String key) {
    return placed.containsKey(key);
  }

  /** Whether the policy is there: a key of it is set, and it is not switched off. */
  boolean isOn(String policy) {
    String enabled = policy + ".enabled";
    if (isSet(enabled)) {
      return onOff(enabled);
    }
    return placed.keySet().stream().anyMatch(key -> key.startsWith(policy + "."));
  }

  /** How many layers lie before the one in which it is set. */
  int depth(String key) {
    Placed found = placed.get(key);
    return found == null ? Integer.MAX_VALUE : found.depth;
  }

  Duration duration(String key) {
    return (Duration) value(key, null);
  }

  Duration duration(String key, Duration preset) {
    return (Duration) value(key, preset);
  }

  @SuppressWarnings("unchecked") // what the parser has put there
  List<Duration> durations(String key) {
    return (List<Duration>) value(key, null);
  }

  int count(String key) {
    return (Integer) value(key, null);
  }

  int count(String key, int preset) {
    return (Integer) value(key, preset);
  }

  double number(String key) {
    return (Double) value(key, null);
  }

  boolean onOff(String key) {
    return (Boolean) value(key, null);
  }

  /** Null if it is not set. */
  @Nullable Boolean observeOnly() {
    return isSet(SettingKeys.OBSERVE_ONLY) ? (Boolean) onOff(SettingKeys.OBSERVE_ONLY) : null;
  }

  String choice(String key) {
    return (String) value(key, null);
  }

  /** Empty if it is not set. */
  @SuppressWarnings("unchecked") // what the parser has put there
  List<Class<? extends Throwable>> exceptions(String key) {
    return isSet(key) ? (List<Class<? extends Throwable>>) value(key, null) : List.of();
  }

  /** What is set where, as far as it can be said of a policy. */
  String origin(String keyOrPolicy) {
    Placed exact = placed.get(keyOrPolicy);
    if (exact != null) {
      return exact.setting.origin();
    }
    return placed.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(keyOrPolicy + "."))
        .map(entry -> entry.getValue().setting.origin())
        .findFirst()
        .orElse("the settings");
  }

  /** The text of a value that is set. */
  String text(String key) {
    return Objects.requireNonNull(placed.get(key), key).setting.text();
  }

  private Object value(String name, @Nullable Object preset) {
    SettingKey key = SettingKeys.get(name);
    Placed found = placed.get(name);
    Object value = found != null ? found.setting.value() : preset != null ? preset : key.preset;
    if (value == null) {
      throw new Missing(name, key.expected());
    }
    effective.put(
        name,
        new Property(
            name, Values.text(key, value), found == null ? BY_DEFAULT : found.setting.origin()));
    return value;
  }

  /** What was asked for, in that order. */
  List<Property> effective() {
    return List.copyOf(effective.values());
  }

  /**
   * What is set for the pipeline itself and was not asked for. What is switched off may stay where
   * it is, and what is inherited is meant for others too.
   */
  List<Setting> withoutEffect() {
    List<Setting> without = new ArrayList<>();
    placed.forEach((name, found) -> {
      if (found.depth == 0
          && !effective.containsKey(name)
          && !name.equals(SettingKeys.BASE_CONFIG)
          && !isSwitchedOff(name)) {
        without.add(found.setting);
      }
    });
    return without;
  }

  private boolean isSwitchedOff(String name) {
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      Placed enabled = placed.get(name.substring(0, dot) + ".enabled");
      if (enabled != null && Boolean.FALSE.equals(enabled.setting.value())) {
        return true;
      }
    }
    return false;
  }
}
