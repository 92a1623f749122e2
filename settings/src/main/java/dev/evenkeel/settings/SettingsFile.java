package dev.evenkeel.settings;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Kernel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Settings in a file: {@code evenkeel.properties} or {@code evenkeel.yaml}, in UTF-8, at most 1
 * MiB. For YAML {@code org.snakeyaml:snakeyaml-engine} must be on the class path. Errors name the
 * line.
 *
 * <pre>{@code
 * Pipelines pipelines = Pipelines.create();
 * LiveSettings live = LiveSettings.of(pipelines);
 * SettingsWatch watch = SettingsFile.watch(Path.of("evenkeel.yaml"), live);
 * Pipeline inventory = pipelines.find("inventory").orElseThrow();
 * }</pre>
 */
public final class SettingsFile {

  /** Often enough for a person who waits for it, and nothing beside what a service does. */
  private static final Duration EVERY = Duration.ofSeconds(1);

  private SettingsFile() {}

  /**
   * Reads a file.
   *
   * @param file its name ends with {@code .properties}, {@code .yaml} or {@code .yml}
   * @return the settings
   * @throws SettingsException if it cannot be read, or anything is wrong with the settings; it has
   *     all problems
   */
  public static Settings load(Path file) {
    return parse(file, bytes(file));
  }

  /**
   * Reads a file, applies its settings, and applies them again whenever the file has changed,
   * looking at it every second. See {@link #watch(Path, LiveSettings, Duration, Kernel)}.
   *
   * @param file as for {@link #load}
   * @param live what they are applied to
   * @return the watch; to be closed when the application ends
   * @throws SettingsException if the settings of the first time cannot be used
   */
  public static SettingsWatch watch(Path file, LiveSettings live) {
    return watch(file, live, EVERY, Kernel.system());
  }

  /**
   * Reads a file, applies its settings, and applies them again whenever the file has changed. A new
   * content is taken once it was the same in two looks, so a file that is being written is not
   * taken half. If anything is wrong with it, or the file is gone, the old settings stay as they
   * are; that is logged once for each content, and is {@link SettingsWatch#problem}.
   *
   * @param file as for {@link #load}
   * @param live what they are applied to
   * @param every the time between two looks, 1 ms to 1 day
   * @param kernel whose time and threads
   * @return the watch; to be closed when the application ends
   * @throws SettingsException if the settings of the first time cannot be used
   * @throws IllegalArgumentException if {@code every} is out of its range
   */
  public static SettingsWatch watch(Path file, LiveSettings live, Duration every, Kernel kernel) {
    Checks.notNull("file", file);
    Checks.notNull("live", live);
    Checks.notNull("kernel", kernel);
    long nanos = Checks.positiveNanos("every", every);
    if (every.toMillis() < 1 || every.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "every: " + Checks.text(every) + " (expected: 1 ms to 1 day)");
    }
    byte[] content = bytes(file);
    live.apply(parse(file, content));
    SettingsWatch watch = new SettingsWatch(file, content, live, nanos, kernel);
    watch.begin();
    return watch;
  }

  static byte[] bytes(Path file) {
    Checks.notNull("file", file);
    for (int look = 0; look < 3; look++) {
      byte[] bytes = FileText.bytes(file);
      if (bytes != null) {
        return bytes;
      }
    }
    throw new SettingsException(
        FileText.name(file), "a file that is being written", "one that stands still; try again");
  }

  static Settings parse(Path file, byte[] content) {
    Problems problems = new Problems();
    String name = FileText.name(file);
    List<Property> properties = FileText.properties(name, content, problems);
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    ClassLoader own = SettingsFile.class.getClassLoader();
    Settings settings = Settings.parse(properties, context != null ? context : own, problems);
    problems.throwIfAny();
    return settings;
  }
}
