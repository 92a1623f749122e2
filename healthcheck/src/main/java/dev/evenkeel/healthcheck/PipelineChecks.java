package dev.evenkeel.healthcheck;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.StatefulGate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes checks of gates: of one, or of each with a state in a pipeline; for those of {@link PerKey}
 * one for all keys. Immutable.
 */
final class PipelineChecks {

  private final Map<String, Policy> gates; // by the check's name
  private final String[] groups;
  private final @Nullable String pipelineName;

  private PipelineChecks(
      Map<String, Policy> gates, String[] groups, @Nullable String pipelineName) {
    this.gates = gates;
    this.groups = Checks.notNull("groups", groups).clone();
    this.pipelineName = pipelineName;
    checks(null, Kernel.system()); // names and groups are refused here rather than at the start
  }

  static PipelineChecks of(Pipeline pipeline, String... groups) {
    String name = Checks.notNull("pipeline", pipeline).name();
    Map<String, Policy> gates = new LinkedHashMap<>();
    pipeline.policies().stream()
        .filter(PipelineChecks::hasState)
        // Nearly always there is one, and then it is the dependency.
        .forEach(gate -> gates.put(gates.isEmpty() ? name : name + "/" + gate.name(), gate));
    if (gates.isEmpty()) {
      throw new IllegalArgumentException("pipeline: '" + name
          + "' without a gate that has a state (expected: one with a circuit breaker)");
    }
    return new PipelineChecks(gates, groups, name);
  }

  /** Whether there is something to look at. */
  static boolean haveState(Pipeline pipeline) {
    return pipeline.policies().stream().anyMatch(PipelineChecks::hasState);
  }

  private static boolean hasState(Policy policy) {
    return policy instanceof StatefulGate
        || (policy instanceof PerKey<?> perKey && KeyedGates.haveState(perKey));
  }

  static PipelineChecks gate(String name, StatefulGate gate, String... groups) {
    Checks.notNull("gate", gate);
    return new PipelineChecks(Map.of(Checks.name("gate name", name), gate), groups, null);
  }

  List<Check> checks(@Nullable PipelineWatch watch, Kernel kernel) {
    PipelineWatch.Figures figures =
        watch == null || pipelineName == null ? null : watch.figures(pipelineName);
    return gates.entrySet().stream()
        .map(entry -> check(entry.getKey(), entry.getValue(), figures, kernel))
        .toList();
  }

  private Check check(
      String name, Policy policy, PipelineWatch.@Nullable Figures figures, Kernel kernel) {
    if (!(policy instanceof StatefulGate gate)) {
      return Check.shared(name, new KeyedGates((PerKey<?>) policy))
          .timing(PassiveGate.TIMING)
          .groups(groups);
    }
    PassiveGate look = new PassiveGate(name, gate, figures, kernel);
    return Check.passive(name, look, PassiveGate.TIMING).groups(groups);
  }
}
