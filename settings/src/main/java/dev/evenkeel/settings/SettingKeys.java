package dev.evenkeel.settings;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks keys up in their table. */
final class SettingKeys {

  static final String BASE_CONFIG = "base-config";
  static final String OBSERVE_ONLY = "observe-only";

  static final List<SettingKey> ALL = SettingTable.rows();

  private static final Map<String, SettingKey> BY_NAME = byName();
  private static final Set<String> GROUPS = groups();

  private SettingKeys() {}

  static @Nullable SettingKey find(String name) {
    return BY_NAME.get(name);
  }

  /** One that is there. */
  static SettingKey get(String name) {
    return Objects.requireNonNull(BY_NAME.get(name), name);
  }

  static Collection<String> names() {
    return BY_NAME.keySet();
  }

  /** Whether keys begin with this and a dot. */
  static boolean isGroup(String name) {
    return GROUPS.contains(name);
  }

  /** A key of a group for an example: the first that must be set, or that says more than true. */
  static String exampleBelow(String group) {
    List<SettingKey> below =
        ALL.stream().filter(key -> key.name().startsWith(group + ".")).toList();
    return Stream.<Predicate<SettingKey>>of(
            key -> key.defaultValue() == null && key.onlyWith() == null,
            key -> key.type() != SettingKey.Type.SWITCH,
            key -> true)
        .flatMap(wanted -> below.stream().filter(wanted))
        .findFirst()
        .orElseThrow()
        .name();
  }

  private static Map<String, SettingKey> byName() {
    Map<String, SettingKey> byName = new LinkedHashMap<>();
    ALL.forEach(key -> byName.put(key.name(), key));
    return byName;
  }

  private static Set<String> groups() {
    Set<String> groups = new LinkedHashSet<>();
    for (SettingKey key : ALL) {
      for (int dot = key.name().indexOf('.'); dot >= 0; dot = key.name().indexOf('.', dot + 1)) {
        groups.add(key.name().substring(0, dot));
      }
    }
    return groups;
  }
}
