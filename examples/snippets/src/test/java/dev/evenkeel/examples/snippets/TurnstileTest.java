package dev.evenkeel.examples.snippets;

import dev.evenkeel.core.Gate;
import dev.evenkeel.testkit.junit.GateContract;

// guide: contract
class TurnstileTest extends GateContract {

  @Override
  protected Gate newGate() {
    return new Turnstile(10);
  }
}
// end
