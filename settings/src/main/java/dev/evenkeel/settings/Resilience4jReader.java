package dev.evenkeel.settings;

import dev.evenkeel.settings.Names.Part;
import dev.evenkeel.settings.Resilience4jSettings.WithoutEffect;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Sorts Resilience4j's properties by module and instance, and resolves what they inherit. */
final class Resilience4jReader {

  private static final Set<String> INSTANCES = Set.of("instances", "backends", "limiters");
  private static final List<String> MODULES = List.of(
      "circuitbreaker", "retry", "timelimiter", "bulkhead", "threadpoolbulkhead", "ratelimiter");
  private static final int MOST_LAYERS = 20;

  private final Map<String, Module> modules = new LinkedHashMap<>();
  private final Map<Property, WithoutEffect> without = new LinkedHashMap<>();
  private final List<Property> inOrder = new ArrayList<>();
  private final List<Property> all = new ArrayList<>();
  private final Set<Property> used = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Property> settings = new ArrayList<>();

  /** The instances and configs of a module, with their uniform keys. */
  static final class Module {
    final Map<String, Map<String, Property>> instances = new LinkedHashMap<>();
    final Map<String, Map<String, Property>> configs = new LinkedHashMap<>();
  }

  void read(Collection<Property> properties) {
    MODULES.forEach(name -> modules.put(name, new Module()));
    for (Property property : properties) {
      List<Part> parts = Names.split(property.key());
      if (parts != null
          && !parts.isEmpty()
          && Resilience4jKeys.uniform(parts.get(0).text()).equals("resilience4j")) {
        take(property, parts);
      }
    }
    inOrder.addAll(properties);
    modules.forEach(this::translate);
    for (Property property : all) {
      if (!used.contains(property) && !without.containsKey(property)) {
        without(property, "nothing: no instance inherits it, or it has no effect in Resilience4j");
      }
    }
  }

  private void take(Property property, List<Part> parts) {
    if (parts.size() < 3 && property.value().isBlank()) {
      return; // a heading
    }
    String name = parts.size() > 1 ? Resilience4jKeys.uniform(parts.get(1).text()) : "";
    String group = parts.size() > 2 ? Resilience4jKeys.uniform(parts.get(2).text()) : "";
    Module module = modules.get(name);
    boolean instance = INSTANCES.contains(group);
    if (module == null || !(instance || group.equals("configs"))) {
      without(property, Resilience4jKeys.insteadOf(name, group));
      return;
    }
    if (parts.size() == 3) {
      return; // a heading
    }
    Map<String, Property> section = (instance ? module.instances : module.configs)
        .computeIfAbsent(parts.get(3).text(), added -> new LinkedHashMap<>());
    if (parts.size() > 4) {
      take(property, name, section, parts.subList(4, parts.size()));
    }
  }

  private void take(
      Property property, String module, Map<String, Property> section, List<Part> parts) {
    String key = Resilience4jKeys.uniform(parts.get(0).text());
    boolean element = parts.size() == 2 && parts.get(1).bracketed();
    if (parts.size() > 1 && !element) {
      without(property, Resilience4jKeys.insteadOf(module, key));
      return;
    }
    String instead = Resilience4jKeys.instead(module, key);
    if (instead != null) {
      without(property, instead);
      return;
    }
    all.add(property);
    Property before = section.get(key);
    if (before != null && element) {
      used.add(property);
      used.add(before);
      all.add(section.merge(
          key,
          property,
          (one, next) -> new Property(one.key(), one.value() + "," + next.value(), one.origin())));
    } else {
      section.put(key, property);
    }
  }

  private void without(Property property, String instead) {
    without.put(property, new WithoutEffect(property.key(), property.origin(), instead));
  }

  private void translate(String name, Module module) {
    module.instances.forEach((instance, own) -> {
      boolean twice = name.equals("threadpoolbulkhead")
          && Objects.requireNonNull(modules.get("bulkhead")).instances.containsKey(instance);
      if (twice) {
        own.values()
            .forEach(property -> without(
                property, "resilience4j.bulkhead of the same name: a pipeline has one limit"));
      } else {
        Resilience4jInstance translated = new Resilience4jInstance(
            name, instance, merged(name, instance, own, module.configs), used);
        settings.addAll(translated.settings());
      }
    });
  }

  /** The nearest wins. Only a circuit breaker's named config stands without the default one. */
  private Map<String, Property> merged(
      String module,
      String instance,
      Map<String, Property> own,
      Map<String, Map<String, Property>> configs) {
    boolean breaker = module.equals("circuitbreaker");
    Map<String, Property> merged = new LinkedHashMap<>(own);
    Property naming = own.get("baseconfig");
    String next = naming != null
        ? naming.value().strip()
        : breaker && configs.containsKey(instance) ? instance : null;
    boolean based = next != null;
    for (int layers = 0; next != null; layers++) {
      Map<String, Property> config = configs.get(next);
      if (config == null || layers == MOST_LAYERS) {
        Property wrong = Objects.requireNonNull(naming); // the other one is there
        throw new SettingsException(List.of(new SettingsProblem(
            wrong.key(),
            wrong.origin(),
            "\"" + next + "\"",
            config == null
                ? "the name of a config that is there" + Names.nearestOrAll(next, configs.keySet())
                : "configs that do not inherit from themselves")));
      }
      if (naming != null) {
        used.add(naming);
      }
      config.forEach(merged::putIfAbsent);
      naming = config.get("baseconfig");
      next = naming == null ? null : naming.value().strip();
    }
    Map<String, Property> preset = configs.get(Layers.DEFAULT);
    if (preset != null && !(based && breaker)) {
      preset.forEach(merged::putIfAbsent);
    }
    return merged;
  }

  List<Property> settings() {
    return settings;
  }

  /** In the order of the file; what was joined from several lines comes last. */
  List<WithoutEffect> withoutEffect() {
    Map<Property, WithoutEffect> left = new LinkedHashMap<>(without);
    List<WithoutEffect> sorted = new ArrayList<>();
    for (Property property : inOrder) {
      WithoutEffect found = left.remove(property);
      if (found != null) {
        sorted.add(found);
      }
    }
    sorted.addAll(left.values());
    return sorted;
  }
}
