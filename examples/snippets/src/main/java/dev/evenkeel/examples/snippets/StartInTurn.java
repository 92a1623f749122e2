package dev.evenkeel.examples.snippets;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.failback.Checkpoint;
import dev.evenkeel.failback.Rejoin;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.FleetStore;
import dev.evenkeel.fleet.InProcessFleetStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process that starts reads 200 pages when it is its turn, and keeps what its breaker learns. */
public final class StartInTurn {

  private StartInTurn() {}

  /**
   * Runs it.
   *
   * @param args none
   * @throws Exception if there is no directory to write to
   */
  public static void main(String[] args) throws Exception {
    FleetStore store = new InProcessFleetStore(); // elsewhere: new SqlFleetStore(dataSource)
    Path directory = Files.createTempDirectory("evenkeel");
    String name = "pod-7";
    List<String> pages = new ArrayList<>();
    // guide: checkpoint
    Checkpoint checkpoint = Checkpoint.file(directory.resolve("evenkeel.checkpoint"));
    CircuitBreaker breaker = CircuitBreaker.standard().checkpoint(checkpoint);
    // end
    Pipeline catalog = Pipeline.of("catalog", Timeout.ofMillis(10_000), breaker);
    // guide: start
    Fleet fleet = Fleet.builder(store).member(name).build();
    Rejoin rejoin = Rejoin.builder("catalog")
        .startCalls(200) // that each process makes
        .headroom(400) // calls a second, of all processes, beside the usual load
        .nodes(1_000) // at most; for when the store is away
        .sharedBy(fleet.dependency("catalog"))
        .start();
    for (int i = 0; i < 200; i++) {
      int number = i;
      pages.add(rejoin.call(() -> catalog.call(() -> page(number))));
    }
    rejoin.ready();
    // end
    System.out.println(pages.size() + " pages, " + rejoin.readiness());
    catalog.close();
    checkpoint.close();
    fleet.close();
  }

  private static String page(int number) {
    return "page " + number;
  }

  // Prints:
  // 200 pages, READY
}
