package dev.evenkeel.examples.comeback;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/** What the user wrote on the command line. */
record Options(boolean help, boolean quick, long seed, Path report) {

  static final String USAGE = """
      Comeback: three services die and come back cold, each with a fleet of callers that is
      protected in another way. Who gets its traffic back, and when?

      usage: comeback [options]

        --quick          15 seconds to see that it runs; too short for a result
        --seed NUMBER    another stream of users (default: 1)
        --report FILE    where the picture goes (default: target/comeback.html)
        --help           this text
      """;

  Settings settings() {
    return quick ? Settings.quick(seed) : Settings.full(seed);
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
    Path report = Path.of("target", "comeback.html");
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String option = rest.next();
      switch (option) {
        case "--help", "-h" -> help = true;
        case "--quick" -> quick = true;
        case "--seed" -> seed = number(option, value(option, rest));
        case "--report" -> report = file(option, value(option, rest));
        default ->
          throw new IllegalArgumentException(
              option + ": unknown (expected: --quick, --seed, --report or --help)");
      }
    }
    return new Options(help, quick, seed, report);
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

  private static Path file(String option, String value) {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(option + ": " + value + " (expected: a file)", e);
    }
  }
}
