package dev.evenkeel.healthcheck;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.StatefulGate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks at the gates of all keys there are: DOWN if every one of them refuses, DEGRADED if some do
 * or come back. Thread-safe.
 */
final class KeyedGates implements HealthCheck {

  private static final int MOST_NAMED = 5;

  private final PerKey<?> gates;

  KeyedGates(PerKey<?> gates) {
    this.gates = gates;
  }

  /** Whether its gates have a state to look at. */
  static boolean haveState(PerKey<?> gates) {
    return gates.gate(null) instanceof StatefulGate;
  }

  @Override
  public CheckResult check() {
    Map<String, GateState> states = states();
    List<String> unwell = new ArrayList<>();
    int refusing = 0;
    for (Map.Entry<String, GateState> one : states.entrySet()) {
      switch (one.getValue().kind()) {
        case CLOSED, DISABLED -> {}
        case RAMPING -> unwell.add(one.getKey() + " is " + one.getValue());
        case OPEN, PROBING, FORCED_OPEN -> {
          refusing++;
          unwell.add(one.getKey() + " is " + one.getValue());
        }
      }
    }
    if (unwell.isEmpty()) {
      return new CheckResult(Status.UP, null, Map.of());
    }
    String message = unwell.size() + " of " + states.size() + " keys: "
        + String.join(", ", unwell.subList(0, Math.min(MOST_NAMED, unwell.size())))
        + (unwell.size() > MOST_NAMED ? ", ..." : "");
    return refusing == states.size() ? CheckResult.down(message) : CheckResult.degraded(message);
  }

  /** Of calls without a key too, if there is anything to say of them. */
  private Map<String, GateState> states() {
    Map<String, GateState> states = new LinkedHashMap<>();
    for (String key : gates.keys()) {
      gates.find(key).ifPresent(gate -> states.put(key, ((StatefulGate) gate).state()));
    }
    GateState withoutKey = ((StatefulGate) gates.gate(null)).state();
    if (withoutKey.kind() != GateState.Kind.CLOSED) {
      states.put("what has no key of its own", withoutKey);
    }
    return states;
  }
}
