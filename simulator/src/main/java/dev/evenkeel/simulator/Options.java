package dev.evenkeel.simulator;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the user wrote on the command line. */
record Options(
    Command command,
    List<String> files,
    List<PolicyName> policies,
    int seeds,
    long firstSeed,
    List<String> settings,
    @Nullable Path csv,
    @Nullable Path html,
    @Nullable Path series,
    int threads) {

  enum Command {
    RUN,
    LIST,
    HELP
  }

  static final int MAX_SEEDS = 100_000;

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException if it is not as {@link Help} says; the message is for the user
   */
  static Options parse(List<String> arguments) {
    List<String> files = new ArrayList<>();
    List<PolicyName> policies = List.of(PolicyName.values());
    int seeds = 1;
    long firstSeed = 1;
    List<String> settings = new ArrayList<>();
    Path csv = null;
    Path html = null;
    Path series = null;
    int threads = Runtime.getRuntime().availableProcessors();
    if (arguments.isEmpty()) {
      return new Options(
          Command.HELP, files, policies, seeds, firstSeed, settings, csv, html, series, threads);
    }
    Iterator<String> rest = arguments.iterator();
    Command command = command(rest.next());
    while (rest.hasNext()) {
      String option = rest.next();
      switch (option) {
        case "--help", "-h" -> command = Command.HELP;
        case "--policy" -> policies = policies(option, value(option, rest));
        case "--seeds" -> seeds = (int) number(option, value(option, rest), 1, MAX_SEEDS);
        case "--first-seed" -> firstSeed = number(option, value(option, rest), 0, Long.MAX_VALUE);
        case "--set" -> settings.add(value(option, rest));
        case "--csv" -> csv = file(option, value(option, rest));
        case "--html" -> html = file(option, value(option, rest));
        case "--series" -> series = file(option, value(option, rest));
        case "--threads" -> threads = (int) number(option, value(option, rest), 1, 1024);
        default -> {
          if (option.startsWith("-")) {
            throw new IllegalArgumentException(option + ": unknown (expected: --policy, --seeds,"
                + " --first-seed, --set, --csv, --html, --series, --threads or --help)");
          }
          files.add(option);
        }
      }
    }
    if (command == Command.RUN && files.isEmpty()) {
      throw new IllegalArgumentException(
          "run: no scenario (expected: files, or names such as S1; see `list`)");
    }
    return new Options(
        command, files, policies, seeds, firstSeed, settings, csv, html, series, threads);
  }

  private static Command command(String word) {
    return switch (word) {
      case "run" -> Command.RUN;
      case "list" -> Command.LIST;
      case "help", "--help", "-h" -> Command.HELP;
      default ->
        throw new IllegalArgumentException(
            word + ": unknown (expected: run, worlds, fleet, list or --help)");
    };
  }

  static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(option + ": nothing (expected: a value)");
    }
    return rest.next();
  }

  static List<PolicyName> policies(String option, String value) {
    List<PolicyName> policies = new ArrayList<>();
    for (String label : value.split(",", -1)) {
      PolicyName policy = PolicyName.of(label.strip());
      if (policy == null) {
        throw new IllegalArgumentException(option + ": " + label + " (expected: "
            + Arrays.stream(PolicyName.values())
                .map(known -> known.label)
                .collect(Collectors.joining(", "))
            + ")");
      }
      if (!policies.contains(policy)) {
        policies.add(policy);
      }
    }
    return policies;
  }

  static long number(String option, String value, long min, long max) {
    try {
      long number = Long.parseLong(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        option + ": " + value + " (expected: a whole number from " + min + " to " + max + ")");
  }

  static Path file(String option, String value) {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(option + ": " + value + " (expected: a file)", e);
    }
  }
}
