package dev.evenkeel.examples.comeback;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the user wrote on the command line. */
record Options(
    boolean help,
    boolean quick,
    long seed,
    int runs,
    Path report,
    @Nullable Path results) {

  private static final int MOST_RUNS = 99;

  static final String USAGE = """
      Comeback: three services die and come back cold, each with a fleet of callers that is
      protected in another way. Who gets its traffic back, and when?

      usage: comeback [options]

        --quick          15 seconds to see that it runs; too short for a result
        --seed NUMBER    another stream of users (default: 1)
        --runs NUMBER    so many runs one after another, each with a seed one higher; then the
                         medians are shown too, and the picture is of the middle one (default: 1)
        --report FILE    where the picture goes (default: target/comeback.html)
        --results FOLDER keeps the figures of all runs there, as JSON and as Markdown
        --help           this text

      The outage begins when all three have been served 99 % for 5 seconds at full load. If this
      machine is too busy for that, or for the rest, there is no table and no picture.

      exit codes: 0 for a result, 1 for a fault, 2 for options it does not know, 3 for a run that
      is not valid
      """;

  /** Of one of the runs, counted from 1. */
  Settings settings(int run) {
    long own = seed + run - 1;
    return quick ? Settings.quick(own) : Settings.full(own);
  }

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException if it is not as {@link #USAGE} says; the message is for the
   *     user
   */
  static Options parse(List<String> arguments) {
    boolean help = false;
    boolean quick = false;
    long seed = 1;
    int runs = 1;
    Path report = Path.of("target", "comeback.html");
    Path results = null;
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String option = rest.next();
      switch (option) {
        case "--help", "-h" -> help = true;
        case "--quick" -> quick = true;
        case "--seed" -> seed = number(option, value(option, rest));
        case "--runs" -> runs = runs(option, value(option, rest));
        case "--results" -> results = file(option, value(option, rest));
        case "--report" -> report = file(option, value(option, rest));
        default ->
          throw new IllegalArgumentException(option
              + ": unknown (expected: --quick, --seed, --runs, --report, --results or --help)");
      }
    }
    if (quick && results != null) {
      throw new IllegalArgumentException(
          "--results: with --quick (expected: not both, a quick run is no result)");
    }
    return new Options(help, quick, seed, runs, report, results);
  }

  private static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(option + ": nothing (expected: a value)");
    }
    return rest.next();
  }

  private static long number(String option, String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(option + ": " + value + " (expected: a whole number)", e);
    }
  }

  private static int runs(String option, String value) {
    long runs = number(option, value);
    if (runs < 1 || runs > MOST_RUNS) {
      throw new IllegalArgumentException(
          option + ": " + value + " (expected: 1 to " + MOST_RUNS + ")");
    }
    return (int) runs;
  }

  private static Path file(String option, String value) {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(option + ": " + value + " (expected: a file)", e);
    }
  }
}
