package dev.evenkeel.testkit;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.StatefulGate;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/** Assertions on the state of a gate. */
public final class StatefulGateAssert extends AbstractAssert<StatefulGateAssert, StatefulGate> {

  StatefulGateAssert(@Nullable StatefulGate actual) {
    super(actual, StatefulGateAssert.class);
  }

  /**
   * It is CLOSED.
   *
   * @return this
   */
  public StatefulGateAssert isClosed() {
    return is(Kind.CLOSED);
  }

  /**
   * It is OPEN.
   *
   * @return this
   */
  public StatefulGateAssert isOpen() {
    return is(Kind.OPEN);
  }

  /**
   * It is PROBING.
   *
   * @return this
   */
  public StatefulGateAssert isProbing() {
    return is(Kind.PROBING);
  }

  /**
   * It is RAMPING, with whatever share.
   *
   * @return this
   */
  public StatefulGateAssert isRamping() {
    return is(Kind.RAMPING);
  }

  /**
   * It is RAMPING, with a share within bounds. The share is of the rate that was healthy before the
   * trip. It may be above 1: where more is asked for than before, a ramp that begins at 1.5 lets
   * half as much again through, and still holds the rest back.
   *
   * @param low the least share
   * @param high the highest share
   * @return this
   */
  public StatefulGateAssert isRampingBetween(double low, double high) {
    isRamping();
    double share = actual.state().share();
    if (!(share >= low && share <= high)) {
      failWithMessage(
          "%s: expected a share of %s to %s but was %s", actual.name(), low, high, share);
    }
    return this;
  }

  /**
   * It is FORCED_OPEN.
   *
   * @return this
   */
  public StatefulGateAssert isForcedOpen() {
    return is(Kind.FORCED_OPEN);
  }

  /**
   * It is DISABLED.
   *
   * @return this
   */
  public StatefulGateAssert isDisabled() {
    return is(Kind.DISABLED);
  }

  private StatefulGateAssert is(Kind expected) {
    isNotNull();
    GateState state = actual.state();
    if (state.kind() != expected) {
      failWithMessage("%s: expected %s but was %s", actual.name(), expected, state);
    }
    return this;
  }
}
