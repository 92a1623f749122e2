package dev.evenkeel.spring.actuate;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.StateChange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * The health of pipelines with a breaker, each under its name. A breaker that is open is a detail
 * under UP: the application does what it is made for when a dependency is down, and a pod that is
 * taken out for it helps no one. For pipelines that are allowed to it is DOWN. Thread-safe.
 */
public final class EvenkeelHealth implements CompositeHealthContributor {

  private final Pipelines registry;
  private final @Nullable PipelineEvents events;
  private final Set<String> allowedToFail;

  EvenkeelHealth(Pipelines registry, @Nullable PipelineEvents events, List<String> allowedToFail) {
    this.registry = registry;
    this.events = events;
    this.allowedToFail = Set.copyOf(allowedToFail);
  }

  @Override
  public @Nullable HealthContributor getContributor(String name) {
    return registry
        .find(name)
        .filter(pipeline -> !Gates.of(pipeline).isEmpty())
        .map(this::indicator)
        .orElse(null);
  }

  @Override
  public Stream<HealthContributors.Entry> stream() {
    return registry.all().stream()
        .filter(pipeline -> !Gates.of(pipeline).isEmpty())
        .map(pipeline -> new HealthContributors.Entry(pipeline.name(), indicator(pipeline)));
  }

  private HealthIndicator indicator(Pipeline pipeline) {
    return () -> health(pipeline);
  }

  private Health health(Pipeline pipeline) {
    List<Gates.Keyed> gates = Gates.of(pipeline);
    boolean canFail = allowedToFail.contains(pipeline.name()) && !pipeline.isObserveOnly();
    List<Gates.Keyed> ofKeys = gates.stream().filter(gate -> gate.key() != null).toList();
    // One bad shard of ten is no reason to go; all of them are.
    boolean isDown = ofKeys.isEmpty()
        ? gates.stream().anyMatch(EvenkeelHealth::isDown)
        : ofKeys.stream().allMatch(EvenkeelHealth::isDown);
    Health.Builder health = canFail && isDown ? Health.down() : Health.up();
    for (Gates.Keyed gate : gates) {
      String label = gate.gate().name() + (gate.key() == null ? "" : " [" + gate.key() + "]");
      health.withDetail(label, details(pipeline, gate));
    }
    return health.build();
  }

  private Map<String, Object> details(Pipeline pipeline, Gates.Keyed keyed) {
    GateState state = keyed.gate().state();
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("state", state.kind().name());
    details.put("share", state.share());
    StateChange change = events == null
        ? null
        : events.lastChange(pipeline.name(), keyed.gate().name(), keyed.key(), state.kind());
    if (change != null) {
      details.put("why", change.reason());
    }
    return details;
  }

  private static boolean isDown(Gates.Keyed gate) {
    return switch (gate.gate().state().kind()) {
      case OPEN, PROBING, FORCED_OPEN -> true;
      case RAMPING, CLOSED, DISABLED -> false;
    };
  }
}
