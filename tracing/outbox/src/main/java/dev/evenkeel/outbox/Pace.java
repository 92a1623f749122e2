package dev.evenkeel.outbox;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.StatefulGate;
import java.util.List;

/**
 * How many messages to take now, from the states of the pipelines that they go through: all of a
 * batch, the ramp's share of one, or a single one, which is the probe.
 */
final class Pace {

  private final List<Pipeline> pipelines;

  Pace(List<Pipeline> pipelines) {
    this.pipelines = pipelines;
  }

  int of(int batch) {
    int least = batch;
    for (Pipeline pipeline : pipelines) {
      if (pipeline.isObserveOnly()) {
        continue;
      }
      GateState state =
          pipeline.policy(StatefulGate.class).map(StatefulGate::state).orElse(GateState.CLOSED);
      int share = switch (state.kind()) {
        case CLOSED, DISABLED -> batch;
        case RAMPING -> Math.max(1, (int) (batch * state.share()));
        case PROBING, OPEN -> 1;
        case FORCED_OPEN -> 0;
      };
      least = Math.min(least, share);
    }
    return least;
  }

  /** Whether there is a gate, and it takes what it guards to be well. */
  boolean isWell() {
    boolean watched = false;
    for (Pipeline pipeline : pipelines) {
      StatefulGate gate = pipeline.policy(StatefulGate.class).orElse(null);
      if (gate != null) {
        watched = true;
        if (gate.state().kind() != GateState.Kind.CLOSED) {
          return false;
        }
      }
    }
    return watched;
  }

  boolean isWatched() {
    return pipelines.stream().anyMatch(one -> one.policy(StatefulGate.class).isPresent());
  }
}
