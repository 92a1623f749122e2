package dev.evenkeel.spring;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.settings.LiveSettings;
import dev.evenkeel.settings.Property;
import dev.evenkeel.settings.SettingKey;
import dev.evenkeel.settings.Settings;
import dev.evenkeel.settings.SettingsException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.core.env.Environment;

/**
 * The settings of pipelines: {@code evenkeel.pipelines}, {@code evenkeel.configs} and
 * {@code evenkeel.observe-only} of the application's environment; {@code resilience4j} too if
 * {@code evenkeel.resilience4j-keys} is true, under what Evenkeel's own keys say; and what
 * overrides them for a time. Each change is checked as a whole and applied to the running pipelines
 * without losing their state, or refused as a whole. Thread-safe.
 */
public final class EnvironmentSettings {

  private final Environment environment;
  private final LiveSettings live;
  private final Resilience4jEnvironment resilience4j;
  private final Map<Long, Map<String, Property>> overrides = new TreeMap<>(); // guarded by the lock
  private long overridesMade; // guarded by the lock
  private final ReentrantLock lock = new ReentrantLock();

  EnvironmentSettings(Environment environment, Pipelines registry) {
    this.environment = environment;
    live = LiveSettings.of(registry);
    resilience4j = new Resilience4jEnvironment(environment);
  }

  /**
   * What is in force.
   *
   * @return the settings, with where each comes from, and their version
   */
  public LiveSettings.Current current() {
    return live.current();
  }

  /**
   * Reads the environment again and applies what has changed. Spring Cloud's
   * {@code EnvironmentChangeEvent} does it too.
   *
   * @return what is in force then
   * @throws SettingsException if anything is wrong; nothing was changed
   */
  public LiveSettings.Current refresh() {
    lock.lock();
    try {
      return live.apply(read(overrides));
    } finally {
      lock.unlock();
    }
  }

  /** Applies what the application starts with; what is wrong with it stops the start. */
  void begin() {
    List<Problem> misspelt = new EnvironmentKeys(environment, List.of()).misspelt();
    List<Problem> problems = new ArrayList<>(misspelt);
    try {
      refresh();
    } catch (SettingsException wrong) {
      wrong
          .problems()
          .forEach(problem -> problems.add(new Problem(
              problem.key() + " (" + problem.origin() + ")",
              "Found " + problem.found() + ".",
              "Expected: " + problem.expected() + ".")));
      throw new InvalidResilienceException(problems, wrong);
    }
    if (!problems.isEmpty()) {
      throw new InvalidResilienceException(problems);
    }
  }

  /**
   * Sets keys of one pipeline, over those of the environment, until it is undone.
   *
   * @param pipeline its name
   * @param values by their keys below the pipeline's name, e.g. {@code timeout.duration}
   * @param origin who sets them, for people
   * @return undoes it, once
   * @throws SettingsException if anything is wrong; nothing was changed
   */
  public Runnable override(String pipeline, Map<String, String> values, String origin) {
    Checks.name("pipeline", pipeline);
    Map<String, Property> properties = new LinkedHashMap<>();
    values.forEach((key, value) -> {
      String whole = EnvironmentKeys.key("pipelines", pipeline, key);
      properties.put(whole, new Property(whole, value, origin));
    });
    long number;
    lock.lock();
    try {
      Map<Long, Map<String, Property>> together = new TreeMap<>(overrides);
      number = ++overridesMade;
      together.put(number, properties);
      live.apply(read(together));
      overrides.put(number, properties);
    } finally {
      lock.unlock();
    }
    return () -> undo(number);
  }

  private void undo(long number) {
    lock.lock();
    try {
      if (overrides.remove(number) != null) {
        live.apply(read(overrides));
      }
    } finally {
      lock.unlock();
    }
  }

  private Settings read(Map<Long, Map<String, Property>> over) {
    Map<String, Property> properties = resilience4j.read(); // our own keys go over them
    List<String> keys = SettingKey.all().stream().map(SettingKey::name).toList();
    EnvironmentKeys ours = new EnvironmentKeys(environment, keys);
    List<EnvironmentKeys.Entry> entries = new ArrayList<>(ours.read());
    EnvironmentKeys.Entry forAll = ours.observeOnly();
    if (forAll != null) {
      entries.add(forAll);
    }
    entries.forEach(entry ->
        properties.put(entry.key(), new Property(entry.key(), entry.value(), entry.origin())));
    over.values().forEach(properties::putAll); // the latest last
    return Settings.parse(properties.values());
  }
}
