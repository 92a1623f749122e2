package dev.evenkeel.spring.cloud;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineBuilder;
import dev.evenkeel.core.Pipelines;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds the pipeline of an id, or makes it. Thread-safe. */
final class CloudPipelines {

  private final Pipelines registry;
  private volatile Function<String, Consumer<PipelineBuilder>> defaults =
      id -> builder -> builder.policies(CircuitBreaker.standard());

  CloudPipelines(Pipelines registry) {
    this.registry = registry;
  }

  void defaults(Function<String, Consumer<PipelineBuilder>> newDefaults) {
    defaults = Checks.notNull("defaultConfiguration", newDefaults);
  }

  /**
   * The pipeline of the id; else one that was configured for it in code; else that of its group;
   * else a new one from the defaults.
   */
  Pipeline of(
      String id, @Nullable String group, Map<String, Consumer<PipelineBuilder>> configured) {
    Checks.name("id", id);
    Optional<Pipeline> present = registry.find(id);
    if (present.isPresent()) {
      return present.get();
    }
    Consumer<PipelineBuilder> own = configured.get(id);
    if (own == null && group != null && !group.equals(id)) {
      Optional<Pipeline> ofGroup = registry.find(group);
      if (ofGroup.isPresent()) {
        return ofGroup.get();
      }
      Consumer<PipelineBuilder> forGroup = configured.get(group);
      if (forGroup != null) {
        return registry.getOrCreate(group, forGroup);
      }
    }
    return registry.getOrCreate(id, own == null ? defaults.apply(id) : own);
  }
}
