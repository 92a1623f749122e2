package dev.evenkeel.simulator.fleet;

import dev.evenkeel.healthcheck.FleetSignal;
import java.util.List;

/** What the other nodes see, as one of them would hear it from a registry. */
record Others(List<Node> nodes, int self) implements FleetSignal {

  @Override
  public double shareFailing(String check) {
    int seeing = 0;
    for (int i = 0; i < nodes.size(); i++) {
      seeing += i != self && nodes.get(i).sees(check) ? 1 : 0;
    }
    return seeing / (nodes.size() - 1.0);
  }
}
