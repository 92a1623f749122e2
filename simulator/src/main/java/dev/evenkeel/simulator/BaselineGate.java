package dev.evenkeel.simulator;

import dev.evenkeel.core.Gate;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;

/** A gate of somebody else's design, made anew for one run on one thread. */
abstract class BaselineGate implements Gate {

  static final long REFUSED = Refusal.of(RefusalReason.OTHER);

  private final String name;

  BaselineGate(String name) {
    this.name = name;
  }

  @Override
  public final String name() {
    return name;
  }
}
