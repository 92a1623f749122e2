package dev.evenkeel.examples.fleet;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/** What the user wrote on the command line. */
record Options(boolean help, boolean quick, String store, int processes, long seed, Path report) {

  private static final int MOST_PROCESSES = 32;

  static final String USAGE = """
      Come back as one: several processes guard one service. It is killed and comes back cold.

      usage: fleet [options]

        --store ADDRESS    where the processes meet: jdbc:postgresql://..., jdbc:mariadb://... or
                           redis://... (default: a database in the memory of this program)
        --alone            without a store: each process comes back by itself
        --processes NUMBER so many (2 to 32, default: 8)
        --seed NUMBER      other users (default: 1)
        --quick            20 seconds to see that it runs; too short for a result
        --report FILE      where the picture goes (default: target/fleet.html)
        --help             this text

      The outage begins when 99 % have been served for 10 seconds at full load.

      exit codes: 0 for a result, 1 for a fault, 2 for options it does not know, 3 for a machine
      that is too busy for a result
      """;

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException if it is not as {@link #USAGE} says; the message is for the
   *     user
   */
  static Options parse(List<String> arguments) {
    boolean help = false;
    boolean quick = false;
    String store = Store.EMBEDDED;
    int processes = 8;
    long seed = 1;
    Path report = Path.of("target", "fleet.html");
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String option = rest.next();
      switch (option) {
        case "--help", "-h" -> help = true;
        case "--quick" -> quick = true;
        case "--alone" -> store = Store.NONE;
        case "--store" -> store = Store.checked(value(option, rest));
        case "--processes" ->
          processes = (int) number(option, value(option, rest), 2, MOST_PROCESSES);
        case "--seed" -> seed = number(option, value(option, rest), 0, Long.MAX_VALUE);
        case "--report" -> report = file(option, value(option, rest));
        default ->
          throw new IllegalArgumentException(option + ": unknown (expected: --store, --alone,"
              + " --processes, --seed, --quick, --report or --help)");
      }
    }
    return new Options(help, quick, store, processes, seed, report);
  }

  Settings settings() {
    return quick ? Settings.quick(processes, seed) : Settings.full(processes, seed);
  }

  private static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(option + ": nothing after it (expected: a value)");
    }
    return rest.next();
  }

  private static long number(String option, String value, long least, long most) {
    try {
      long number = Long.parseLong(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        option + ": " + value + " (expected: " + least + " to " + most + ")");
  }

  private static Path file(String option, String value) {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(option + ": " + value + " (expected: a file)", e);
    }
  }
}
