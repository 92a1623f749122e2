package dev.evenkeel.settings;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who inherits from which config. */
final class Layers {

  static final String DEFAULT = "default";
  private static final int MOST = 20;

  private Layers() {}

  /** Looks for configs that are named and not there, and for circles. */
  static void check(
      Map<String, Section> configs, Map<String, Section> pipelines, Problems problems) {
    for (Map<String, Section> sections : List.of(configs, pipelines)) {
      for (Section section : sections.values()) {
        Setting base = section.get(SettingKeys.BASE_CONFIG);
        if (base == null) {
          continue;
        }
        String name = (String) base.value();
        String key = section.key(SettingKeys.BASE_CONFIG);
        int before = problems.size();
        if (!configs.containsKey(name)) {
          problems.add(
              key,
              base.origin(),
              "\"" + name + "\"",
              "the name of a config that is there" + Names.nearestOrAll(name, configs.keySet()));
        } else if (section.kind.equals(Names.CONFIGS)) {
          checkWay(section, key, base.origin(), configs, problems);
        }
        section.faulty |= problems.size() > before;
      }
    }
  }

  private static void checkWay(
      Section start, String key, String origin, Map<String, Section> configs, Problems problems) {
    Set<String> way = new LinkedHashSet<>();
    String at = start.name;
    while (at != null && way.size() <= MOST && way.add(at)) {
      Section config = configs.get(at);
      at = config == null ? null : config.base();
    }
    if (start.name.equals(at)) {
      problems.add(
          key,
          origin,
          "a circle: " + String.join(" -> ", way) + " -> " + at,
          "configs that do not inherit from themselves");
    } else if (way.size() > MOST) {
      problems.add(
          key,
          origin,
          "more than " + MOST + " configs, each of which names the next",
          "at most " + MOST);
    }
  }

  /** The nearest first; cut short where {@link #check} found a fault. */
  static List<Section> of(@Nullable Section pipeline, Map<String, Section> configs) {
    List<Section> layers = new ArrayList<>();
    if (pipeline != null) {
      layers.add(pipeline);
    }
    String base = pipeline == null ? null : pipeline.base();
    Section next = configs.get(base == null ? DEFAULT : base);
    while (next != null && layers.size() <= MOST + 1) {
      layers.add(next);
      String further = next.base();
      next = further == null ? null : configs.get(further);
    }
    return layers;
  }
}
