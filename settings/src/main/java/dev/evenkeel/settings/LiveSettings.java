package dev.evenkeel.settings;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.Policy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings that are in force in a registry. {@link #apply} makes the pipelines that are missing
 * and updates those that are there, with their state; all of it, or nothing: everything is made and
 * checked before the first change.
 *
 * <p>Where settings say whether a pipeline is observe-only, it is so or not, also if they do not
 * name it, and if it is made later.
 *
 * <p>Settings say which timeouts, retries, hedges, breakers and limits a pipeline has. What they
 * cannot say, a fallback and gates of one's own, stays in a pipeline that has it. A pipeline that
 * the settings no longer name keeps what it had.
 *
 * <p>Thread-safe; one at a time is applied. The registry's listeners hear of new pipelines
 * meanwhile, so they must not apply settings themselves.
 */
public final class LiveSettings {

  private static final Logger LOG = LoggerFactory.getLogger(LiveSettings.class);

  private final Pipelines pipelines;
  private final BiFunction<String, List<Policy>, List<Policy>> customizer;
  private final Map<String, Applied> applied = new HashMap<>(); // guarded by the lock
  private final ReentrantLock lock = new ReentrantLock();
  private final Observing observing = new Observing();
  private volatile Current current = new Current(0, Settings.NONE);

  /**
   * What is in force.
   *
   * @param version 0 if nothing was applied yet; goes up by one with each change
   * @param settings the settings, with where each comes from
   */
  public record Current(long version, Settings settings) {}

  /** What a pipeline was last given. */
  private record Applied(Pipeline pipeline, Map<String, String> values, List<Policy> given) {}

  /** What a pipeline is to be given. */
  private record Change(
      String name,
      Optional<Pipeline> present,
      List<Property> effective,
      Map<String, String> values,
      List<Policy> given,
      List<Policy> besides,
      boolean observeOnly) {

    Policy[] policies(List<Policy> others) {
      return Stream.concat(given.stream(), others.stream()).toArray(Policy[]::new);
    }
  }

  private LiveSettings(
      Pipelines pipelines, BiFunction<String, List<Policy>, List<Policy>> customizer) {
    this.pipelines = Checks.notNull("pipelines", pipelines);
    this.customizer = Checks.notNull("customizer", customizer);
  }

  /**
   * For a registry's pipelines.
   *
   * @param pipelines the registry; it may have others too
   * @return without settings
   */
  public static LiveSettings of(Pipelines pipelines) {
    return of(pipelines, (name, policies) -> policies);
  }

  /**
   * For a registry's pipelines, with what only code can say: a probe, a condition.
   *
   * @param pipelines the registry; it may have others too
   * @param customizer is given a pipeline's name and its new policies each time before they are
   *     applied, and gives those that are to be applied; if it throws, nothing is changed
   * @return without settings
   */
  public static LiveSettings of(
      Pipelines pipelines, BiFunction<String, List<Policy>, List<Policy>> customizer) {
    LiveSettings live = new LiveSettings(pipelines, customizer);
    pipelines.addListener(live.observing);
    return live;
  }

  /**
   * Applies settings to the pipelines that they name.
   *
   * @param settings the settings
   * @return what is in force then; of the version before if nothing was to be changed
   * @throws SettingsException if they contradict what a pipeline has besides; nothing was changed
   * @throws IllegalStateException if the registry is closed, or this is called while settings are
   *     applied by the same thread
   */
  public Current apply(Settings settings) {
    Checks.notNull("settings", settings);
    if (lock.isHeldByCurrentThread()) {
      throw new IllegalStateException(
          "apply: called by a listener or customizer while settings are applied (expected: later)");
    }
    lock.lock();
    try {
      return applyAlone(settings);
    } finally {
      lock.unlock();
    }
  }

  private Current applyAlone(Settings settings) {
    if (pipelines.isClosed()) {
      throw new IllegalStateException("pipelines: closed (expected: an open registry)");
    }
    Current before = current;
    List<Change> changes = changes(settings);
    if (changes.isEmpty() && settings.equals(before.settings)) {
      current = new Current(before.version, settings); // its lines may be others
      return current;
    }
    long version = before.version + 1;
    observing.begin(pipelines, settings);
    make(changes, version);
    observing.end(pipelines, settings);
    applied.keySet().removeIf(name -> {
      boolean gone = !settings.pipelines().contains(name);
      if (gone) {
        LOG.info(
            "settings version {}: {} is not in them any more and keeps what it had", version, name);
      }
      return gone;
    });
    current = new Current(version, settings);
    return current;
  }

  /** All that is to be changed, made and checked. */
  private List<Change> changes(Settings settings) {
    Problems problems = new Problems();
    List<Change> changes = new ArrayList<>();
    for (String name : settings.pipelines()) {
      PipelineSettings wanted = settings.of(name);
      List<Property> effective = wanted.effective();
      Map<String, String> values = new LinkedHashMap<>();
      effective.forEach(value -> values.put(value.key(), value.value()));
      Optional<Pipeline> present = pipelines.find(name);
      Applied last = applied.get(name);
      if (last != null && present.orElse(null) == last.pipeline && last.values.equals(values)) {
        continue;
      }
      List<Policy> ours = last == null ? List.of() : last.given;
      Change change = new Change(
          name,
          present,
          effective,
          values,
          List.copyOf(customizer.apply(name, wanted.policies())),
          present.map(pipeline -> Besides.settings(pipeline, ours)).orElse(List.of()),
          Boolean.TRUE.equals(wanted.observeOnly()));
      try {
        check(change);
        changes.add(change);
      } catch (IllegalArgumentException contradiction) {
        problems.add(
            Names.key(Names.PIPELINES, name, ""),
            "pipeline " + name,
            String.valueOf(contradiction.getMessage()),
            "policies that go with those it has");
      }
    }
    problems.throwIfAny();
    return changes;
  }

  private static void check(Change change) {
    Policy[] policies = change.policies(change.besides);
    if (change.present.isPresent()) {
      change.present.get().checkUpdate(policies);
    } else {
      Pipeline.builder(change.name).policies(policies).check();
    }
  }

  /**
   * Makes those that are missing first: only a user's code can fail there, and it can be undone.
   */
  private void make(List<Change> changes, long version) {
    List<Pipeline> made = new ArrayList<>();
    try {
      for (Change change : changes) {
        if (change.present.isEmpty()) {
          make(change, made);
        }
      }
    } catch (Throwable fault) {
      made.forEach(pipeline -> pipelines.remove(pipeline.name()));
      throw fault;
    }
    for (Change change : changes) {
      Pipeline pipeline = pipelines.find(change.name).orElse(null);
      if (pipeline == null) {
        continue; // removed by another thread
      }
      boolean isNew = made.contains(pipeline);
      List<Policy> besides = change.present.isPresent() || isNew
          ? change.besides
          : Besides.settings(pipeline, List.of()); // made by another thread
      if (isNew || update(pipeline, change, besides)) {
        log(change, version);
        List<Policy> given = pipeline.policies().stream()
            .filter(policy -> besides.stream().noneMatch(one -> one == policy))
            .toList();
        applied.put(change.name, new Applied(pipeline, change.values, given));
      }
    }
  }

  private void make(Change change, List<Pipeline> made) {
    boolean[] own = new boolean[1];
    Pipeline pipeline = pipelines.getOrCreate(change.name, builder -> {
      own[0] = true;
      builder.policies(change.policies(change.besides)).observeOnly(change.observeOnly);
    });
    if (own[0]) {
      made.add(pipeline);
    }
  }

  /** It was checked: it fails only if another thread has closed or changed the pipeline since. */
  private static boolean update(Pipeline pipeline, Change change, List<Policy> besides) {
    try {
      pipeline.update(change.policies(besides));
      return true;
    } catch (IllegalArgumentException | IllegalStateException meanwhile) {
      LOG.error(
          "{}: could not be changed, and is tried again the next time", change.name, meanwhile);
      return false;
    }
  }

  private void log(Change change, long version) {
    if (!LOG.isInfoEnabled()) {
      return;
    }
    Applied last = applied.get(change.name);
    if (last == null) {
      List<String> set = change.effective.stream()
          .filter(value -> !value.origin().equals(Reading.BY_DEFAULT))
          .map(value -> value.key() + " " + value.value() + " (" + value.origin() + ")")
          .toList();
      LOG.info("settings version {}: {}: {}", version, change.name, set);
      return;
    }
    List<String> differences = new ArrayList<>();
    change.values.forEach((key, value) -> {
      String old = last.values.get(key);
      if (!value.equals(old)) {
        differences.add(key + " " + (old == null ? "not set" : old) + " -> " + value);
      }
    });
    last.values.forEach((key, old) -> {
      if (!change.values.containsKey(key)) {
        differences.add(key + " " + old + " -> not set");
      }
    });
    LOG.info("settings version {}: {}: {}", version, change.name, differences);
  }

  /**
   * What is in force.
   *
   * @return the settings that were applied last, and their version
   */
  public Current current() {
    return current;
  }

  boolean isClosed() {
    return pipelines.isClosed();
  }

  @Override
  public String toString() {
    return "LiveSettings(version " + current.version + ", " + current.settings + ")";
  }
}
