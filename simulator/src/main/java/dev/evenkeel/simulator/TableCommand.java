package dev.evenkeel.simulator;

import java.io.PrintStream;
import java.util.Iterator;
import java.util.List;

/**
 * Runs what is not a {@link Scenario}, and prints a table: the fleets behind a load balancer, with
 * and without health's guards, and S14, a backlog with and without pacing.
 */
final class TableCommand {

  private TableCommand() {}

  /** Makes a table from the first seed and the number of seeds. */
  interface Table {
    String of(long firstSeed, int seeds);
  }

  static void run(List<String> arguments, Table table, PrintStream out) {
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
    out.print(table.of(firstSeed, seeds));
  }
}
