package dev.evenkeel.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is set for a pipeline or in a config itself, or for all pipelines. Filled by the parser, and
 * not changed later.
 */
final class Section {

  final String kind;
  final String name;
  final String origin;
  private final Map<String, Setting> settings = new LinkedHashMap<>();

  /** Whether something in it is a problem, so that what is missing may just be that. */
  boolean faulty;

  Section(String kind, String name, String origin) {
    this.kind = kind;
    this.name = name;
    this.origin = origin;
  }

  /** What is set for all pipelines. */
  static Section root() {
    return new Section("", "", "");
  }

  private boolean isRoot() {
    return kind.isEmpty();
  }

  @Nullable Setting get(String key) {
    return settings.get(key);
  }

  void put(Setting setting) {
    settings.put(setting.key().name(), setting);
  }

  Map<String, Setting> settings() {
    return settings;
  }

  /** The config it names. */
  @Nullable String base() {
    Setting base = settings.get(SettingKeys.BASE_CONFIG);
    return base == null ? null : (String) base.value();
  }

  /** The whole key of one of its settings, or of itself. */
  String key(String below) {
    return isRoot() ? Names.PREFIX + "." + below : Names.key(kind, name, below);
  }

  /** What is equal if the same is set to the same, wherever. */
  Map<String, String> texts() {
    Map<String, String> texts = new TreeMap<>();
    settings.forEach((key, setting) -> texts.put(key, setting.text()));
    return texts;
  }
}
