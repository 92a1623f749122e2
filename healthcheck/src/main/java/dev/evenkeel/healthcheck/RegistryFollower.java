package dev.evenkeel.healthcheck;

import dev.evenkeel.core.Faults;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.RegistryListener;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Has a {@link Health} look at the pipelines of a registry, as they come and go. Thread-safe. */
final class RegistryFollower implements RegistryListener {

  private final Health health;
  private final Pipelines registry;
  private final String[] groups;
  private final Faults faults = new Faults("health");
  private final Map<Pipeline, List<CheckRunner>> runners = new ConcurrentHashMap<>();

  RegistryFollower(Health health, Pipelines registry, String... groups) {
    this.health = health;
    this.registry = registry;
    this.groups = groups;
  }

  void begin() {
    registry.addListener(this);
  }

  void end() {
    registry.removeListener(this);
  }

  @Override
  public void onPipelineAdded(Pipeline pipeline) {
    if (!PipelineChecks.haveState(pipeline)) {
      return; // there is nothing to look at
    }
    try {
      runners.put(pipeline, health.addAll(pipeline, groups));
    } catch (IllegalArgumentException taken) {
      faults.report("pipeline '" + pipeline.name() + "'", taken, "it is not looked at");
    }
  }

  @Override
  public void onPipelineRemoved(Pipeline pipeline) {
    List<CheckRunner> gone = runners.remove(pipeline);
    if (gone != null) {
      health.remove(gone);
      health.forget(pipeline.name());
    }
  }
}
