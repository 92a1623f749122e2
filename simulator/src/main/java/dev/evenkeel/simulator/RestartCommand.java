package dev.evenkeel.simulator;

import dev.evenkeel.simulator.restart.RestartTable;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** Runs fleets that restart together (S11), with and without a gate, and prints a table. */
final class RestartCommand {

  private RestartCommand() {}

  static void run(List<String> arguments, PrintStream out) {
    int seeds = 20;
    long firstSeed = 1;
    List<Integer> nodes = List.of(20, 200, 1_000);
    Iterator<String> rest = arguments.iterator();
    while (rest.hasNext()) {
      String option = rest.next();
      switch (option) {
        case "--seeds" ->
          seeds = (int) Options.number(option, Options.value(option, rest), 1, 10_000);
        case "--first-seed" ->
          firstSeed = Options.number(option, Options.value(option, rest), 0, Long.MAX_VALUE);
        case "--nodes" ->
          nodes = Arrays.stream(Options.value(option, rest).split(",", -1))
              .map(number -> (int) Options.number(option, number, 1, 10_000))
              .toList();
        default ->
          throw new IllegalArgumentException(
              option + ": unknown (expected: --nodes, --seeds or --first-seed)");
      }
    }
    out.print(RestartTable.of(nodes, firstSeed, seeds));
  }
}
