package dev.evenkeel.examples.snippets;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.FleetStore;
import dev.evenkeel.fleet.InProcessFleetStore;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.testkit.ScriptedDependency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Four processes guard the same dependency. It dies and returns, and they come back as one. */
public final class ComeBackTogether {

  private static final int PROCESSES = 4;

  private ComeBackTogether() {}

  /**
   * Runs it.
   *
   * @param args none
   */
  public static void main(String[] args) {
    ManualKernel kernel = ManualKernel.create();
    FleetStore store = new InProcessFleetStore(kernel); // elsewhere: new SqlFleetStore(dataSource)
    ScriptedDependency<String> inventory = ScriptedDependency.on(kernel);
    List<Pipeline> processes = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      String name = "pod-" + i;
      // guide: together
      Fleet fleet = Fleet.builder(store).member(name).build();
      CircuitBreaker breaker = CircuitBreaker.standard().sharedBy(fleet.dependency("inventory"));
      // end
      processes.add(Pipeline.builder("inventory")
          .kernel(kernel)
          .policies(Timeout.ofMillis(300), breaker)
          .build());
    }

    run(20, kernel, processes, inventory);
    System.out.println("healthy: " + states(processes));
    inventory.die();
    run(20, kernel, processes, inventory);
    System.out.println("away: " + states(processes));
    long before = inventory.calls();
    run(20, kernel, processes, inventory);
    boolean few = inventory.calls() - before <= 30;
    System.out.println("probes of all in 20 s: " + (few ? "at most 30" : "more than 30"));
    inventory.comeBack();
    run(30, kernel, processes, inventory);
    System.out.println("back: " + states(processes));
  }

  /** Each process makes 20 calls a second. */
  private static void run(
      int seconds,
      ManualKernel kernel,
      List<Pipeline> processes,
      ScriptedDependency<String> inventory) {
    for (int i = 0; i < 20 * seconds; i++) {
      kernel.advance(Duration.ofMillis(50));
      processes.forEach(process -> process.callOrElse(inventory::call, "unknown"));
    }
  }

  private static String states(List<Pipeline> processes) {
    return String.join(
        " ",
        processes.stream()
            .map(process -> process
                .policy(CircuitBreaker.class)
                .orElseThrow()
                .state()
                .kind()
                .name())
            .toList());
  }

  // Prints:
  // healthy: CLOSED CLOSED CLOSED CLOSED
  // away: OPEN OPEN OPEN OPEN
  // probes of all in 20 s: at most 30
  // back: CLOSED CLOSED CLOSED CLOSED
}
