package dev.evenkeel.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Holds a file of results against the targets: a line for each, exit code 1 if one is missed. */
final class Check {

  private Check() {}

  @SuppressWarnings("SystemOut") // a program's output
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      System.err.println("expected: the targets and the results to hold against them");
      System.exit(2);
    }
    List<Target.Outcome> outcomes = check(
        Target.parse(Files.readString(Path.of(arguments[0]))), Results.read(Path.of(arguments[1])));
    outcomes.forEach(outcome -> System.out.println(outcome.line()));
    long missed = outcomes.stream().filter(outcome -> !outcome.met()).count();
    System.out.println(outcomes.size() - missed + " of " + outcomes.size() + " targets met");
    System.exit(missed == 0 ? 0 : 1);
  }

  /** The outcome of each target that applies to the JDK of the results. */
  static List<Target.Outcome> check(List<Target> targets, Results results) {
    List<Target.Outcome> outcomes = new ArrayList<>();
    for (Target target : targets) {
      if (target.appliesTo(results.jdk())) {
        outcomes.add(target.check(results));
      }
    }
    return outcomes;
  }
}
