package dev.evenkeel.simulator;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the user wrote after {@code worlds}. */
record WorldsOptions(
    int count,
    long firstSeed,
    List<PolicyName> policies,
    int threads,
    int worst,
    @Nullable Path out,
    @Nullable Path csv) {

  private static final List<PolicyName> OTHERS = List.of(
      PolicyName.NONE,
      PolicyName.RESILIENCE4J,
      PolicyName.RESILIENCE4J_BACKOFF,
      PolicyName.AIMD,
      PolicyName.ENVOY);

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException if it is not as {@link Help} says; the message is for the user
   */
  static WorldsOptions parse(List<String> arguments) {
    int count = 100;
    long firstSeed = 1;
    List<PolicyName> policies = OTHERS;
    int threads = Runtime.getRuntime().availableProcessors();
    int worst = 20;
    Path out = null;
    Path csv = null;
    Iterator<String> rest = arguments.iterator();
    while (rest.hasNext()) {
      String option = rest.next();
      switch (option) {
        case "--count" ->
          count = (int) Options.number(option, Options.value(option, rest), 1, 1_000_000);
        case "--first-seed" ->
          firstSeed = Options.number(option, Options.value(option, rest), 0, Long.MAX_VALUE / 2);
        case "--policies" -> policies = others(Options.value(option, rest));
        case "--threads" ->
          threads = (int) Options.number(option, Options.value(option, rest), 1, 1024);
        case "--worst" ->
          worst = (int) Options.number(option, Options.value(option, rest), 0, 10_000);
        case "--out" -> out = Options.file(option, Options.value(option, rest));
        case "--csv" -> csv = Options.file(option, Options.value(option, rest));
        default ->
          throw new IllegalArgumentException(option + ": unknown (expected: --count, --first-seed,"
              + " --policies, --threads, --worst, --out or --csv)");
      }
    }
    return new WorldsOptions(count, firstSeed, policies, threads, worst, out, csv);
  }

  /** Evenkeel and what it is judged by always run. */
  private static List<PolicyName> others(String value) {
    return value.equals("judged")
        ? List.of()
        : Options.policies("--policies", value).stream()
            .filter(policy -> policy != PolicyName.EVENKEEL)
            .filter(policy -> policy != PolicyName.WITHOUT_FAILBACK)
            .toList();
  }
}
