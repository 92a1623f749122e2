package dev.evenkeel.simulator;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Attachment;
import dev.evenkeel.core.Gate;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.core.StatefulGate;
import dev.evenkeel.simulator.world.CallLog;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The policies of all processes, for each server one: started, reset, and listened to. */
final class Members {

  private final Surroundings world;
  private final PolicySet policies;
  private final Processes processes;
  private final Kernel kernel;
  private final int shards;
  private final Member[] members;
  private final int[] trips;
  private @Nullable CallLog log;

  Members(
      Surroundings world,
      PolicySet policies,
      Processes processes,
      Kernel kernel,
      int clients,
      int shards) {
    this.world = world;
    this.policies = policies;
    this.processes = processes;
    this.kernel = kernel;
    this.shards = shards;
    members = new Member[clients * shards];
    trips = new int[clients * shards];
  }

  void logInto(CallLog callLog) {
    log = callLog;
  }

  /** A process starts, be it for the first time or again: without any memory. */
  void start(int client) {
    for (int shard = 0; shard < shards; shard++) {
      members[client * shards + shard] = policies.member(world, client, shard);
    }
  }

  /** Somebody resets its breakers by hand, if it has any. */
  void reset(int client) {
    for (int shard = 0; shard < shards; shard++) {
      Gate gate = of(client, shard).gate();
      if (gate instanceof CircuitBreaker breaker) {
        breaker.reset("by hand");
      } else if (gate instanceof Resilience4jGate resilience4j) {
        resilience4j.reset();
      }
    }
  }

  Member of(int client, int shard) {
    return members[client * shards + shard];
  }

  Member[] all() {
    return members;
  }

  Attachment attachment(int client, int shard) {
    int incarnation = processes.incarnation(client);
    long shift = processes.clock(client);
    Kernel own = shift == 0 ? kernel : new ShiftedKernel(kernel, shift);
    return new Attachment() {
      @Override
      public String pipelineName() {
        return "simulated";
      }

      @Override
      public Kernel kernel() {
        return own;
      }

      @Override
      public boolean isLogged() {
        return false; // the report says what happened; thousands of lines would hide it
      }

      @Override
      public void stateChanged(StateChange change) {
        if (processes.incarnation(client) == incarnation) {
          changed(client, shard, change);
        }
      }
    };
  }

  private void changed(int client, int shard, StateChange change) {
    if (log != null) {
      log.changed(client, change.to().kind() == Kind.CLOSED, world.nowNanos());
    }
    // A probe that failed is no new trip.
    if (change.to().kind() == Kind.OPEN && change.from().kind() != Kind.PROBING) {
      tripped(client, shard);
    }
  }

  void tripped(int client, int shard) {
    trips[client * shards + shard]++;
  }

  int mostTrips() {
    return Arrays.stream(trips).max().orElse(0);
  }

  /** The share a process lets through, for the picture. */
  static double share(Member member) {
    return member.gate() instanceof StatefulGate gate ? gate.state().share() : 1;
  }
}
