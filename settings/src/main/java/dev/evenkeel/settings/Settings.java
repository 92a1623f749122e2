package dev.evenkeel.settings;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of pipelines, checked as a whole: of settings that exist, all pipelines can be made.
 * A pipeline has the keys that are set for it, and inherits the others from its {@code base-config}
 * or, if it names none, from {@code evenkeel.configs.default}. There is no policy, and no timeout,
 * of which no key is set. {@code evenkeel.observe-only} holds for all pipelines that do not say
 * otherwise.
 *
 * <p>Two settings are equal if the same keys are set to the same values, wherever and however they
 * are written. Immutable and thread-safe.
 */
public final class Settings {

  /** As {@code PipelineChecks} and {@code Checks} write them. */
  private static final Pattern REFUSAL =
      Pattern.compile("(.*?): (.*) \\(expected: (.*)\\)", Pattern.DOTALL);

  /** Those that name nothing. */
  static final Settings NONE = parse(List.of());

  private final Section root;
  private final Map<String, Section> configs;
  private final Map<String, Section> pipelines;

  private Settings(Section root, Map<String, Section> configs, Map<String, Section> pipelines) {
    this.root = root;
    this.configs = configs;
    this.pipelines = pipelines;
  }

  /**
   * Reads settings from properties. Classes of exceptions are looked up with the context class
   * loader of this thread; without one, with that of this class.
   *
   * @param properties each with its whole key, which begins with {@code evenkeel.pipelines.} or
   *     {@code evenkeel.configs.}, or is {@code evenkeel.observe-only}; a framework leaves out all
   *     else
   * @return the settings
   * @throws SettingsException if anything is wrong with them; it has all problems
   */
  public static Settings parse(Collection<Property> properties) {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    ClassLoader own = Settings.class.getClassLoader();
    return parse(properties, context != null ? context : own);
  }

  /**
   * Reads settings from properties.
   *
   * @param properties as for {@link #parse(Collection)}
   * @param loader finds the classes of exceptions; none of their code is run
   * @return the settings
   * @throws SettingsException if anything is wrong with them; it has all problems
   */
  public static Settings parse(Collection<Property> properties, ClassLoader loader) {
    Checks.notNull("properties", properties);
    Checks.notNull("loader", loader);
    Problems problems = new Problems();
    Settings settings = parse(properties, loader, problems);
    problems.throwIfAny();
    return settings;
  }

  /** Adds the problems to others. */
  static Settings parse(Collection<Property> properties, ClassLoader loader, Problems problems) {
    SettingsParser parser = new SettingsParser(loader, problems);
    parser.parse(properties);
    Layers.check(parser.configs, parser.pipelines, problems);
    Settings settings = new Settings(parser.root, parser.configs, parser.pipelines);
    for (Section pipeline : parser.pipelines.values()) {
      if (problems.isFull()) {
        break;
      }
      settings.check(pipeline, problems);
    }
    return settings;
  }

  /** Makes the policies of a pipeline to see whether they can be made. */
  private void check(Section pipeline, Problems problems) {
    List<Section> layers = layers(pipeline);
    if (layers.stream().anyMatch(layer -> layer.faulty)) {
      return; // what would be missing is perhaps only misspelt
    }
    Reading reading = new Reading(pipeline.name, layers, true);
    int before = problems.size();
    Boolean unused = reading.observeOnly();
    List<Policy> policies = PolicyFactory.make(reading, problems);
    if (problems.size() > before) {
      return;
    }
    for (Setting setting : reading.withoutEffect()) {
      String with = setting.key().onlyWith();
      problems.add(
          pipeline.key(setting.key().name()),
          setting.origin(),
          "\"" + setting.text() + "\", which has no effect here",
          with == null ? "not to be set here" : "only with " + with);
    }
    try {
      Pipeline.builder(pipeline.name).policies(policies.toArray(new Policy[0])).check();
    } catch (IllegalArgumentException contradiction) {
      add(contradiction, reading, problems);
    }
  }

  private static void add(
      IllegalArgumentException contradiction, Reading reading, Problems problems) {
    String message = String.valueOf(contradiction.getMessage());
    String pipeline = reading.pipeline + ": ";
    String rest = message.startsWith(pipeline) ? message.substring(pipeline.length()) : message;
    Matcher matcher = REFUSAL.matcher(rest);
    if (matcher.matches()) {
      String policy = matcher.group(1);
      problems.add(
          PolicyFactory.key(reading, policy),
          reading.origin(policy),
          matcher.group(2),
          matcher.group(3));
    } else {
      problems.add(
          PolicyFactory.key(reading, ""), "the settings", rest, "policies that go together");
    }
  }

  /**
   * The pipelines that the settings name.
   *
   * @return their names, in the order of the settings; immutable
   */
  public Set<String> pipelines() {
    return Collections.unmodifiableSet(new LinkedHashSet<>(pipelines.keySet()));
  }

  /**
   * What holds for a pipeline. One that the settings do not name has what
   * {@code evenkeel.configs.default} gives to all, and nothing without that.
   *
   * @param name the pipeline's name
   * @return its settings
   */
  public PipelineSettings of(String name) {
    Section pipeline = pipelines.get(Checks.name("name", name));
    return new PipelineSettings(name, layers(pipeline), pipeline != null);
  }

  /**
   * Whether all pipelines that do not say otherwise are observe-only.
   *
   * @return what {@code evenkeel.observe-only} says; false if it is not set
   */
  public boolean isObserveOnly() {
    Setting setting = root.get(SettingKeys.OBSERVE_ONLY);
    return setting != null && Boolean.TRUE.equals(setting.value());
  }

  /** What holds for all is the farthest. */
  private List<Section> layers(@Nullable Section pipeline) {
    List<Section> layers = new ArrayList<>(Layers.of(pipeline, configs));
    layers.add(root);
    return layers;
  }

  /**
   * The keys that are set, each once, in the order of {@link #toPropertiesText}.
   *
   * @return with the whole key, the value in its one spelling, and where it was written. Immutable.
   */
  public List<Property> properties() {
    List<Property> properties = new ArrayList<>();
    List<Section> sections = new ArrayList<>(List.of(root));
    sections.addAll(configs.values());
    sections.addAll(pipelines.values());
    for (Section section : sections) {
      if (section.settings().isEmpty() && section != root) {
        properties.add(new Property(section.key(""), "", section.origin));
      }
      for (SettingKey key : SettingKey.all()) {
        Setting setting = section.get(key.name());
        if (setting != null) {
          properties.add(new Property(section.key(key.name()), setting.text(), setting.origin()));
        }
      }
    }
    return List.copyOf(properties);
  }

  /**
   * The settings as a file, {@code evenkeel.properties}: each key that is set, in the one spelling.
   * Reading it gives settings that are equal to these.
   *
   * @return the text, a line for each key
   */
  public String toPropertiesText() {
    StringBuilder text = new StringBuilder();
    properties().forEach(property -> PropertiesText.add(text, property.key(), property.value()));
    return text.toString();
  }

  private static Map<String, Map<String, String>> texts(Map<String, Section> sections) {
    Map<String, Map<String, String>> texts = new TreeMap<>();
    sections.forEach((name, section) -> texts.put(name, section.texts()));
    return texts;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Settings settings
        && root.texts().equals(settings.root.texts())
        && texts(configs).equals(texts(settings.configs))
        && texts(pipelines).equals(texts(settings.pipelines));
  }

  @Override
  public int hashCode() {
    return 31 * (31 * root.texts().hashCode() + texts(configs).hashCode())
        + texts(pipelines).hashCode();
  }

  @Override
  public String toString() {
    return "Settings" + pipelines.keySet();
  }
}
