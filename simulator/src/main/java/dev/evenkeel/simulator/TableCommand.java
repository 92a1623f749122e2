package dev.evenkeel.simulator;

import dev.evenkeel.simulator.fleet.FleetTable;
import java.io.PrintStream;
import java.util.Iterator;
import java.util.List;

/** Runs the fleets behind a load balancer, with and without health's guards, and prints a table. */
final class FleetCommand {

  private FleetCommand() {}

  static void run(List<String> arguments, PrintStream out) {
    int seeds = 20;
    long firstSeed = 1;
    Iterator<String> rest = arguments.iterator();
    while (rest.hasNext()) {
      String option = rest.next();
      switch (option) {
        case "--seeds" ->
          seeds = (int) Options.number(option, Options.value(option, rest), 1, 10_000);
        case "--first-seed" ->
          firstSeed = Options.number(option, Options.value(option, rest), 0, Long.MAX_VALUE);
        default ->
          throw new IllegalArgumentException(
              option + ": unknown (expected: --seeds or --first-seed)");
      }
    }
    out.print(FleetTable.of(firstSeed, seeds));
  }
}
