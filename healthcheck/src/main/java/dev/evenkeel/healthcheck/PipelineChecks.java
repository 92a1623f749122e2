package dev.evenkeel.healthcheck;

import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.StatefulGate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes checks of pipelines: one for each gate with a state. */
final class PipelineChecks {

  private PipelineChecks() {}

  static void requireGate(Pipeline pipeline) {
    if (gates(pipeline).isEmpty()) {
      throw new IllegalArgumentException("pipeline: '" + pipeline.name()
          + "' without a gate that has a state (expected: one with a circuit breaker; for one per "
          + "key, add each key's breaker with gate(name, breaker))");
    }
  }

  static List<Check> of(Pipeline pipeline, @Nullable PipelineWatch watch, Kernel kernel) {
    List<Check> checks = new ArrayList<>();
    for (StatefulGate gate : gates(pipeline)) {
      // Nearly always there is one, and then it is the dependency.
      String name = checks.isEmpty() ? pipeline.name() : pipeline.name() + "/" + gate.name();
      PipelineWatch.Figures figures = watch == null ? null : watch.figures(pipeline.name());
      checks.add(check(name, gate, figures, kernel));
    }
    return checks;
  }

  static Check gate(String name, StatefulGate gate, Kernel kernel) {
    return check(name, gate, null, kernel);
  }

  private static Check check(
      String name, StatefulGate gate, PipelineWatch.@Nullable Figures figures, Kernel kernel) {
    return Check.passive(name, new PassiveGate(name, gate, figures, kernel), PassiveGate.TIMING);
  }

  private static List<StatefulGate> gates(Pipeline pipeline) {
    return pipeline.policies().stream()
        .filter(StatefulGate.class::isInstance)
        .map(StatefulGate.class::cast)
        .toList();
  }
}
