package dev.evenkeel.settings;

import dev.evenkeel.core.Checks;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * Resilience4j's settings, as its Spring starters read them, as settings of Evenkeel; and what of
 * them has no effect here, with what takes its place. An instance's name is its pipeline's.
 *
 * <p>A breaker keeps Resilience4j's window and conditions (of 100 calls at least 100, without the
 * rules that Evenkeel's standard one has besides) and comes back by probes and a ramp. Retries get
 * the standard budget. What is inherited is written out for each instance, so configs are not
 * needed any more; what {@code settings().toPropertiesText()} gives is a file to go on with.
 *
 * @param settings the settings
 * @param withoutEffect each key that has none, in the order of the file
 */
public record Resilience4jSettings(Settings settings, List<WithoutEffect> withoutEffect) {

  /**
   * A key without effect.
   *
   * @param key the whole key as it was written
   * @param origin where, e.g. {@code application.yaml:12}
   * @param instead what takes its place
   */
  public record WithoutEffect(String key, String origin, String instead) {

    @Override
    public String toString() {
      return origin + ": " + key + " has no effect; instead: " + instead;
    }
  }

  /**
   * Creates the pair.
   *
   * @param settings the settings
   * @param withoutEffect each key that has none
   */
  public Resilience4jSettings {
    Checks.notNull("settings", settings);
    withoutEffect = List.copyOf(withoutEffect);
  }

  /**
   * Reads a file such as Spring Boot's {@code application.yaml}. Keys that do not begin with
   * {@code resilience4j.} are left out. Placeholders and profiles are Spring's: not resolved here.
   *
   * @param file its name ends with {@code .properties}, {@code .yaml} or {@code .yml}
   * @return the settings, and what has no effect
   * @throws SettingsException if it cannot be read, or a value makes no sense
   */
  public static Resilience4jSettings read(Path file) {
    Problems problems = new Problems();
    List<Property> properties =
        FileText.properties(FileText.name(file), SettingsFile.bytes(file), problems);
    problems.throwIfAny();
    return read(properties);
  }

  /**
   * Reads properties.
   *
   * @param properties those that do not begin with {@code resilience4j.} are left out
   * @return the settings, and what has no effect
   * @throws SettingsException if a value makes no sense
   */
  public static Resilience4jSettings read(Collection<Property> properties) {
    Checks.notNull("properties", properties);
    Resilience4jReader reader = new Resilience4jReader();
    reader.read(properties);
    return new Resilience4jSettings(Settings.parse(reader.settings()), reader.withoutEffect());
  }

  /**
   * What has no effect, for people.
   *
   * @return a line for each key
   */
  public String report() {
    StringBuilder text = new StringBuilder();
    withoutEffect.forEach(key -> text.append(key).append('\n'));
    return text.toString();
  }
}
