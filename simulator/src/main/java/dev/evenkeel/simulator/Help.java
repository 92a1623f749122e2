package dev.evenkeel.simulator;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** What `--help` and `list` say. */
final class Help {

  private static final String USAGE = """
      What happens when the dependency comes back? Runs whole fleets in virtual time, with the policy
      code that ships, and holds them against the physical limit.

      usage: java -jar evenkeel-simulator.jar run FILE... [options]
             java -jar evenkeel-simulator.jar worlds [options]
             java -jar evenkeel-simulator.jar fleet [options]
             java -jar evenkeel-simulator.jar restart [options]
             java -jar evenkeel-simulator.jar backlog [options]
             java -jar evenkeel-simulator.jar list
             java -jar evenkeel-simulator.jar --help

        FILE                  a scenario file, or the name of one that comes with this: S1 ... S13
        --policy NAME,...     which policies (default: all; see `list`)
        --seeds NUMBER        runs of each, with a seed each (default: 1)
        --first-seed NUMBER   the first seed (default: 1)
        --set FIELD=VALUE     changes a field of every scenario; may be given several times
        --csv FILE            one row for each run
        --series FILE         one row for each half second of the runs of the first seed
        --html FILE           a report with pictures, of the first seed, and all figures
        --threads NUMBER      runs at once (default: the processors of this machine)

      worlds: runs generated worlds, each with Evenkeel, with the same breaker and Resilience4j's own way back (three
      phases of its timer) and with others, and judges what Evenkeel promises; docs/worlds.md says how.

        --count NUMBER        how many worlds (default: 100)
        --first-seed NUMBER   the first one's seed (default: 1)
        --policies NAME,...   the others (default: none, resilience4j, resilience4j-backoff, aimd, envoy);
                              `judged`: no others
        --worst NUMBER        how many of the worst to show (default: 20)
        --out DIRECTORY       where to write those, as scenario files
        --csv FILE            one row for each run of each world
        --threads NUMBER      worlds at once (default: the processors of this machine)

      fleet: ten nodes behind a load balancer that asks their health endpoints, with and without health's guards;
      docs/fleets.md has the figures.

        --seeds NUMBER        runs of each case (default: 20)
        --first-seed NUMBER   the first seed (default: 1)

      restart: S11, nodes that start together and make 200 calls each to a dependency that is in use, with and without
      the gate for start-up calls, and with a store; docs/failback.md has the figures.

        --nodes NUMBER,...    sizes of the fleet (default: 20,200,1000)
        --seeds NUMBER        runs of each case (default: 20)
        --first-seed NUMBER   the first seed (default: 1)

      backlog: S14, a service that comes back with a backlog into another one, with and without pacing;
      docs/failback.md has the figures. Options as for fleet.

      Exit code 0: done. 3: a promise was broken. 2: an error in the command line or in a scenario. 1: anything else.

      A scenario file has a line `field = value` for each field that is not as below; # begins a comment.
      """;

  private Help() {}

  static void print(PrintStream out) {
    out.println(USAGE);
    Meanings meanings = new Meanings();
    for (Field field : Field.values()) {
      out.printf(
          Locale.ROOT,
          "  %-26s %s%n  %-26s   %s; default: %s%n",
          field.key,
          meanings.of(field),
          "",
          field.expected(),
          field.standard.isEmpty() ? "nothing" : field.standard);
    }
  }

  static void list(PrintStream out) {
    out.println("Scenarios:");
    for (String name : ScenarioFile.SHIPPED) {
      Scenario scenario = ScenarioFile.read(name, List.of());
      out.printf(
          Locale.ROOT,
          "  %-4s %s%s%n",
          name,
          scenario.text(Field.TITLE),
          scenario.is(Field.NEEDS, "nothing") ? "" : " (needs the fleet-wide mode)");
    }
    out.println("Policies:");
    for (PolicyName policy : PolicyName.values()) {
      out.printf(Locale.ROOT, "  %-21s %s%n", policy.label, policy.meaning);
    }
  }
}
