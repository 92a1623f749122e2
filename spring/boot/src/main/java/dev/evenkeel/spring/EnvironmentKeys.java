package dev.evenkeel.spring;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Reads the keys below {@code evenkeel.pipelines} and {@code evenkeel.configs} of an environment,
 * and {@code evenkeel.observe-only}, with where each comes from. Of several sources the first one
 * wins, as everywhere in Spring. Immutable.
 */
final class EnvironmentKeys {

  private static final List<String> GROUPS = List.of("configs", "pipelines");

  /** All other keys, or what they begin with. */
  private static final List<String> OTHERS = List.of(
      "enabled",
      "observe-only",
      "resilience4j-keys",
      "events.buffer-size",
      "health.allow-to-fail",
      "metrics.enabled",
      "restclient.enabled",
      "webclient.enabled",
      "server.enabled",
      "server.default-deadline",
      "server.edge-trust",
      "cloud.enabled",
      "http.hosts",
      "http.groups",
      "http.allowed-hosts",
      "http.repeatable-bodies");

  private static final ConfigurationPropertyName OBSERVE_ONLY =
      ConfigurationPropertyName.of("evenkeel.observe-only");

  private final Environment environment;
  private final Map<String, String> knownKeys; // by their uniform form

  /**
   * Reads from an environment.
   *
   * @param environment the environment
   * @param knownKeys the keys of a pipeline, in kebab case: a variable of the operating system has
   *     neither hyphens nor the difference between them and dots
   */
  EnvironmentKeys(Environment environment, Collection<String> knownKeys) {
    this.environment = environment;
    Map<String, String> uniform = new LinkedHashMap<>();
    knownKeys.forEach(key -> uniform.put(uniform(key), key));
    this.knownKeys = uniform;
  }

  /**
   * One key.
   *
   * @param key with the prefix, e.g. {@code evenkeel.pipelines.inventory.timeout.duration}
   * @param value with placeholders replaced
   * @param origin where it is from, for people
   */
  record Entry(String key, String value, String origin) {}

  List<Entry> read() {
    Map<String, Entry> found = new LinkedHashMap<>();
    Map<String, String> names = names();
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      if (source instanceof IterableConfigurationPropertySource keys) {
        Map<String, Entry> ofSource = read(keys, names);
        ofSource.forEach(found::putIfAbsent);
      }
    }
    return List.copyOf(found.values());
  }

  /** The one key that holds for all pipelines; null if it is not set. */
  @Nullable Entry observeOnly() {
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      ConfigurationProperty property = source.getConfigurationProperty(OBSERVE_ONLY);
      if (property != null) {
        return new Entry(
            OBSERVE_ONLY.toString(),
            environment.resolvePlaceholders(String.valueOf(property.getValue())),
            origin(property.getOrigin(), source));
      }
    }
    return null;
  }

  /** The keys of one source; the elements of a list are one value. */
  private Map<String, Entry> read(
      IterableConfigurationPropertySource source, Map<String, String> names) {
    Map<String, Entry> found = new LinkedHashMap<>();
    Map<String, TreeMap<Integer, Entry>> lists = new LinkedHashMap<>();
    for (ConfigurationPropertyName name : source) {
      if (!isOurs(name)) {
        continue;
      }
      Entry entry = entry(name, source, names);
      if (entry == null) {
        continue;
      }
      if (name.isLastElementIndexed() && name.getNumberOfElements() > 3 && isIndex(name)) {
        lists
            .computeIfAbsent(entry.key(), key -> new TreeMap<>())
            .put(Integer.valueOf(last(name)), entry);
      } else {
        found.put(entry.key(), entry);
      }
    }
    lists.forEach((key, elements) -> {
      List<String> values = elements.values().stream().map(Entry::value).toList();
      found.put(
          key,
          new Entry(
              key, String.join(",", values), elements.firstEntry().getValue().origin()));
    });
    return found;
  }

  private @Nullable Entry entry(
      ConfigurationPropertyName name,
      IterableConfigurationPropertySource source,
      Map<String, String> names) {
    ConfigurationProperty property = source.getConfigurationProperty(name);
    if (property == null) {
      return null;
    }
    String group = name.getElement(1, Form.UNIFORM);
    String of = name.getElement(2, Form.ORIGINAL);
    int end = name.getNumberOfElements() - (name.isLastElementIndexed() && isIndex(name) ? 1 : 0);
    List<String> rest = new ArrayList<>();
    for (int i = 3; i < end; i++) {
      rest.add(name.getElement(i, Form.DASHED));
    }
    String written = String.join(".", rest);
    String key = key(
        group,
        names.getOrDefault(uniform(of), of),
        knownKeys.getOrDefault(uniform(written), written));
    return new Entry(
        key,
        environment.resolvePlaceholders(String.valueOf(property.getValue())),
        origin(property.getOrigin(), source));
  }

  /** A file with its line, if that is known; else the name of the source. */
  static String origin(@Nullable Origin origin, ConfigurationPropertySource source) {
    Origin known = origin instanceof PropertySourceOrigin named ? named.getOrigin() : origin;
    return known == null ? source(source) : known.toString();
  }

  /** The whole key; a name with a dot in it stands in brackets. */
  static String key(String group, String name, String rest) {
    return "evenkeel." + group + (name.contains(".") ? "[" + name + "]" : "." + name)
        + (rest.isEmpty() ? "" : "." + rest);
  }

  private static String source(ConfigurationPropertySource source) {
    Object underlying = source.getUnderlyingSource();
    return underlying instanceof org.springframework.core.env.PropertySource<?> named
        ? named.getName()
        : "the environment";
  }

  /** The names as files write them, by their uniform form: a variable has no hyphens. */
  private Map<String, String> names() {
    Map<String, String> names = new LinkedHashMap<>();
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      if (source instanceof IterableConfigurationPropertySource keys
          && !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource)) {
        for (ConfigurationPropertyName name : keys) {
          if (isOurs(name)) {
            String of = name.getElement(2, Form.ORIGINAL);
            names.putIfAbsent(uniform(of), of);
          }
        }
      }
    }
    return names;
  }

  /** What looks like a key of ours, but is none: nothing would read it. */
  List<Problem> misspelt() {
    Map<String, Problem> found = new LinkedHashMap<>();
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      if (source instanceof IterableConfigurationPropertySource keys) {
        for (ConfigurationPropertyName name : keys) {
          if (name.getNumberOfElements() > 1
              && name.getElement(0, Form.UNIFORM).equals("evenkeel")
              && !GROUPS.contains(name.getElement(1, Form.UNIFORM))) {
            meant(name)
                .ifPresent(meant -> found.put(
                    name.toString(),
                    new Problem(
                        name.toString(),
                        "Nothing reads this key.",
                        "Write evenkeel." + meant + " if that is what you mean.")));
          }
        }
      }
    }
    return List.copyOf(found.values());
  }

  /** The nearest key, without the prefix; empty if the key is known, or near to none. */
  private static Optional<String> meant(ConfigurationPropertyName name) {
    String first = name.getElement(1, Form.DASHED);
    if (name.getNumberOfElements() > 2) {
      Optional<String> group = first.equals("instances") // as Resilience4j calls them
          ? Optional.of("pipelines")
          : NearestName.of(first, GROUPS);
      if (group.isPresent()) {
        return Optional.of(group.get() + below(name, 2));
      }
    }
    String written = uniform(name.subName(1).toString());
    if (OTHERS.stream().anyMatch(key -> written.startsWith(uniform(key)))) {
      return Optional.empty();
    }
    if (name.getNumberOfElements() == 2) {
      return NearestName.of(
          first, OTHERS.stream().filter(key -> !key.contains(".")).toList());
    }
    String second = name.getElement(2, Form.DASHED);
    String below = below(name, 3);
    return OTHERS.stream()
        .filter(key -> key.contains("."))
        .filter(key -> isNear(first, key.substring(0, key.indexOf('.'))))
        .filter(key -> isNear(second, key.substring(key.indexOf('.') + 1)))
        .findFirst()
        .map(key -> key + below);
  }

  /** What follows the first elements, with the dot before it unless it stands in brackets. */
  private static String below(ConfigurationPropertyName name, int elements) {
    String rest = name.subName(elements).toString();
    return rest.isEmpty() || rest.startsWith("[") ? rest : "." + rest;
  }

  private static boolean isNear(String written, String key) {
    return NearestName.of(written, List.of(key)).isPresent();
  }

  private static boolean isOurs(ConfigurationPropertyName name) {
    return name.getNumberOfElements() > 2
        && name.getElement(0, Form.UNIFORM).equals("evenkeel")
        && GROUPS.contains(name.getElement(1, Form.UNIFORM));
  }

  private static boolean isIndex(ConfigurationPropertyName name) {
    return last(name).chars().allMatch(c -> c >= '0' && c <= '9') && last(name).length() < 6;
  }

  private static String last(ConfigurationPropertyName name) {
    return name.getElement(name.getNumberOfElements() - 1, Form.ORIGINAL);
  }

  static String uniform(String text) {
    return text.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "").replace(".", "");
  }
}
