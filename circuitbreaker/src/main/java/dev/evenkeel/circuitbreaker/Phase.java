package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.failback.Baseline;
import dev.evenkeel.failback.Comeback;
import org.jspecify.annotations.Nullable;

/**
 * What the breaker is in: closed with a window, on the way back, or held by hand. Replaced as a
 * whole, never changed.
 */
final class Phase {

  final Kind kind;
  final long epoch;
  final Baseline baseline;
  final @Nullable Trip trip;
  final @Nullable Comeback comeback;
  final @Nullable Classic classic;

  Phase(
      Kind kind, long epoch, Baseline baseline, @Nullable Trip trip, @Nullable Comeback comeback) {
    this.kind = kind;
    this.epoch = epoch;
    this.baseline = baseline;
    this.trip = trip;
    this.comeback = comeback;
    classic = null;
  }

  /** The one phase of a breaker without failback. */
  Phase(Classic classic, long epoch, Baseline baseline) {
    kind = Kind.CLOSED;
    this.epoch = epoch;
    this.baseline = baseline;
    trip = null;
    comeback = null;
    this.classic = classic;
  }

  GateState state() {
    if (classic != null) {
      return classic.state();
    }
    if (comeback != null) {
      return comeback.state();
    }
    return switch (kind) {
      case DISABLED -> GateState.DISABLED;
      case FORCED_OPEN -> GateState.FORCED_OPEN;
      default -> GateState.CLOSED;
    };
  }
}
