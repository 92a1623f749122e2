package dev.evenkeel.spring.actuate;

import dev.evenkeel.core.Kernel;
import dev.evenkeel.settings.Property;
import dev.evenkeel.settings.SettingsException;
import dev.evenkeel.spring.EnvironmentSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settings that were changed by hand, and are undone when their time is over. Each has a line in
 * the log {@code dev.evenkeel.audit} when it begins and when it ends. Thread-safe.
 */
final class SettingOverrides {

  private static final Logger AUDIT = LoggerFactory.getLogger("dev.evenkeel.audit");

  private final EnvironmentSettings settings;
  private final Kernel kernel;
  private final PipelineEvents events;

  SettingOverrides(EnvironmentSettings settings, Kernel kernel, PipelineEvents events) {
    this.settings = settings;
    this.kernel = kernel;
    this.events = events;
  }

  /** Whether the properties name a pipeline: one that code makes has its settings there. */
  boolean names(String pipeline) {
    return settings.current().settings().pipelines().contains(pipeline);
  }

  /** Throws {@link SettingsException} if anything is wrong; nothing was changed then. */
  PipelineViews.SettingsChanged apply(
      String pipeline, Map<String, String> values, Duration expiry, String reason, String who) {
    Map<String, String> before = inForce(pipeline);
    Runnable undo = settings.override(pipeline, values, "actuator, by " + who + ": " + reason);
    Map<String, String> after = inForce(pipeline);
    String change = change(before, after);
    kernel.schedule(
        kernel.nanoTime() + expiry.toNanos(),
        () -> kernel.execute(() -> expire(pipeline, values, undo, who)));
    AUDIT.warn("{}: set by {} for {}: {}; reason: {}", pipeline, who, expiry, change, reason);
    events.add(
        pipeline,
        "settings",
        pipeline + ": set by " + who + " for " + expiry + ": " + change + ": " + reason);
    return new PipelineViews.SettingsChanged(
        pipeline, settings.current().version(), change, expiry.toString());
  }

  private void expire(String pipeline, Map<String, String> values, Runnable undo, String who) {
    Map<String, String> before = inForce(pipeline);
    try {
      undo.run();
    } catch (SettingsException wrong) {
      AUDIT.error(
          "{}: the time of {}, set by {}, is over; the environment's settings are wrong meanwhile,"
              + " and what was in force is kept: {}",
          pipeline,
          values.keySet(),
          who,
          wrong.getMessage());
      return;
    }
    String change = change(before, inForce(pipeline));
    AUDIT.warn(
        "{}: the time of {}, set by {}, is over: {}", pipeline, values.keySet(), who, change);
    events.add(pipeline, "undone", pipeline + ": " + values.keySet() + ": " + change);
  }

  private Map<String, String> inForce(String pipeline) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Property value : settings.current().settings().of(pipeline).effective()) {
      values.put(value.key(), value.value());
    }
    return values;
  }

  private static String change(Map<String, String> before, Map<String, String> after) {
    Map<String, String> changes = new LinkedHashMap<>();
    after.forEach((key, value) -> {
      String old = before.get(key);
      if (!value.equals(old)) {
        changes.put(key, (old == null ? "not set" : old) + " -> " + value);
      }
    });
    before.forEach((key, old) -> {
      if (!after.containsKey(key)) {
        changes.put(key, old + " -> not set");
      }
    });
    return changes.isEmpty() ? "nothing changed" : changes.toString();
  }
}
