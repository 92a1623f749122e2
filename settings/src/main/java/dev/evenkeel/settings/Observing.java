package dev.evenkeel.settings;

import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.RegistryListener;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which pipelines of a registry are observe-only because the settings say so: also those that the
 * settings do not name, and those that are made later. What code has set stays where the settings
 * say nothing. Thread-safe.
 */
final class Observing implements RegistryListener {

  private final Set<Pipeline> ours = ConcurrentHashMap.newKeySet();
  private volatile Settings inForce = Settings.NONE;

  /** Before anything else changes: what is to be observed never acts by the new settings. */
  void begin(Pipelines pipelines, Settings next) {
    for (Pipeline pipeline : pipelines.all()) {
      if (isWanted(next, pipeline)) {
        set(pipeline, true);
      }
    }
  }

  /** When all else has changed. */
  void end(Pipelines pipelines, Settings next) {
    inForce = next;
    pipelines.all().forEach(this::apply);
  }

  private static boolean isWanted(Settings settings, Pipeline pipeline) {
    return Boolean.TRUE.equals(settings.of(pipeline.name()).observeOnly());
  }

  private void apply(Pipeline pipeline) {
    Boolean wanted = inForce.of(pipeline.name()).observeOnly();
    if (wanted != null) {
      set(pipeline, wanted);
    } else if (ours.contains(pipeline)) {
      set(pipeline, false);
    }
  }

  private void set(Pipeline pipeline, boolean observed) {
    try {
      long unused = pipeline.observeOnly(observed);
    } catch (IllegalStateException closedMeanwhile) {
      return;
    }
    if (observed) {
      ours.add(pipeline);
    } else {
      ours.remove(pipeline);
    }
  }

  @Override
  public void onPipelineAdded(Pipeline pipeline) {
    apply(pipeline);
  }

  @Override
  public void onPipelineRemoved(Pipeline pipeline) {
    ours.remove(pipeline);
  }
}
