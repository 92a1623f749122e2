package dev.evenkeel.spring;

import dev.evenkeel.settings.Property;
import dev.evenkeel.settings.Resilience4jSettings;
import dev.evenkeel.settings.Resilience4jSettings.WithoutEffect;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Reads the keys below {@code resilience4j} as settings of Evenkeel, if
 * {@code evenkeel.resilience4j-keys} is true; and says in the log which of them have no effect.
 * Thread-safe.
 */
final class Resilience4jEnvironment {

  static final String SWITCH = "evenkeel.resilience4j-keys";

  private static final Logger LOG = LoggerFactory.getLogger(EnvironmentSettings.class);
  private static final String PREFIX = "resilience4j";
  private static final int NAME = 3; // resilience4j.retry.instances.<name>.max-attempts

  private final Environment environment;
  private Set<WithoutEffect> told = Set.of(); // guarded by this

  Resilience4jEnvironment(Environment environment) {
    this.environment = environment;
  }

  boolean isOn() {
    return environment.getProperty(SWITCH, Boolean.class, false);
  }

  /** What Evenkeel's settings are, by their keys; empty if nobody has asked for it. */
  Map<String, Property> read() {
    Map<String, Property> settings = new LinkedHashMap<>();
    if (isOn()) {
      Resilience4jSettings theirs = Resilience4jSettings.read(properties());
      theirs.settings().properties().forEach(property -> settings.put(property.key(), property));
      tell(theirs);
    }
    return settings;
  }

  /** Each key once, also if the settings are read again. */
  private synchronized void tell(Resilience4jSettings theirs) {
    if (told.isEmpty() && !theirs.settings().pipelines().isEmpty()) {
      LOG.info(
          "{}=true: pipelines {} have settings of resilience4j.*",
          SWITCH,
          theirs.settings().pipelines());
    }
    for (WithoutEffect key : theirs.withoutEffect()) {
      if (!told.contains(key)) {
        LOG.warn("{}", key);
      }
    }
    told = new LinkedHashSet<>(theirs.withoutEffect());
  }

  /** Of several sources the first one wins, whatever the spelling. */
  private List<Property> properties() {
    Map<String, String> names = names();
    Map<String, List<Property>> found = new LinkedHashMap<>();
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      if (source instanceof IterableConfigurationPropertySource keys) {
        Map<String, List<Property>> ofSource = new LinkedHashMap<>();
        for (ConfigurationPropertyName name : keys) {
          ConfigurationProperty property =
              isTheirs(name) ? keys.getConfigurationProperty(name) : null;
          if (property != null) {
            ofSource
                .computeIfAbsent(uniform(name), first -> new ArrayList<>())
                .add(property(name, property, source, names));
          }
        }
        ofSource.forEach(found::putIfAbsent);
      }
    }
    return found.values().stream().flatMap(List::stream).toList();
  }

  private Property property(
      ConfigurationPropertyName name,
      ConfigurationProperty property,
      ConfigurationPropertySource source,
      Map<String, String> names) {
    return new Property(
        key(name, names),
        environment.resolvePlaceholders(String.valueOf(property.getValue())),
        EnvironmentKeys.origin(property.getOrigin(), source));
  }

  /** The whole key; what may have a dot in it stands in brackets, and so does an index. */
  private static String key(ConfigurationPropertyName name, Map<String, String> names) {
    StringBuilder key = new StringBuilder(PREFIX);
    for (int i = 1; i < name.getNumberOfElements(); i++) {
      String element = name.getElement(i, Form.ORIGINAL);
      String shown =
          i == NAME ? names.getOrDefault(EnvironmentKeys.uniform(element), element) : element;
      boolean bracketed = shown.contains(".") || (i > NAME && name.isNumericIndex(i));
      key.append(bracketed ? "[" : ".").append(shown).append(bracketed ? "]" : "");
    }
    return key.toString();
  }

  /** All elements of a list have the same one. */
  private static String uniform(ConfigurationPropertyName name) {
    StringBuilder uniform = new StringBuilder();
    int end = name.getNumberOfElements() - (name.isLastElementIndexed() ? 1 : 0);
    for (int i = 1; i < end; i++) {
      uniform.append(EnvironmentKeys.uniform(name.getElement(i, Form.ORIGINAL))).append('.');
    }
    return uniform.toString();
  }

  /** The names as files write them: a variable of the operating system has no hyphens. */
  private Map<String, String> names() {
    Map<String, String> names = new LinkedHashMap<>();
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      if (source instanceof IterableConfigurationPropertySource keys
          && !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource)) {
        for (ConfigurationPropertyName name : keys) {
          if (isTheirs(name) && name.getNumberOfElements() > NAME) {
            String of = name.getElement(NAME, Form.ORIGINAL);
            names.putIfAbsent(EnvironmentKeys.uniform(of), of);
          }
        }
      }
    }
    return names;
  }

  private static boolean isTheirs(@Nullable ConfigurationPropertyName name) {
    return name != null
        && name.getNumberOfElements() > 2
        && name.getElement(0, Form.UNIFORM).equals(PREFIX);
  }
}
