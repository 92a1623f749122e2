package dev.evenkeel.simulator;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures for a terminal: median and worst over the seeds, with the limit beside them. */
final class ResultTable {

  private static final String FORMAT =
      "%-21s %15s %15s %8s %15s %13s %13s %12s %13s %15s %6s %10s%n";

  /** The runs of one scenario with one number of clients. */
  record Group(Scenario scenario, Map<PolicyName, List<RunResult>> runs) {}

  private ResultTable() {}

  static List<Group> groups(List<RunResult> results) {
    Map<Scenario, Map<PolicyName, List<RunResult>>> byScenario = new LinkedHashMap<>();
    for (RunResult run : results) {
      byScenario
          .computeIfAbsent(run.scenario(), scenario -> new LinkedHashMap<>())
          .computeIfAbsent(run.policy(), policy -> new ArrayList<>())
          .add(run);
    }
    List<Group> groups = new ArrayList<>();
    byScenario.forEach((scenario, runs) -> groups.add(new Group(scenario, runs)));
    return groups;
  }

  static void print(PrintStream out, List<RunResult> results) {
    for (Group group : groups(results)) {
      Scenario scenario = group.scenario;
      PhysicalLimit limit = scenario.limit();
      out.printf(
          Locale.ROOT,
          "%n%s %s, N = %d; limits: debt %s s, T99 %s s; median / worst of %d, seeds from %d on%n",
          scenario.name(),
          scenario.text(Field.TITLE),
          scenario.clients(),
          seconds(limit.debtSeconds()),
          seconds(limit.seconds()),
          group.runs.values().iterator().next().size(),
          group.runs.values().iterator().next().get(0).seed());
      out.printf(
          FORMAT,
          "policy",
          "debt s",
          "T99 s",
          "relapses",
          "wasted %",
          "peak",
          "probes %",
          "Jain",
          "p99 ms",
          "errors %",
          "trips",
          "served");
      group.runs.forEach((policy, runs) -> row(out, policy, new Statistics(runs)));
      others(out, group);
    }
    out.println();
  }

  private static void row(PrintStream out, PolicyName policy, Statistics of) {
    out.printf(
        Locale.ROOT,
        FORMAT,
        policy.label,
        pair(seconds(of.median(RunResult::debtSeconds)), seconds(of.most(RunResult::debtSeconds))),
        pair(seconds(of.median(RunResult::t99Seconds)), seconds(of.most(RunResult::t99Seconds))),
        format("%.0f", of.sum(RunResult::relapses)),
        pair(percent(of.median(RunResult::wasted)), percent(of.most(RunResult::wasted))),
        pair(format("%.2f", of.median(RunResult::peak)), format("%.2f", of.most(RunResult::peak))),
        pair(
            format("%.1f", 100 * of.median(RunResult::probeLoad)),
            format("%.1f", 100 * of.most(RunResult::probeLoad))),
        pair(format("%.3f", of.median(RunResult::jain)), format("%.3f", of.least(RunResult::jain))),
        pair(
            format("%.0f", of.median(RunResult::p99Millis)),
            format("%.0f", of.most(RunResult::p99Millis))),
        pair(
            percent(of.median(RunResult::admittedErrors)),
            percent(of.most(RunResult::admittedErrors))),
        format("%.0f", of.most(RunResult::trips)),
        format("%.0f", of.median(RunResult::served)));
  }

  private static void others(PrintStream out, Group group) {
    if (group.scenario.count(Field.SHARDS) == 1) {
      return;
    }
    group.runs.forEach((policy, runs) -> {
      Statistics of = new Statistics(runs);
      out.printf(
          Locale.ROOT,
          "%-21s the shards without trouble lost %.0f of %.0f calls%n",
          policy.label,
          of.sum(RunResult::othersLost),
          of.sum(RunResult::othersAsked));
    });
  }

  private static String pair(String median, String worst) {
    return median + " / " + worst;
  }

  static String seconds(double seconds) {
    return Double.isInfinite(seconds) ? "never" : format(seconds < 100 ? "%.1f" : "%.0f", seconds);
  }

  static String percent(double share) {
    return format(share < 0.1 ? "%.2f" : "%.0f", 100 * share);
  }

  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
