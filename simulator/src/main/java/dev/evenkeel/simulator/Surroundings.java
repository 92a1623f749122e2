package dev.evenkeel.simulator;

import dev.evenkeel.core.Attachment;
import dev.evenkeel.fleet.FleetStore;

/** What a policy may need of the run it is in. */
interface Surroundings {

  Scenario scenario();

  long seed();

  long nowNanos();

  /** For the oracle alone. */
  Server server(int shard);

  /** Where a gate with a state tells of its changes. */
  Attachment attachment(int client, int shard);

  /** Where the processes of a fleet meet. */
  FleetStore fleetStore();

  /** For gates that tell nobody of their changes. */
  void tripped(int client, int shard);
}
