package dev.evenkeel.simulator;

import dev.evenkeel.simulator.ResultTable.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The report: one file that needs nothing else, readable in light and in dark. */
final class HtmlReport {

  private static final String STYLE = """
      :root { color-scheme: light dark; --page: #fbfbfa; --ink: #1d2329; --soft: #667079; --line: #d8dcdf;
        --goodput: #1f6fb4; --area: #cfe2f3; --sent: #c9600a; --capacity: #1d2329; --asked: #8b949c; --share: #2c8a4b;
        --bar: #9fb6cb; --ours: #1f6fb4; --limit: #b3261e; --down: #f3e3e1; }
      @media (prefers-color-scheme: dark) { :root { --page: #14181c; --ink: #e6e9eb; --soft: #98a2ab; --line: #353d44;
        --goodput: #6db3ef; --area: #1d3a54; --sent: #f09a4d; --capacity: #e6e9eb; --asked: #79838c; --share: #67c587;
        --bar: #4a5c6d; --ours: #6db3ef; --limit: #ff8a80; --down: #3a2422; } }
      body { background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1180px;
        padding: 0 1.2rem; }
      h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin: 2.6rem 0 .2rem; border-top: 1px solid var(--line); padding-top: 1.4rem; }
      p.note, figcaption, .legend { color: var(--soft); font-size: .9rem; } p.note { max-width: 56rem; }
      .legend span { white-space: nowrap; margin-right: 1.2rem; } .legend svg { vertical-align: middle; }
      .grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(500px, 100%), 1fr)); gap: 1rem 1.4rem; }
      figure { margin: 0; } figcaption b { color: var(--ink); } svg { max-width: 100%; height: auto; }
      svg text { fill: var(--soft); font: 11px system-ui, sans-serif; } svg text.strong { fill: var(--ink); }
      .scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; margin: .8rem 0; }
      th, td { padding: .2rem .5rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
      th { white-space: normal; vertical-align: bottom; }
      th:first-child, td:first-child { text-align: left; } tr.ours { font-weight: 600; }
      """;

  private final List<Group> groups;
  private final List<Picture> pictures;

  HtmlReport(List<RunResult> results, List<Picture> pictures) {
    groups = ResultTable.groups(results);
    this.pictures = pictures;
  }

  String page() {
    StringBuilder page = new StringBuilder();
    page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<title>The comeback in numbers</title>\n<style>\n")
        .append(STYLE)
        .append("</style>\n</head>\n<body>\n<h1>The comeback in numbers</h1>\n")
        .append(
            "<p class=\"note\">Simulated fleets, driven by the policy code that ships. The <b>debt</b> is the"
                + " normal traffic, in seconds of it, that was still lost after the dependency was healthy again."
                + " It has a physical limit, as a cold server can do no more than it can do. <b>T99</b> is the time"
                + " until 99 % of the normal traffic is served for good. Times count from the return.</p>\n")
        .append(legend());
    for (Group group : groups) {
      section(page, group);
    }
    return page.append("</body>\n</html>\n").toString();
  }

  private static String legend() {
    return "<p class=\"legend\">"
        + key("goodput", "goodput, calls/s", "")
        + key("sent", "load sent, calls/s", "")
        + key("asked", "asked for, calls/s", "")
        + key("capacity", "capacity, calls/s", "4 3")
        + key("share", "share let through by Evenkeel (right)", "")
        + "<span><svg width=\"26\" height=\"12\"><rect width=\"22\" height=\"12\" fill=\"var(--down)\"/></svg>"
        + " trouble</span></p>\n";
  }

  private static String key(String colour, String text, String dash) {
    return "<span><svg width=\"26\" height=\"12\"><line x1=\"0\" y1=\"6\" x2=\"22\" y2=\"6\" stroke-width=\"2\""
        + " stroke=\"var(--" + colour + ")\" stroke-dasharray=\"" + dash + "\"/></svg> " + text
        + "</span>";
  }

  private void section(StringBuilder page, Group group) {
    Scenario scenario = group.scenario();
    PhysicalLimit limit = scenario.limit();
    int seeds = group.runs().values().iterator().next().size();
    page.append("<h2>")
        .append(escaped(scenario.name() + " " + scenario.text(Field.TITLE)))
        .append(ResultTable.format(
            ", %d %s</h2>\n",
            scenario.clients(), scenario.clients() == 1 ? "process" : "processes"))
        .append(ResultTable.format(
            "<p class=\"note\">Physical limit: debt %s s, T99 %s s. Bars and table: median (worst) of"
                + " %d %s; pictures: the first seed.</p>\n",
            ResultTable.seconds(limit.debtSeconds()),
            ResultTable.seconds(limit.seconds()),
            seeds,
            seeds == 1 ? "run" : "runs"));
    page.append(DebtBars.of(group)).append("<div class=\"grid\">\n");
    for (Picture picture : pictures) {
      if (picture.scenario == scenario) {
        page.append("<figure>")
            .append(TimeChart.of(picture))
            .append("<figcaption><b>")
            .append(picture.policy.label)
            .append("</b> ")
            .append(escaped(picture.policy.meaning))
            .append("</figcaption></figure>\n");
      }
    }
    page.append("</div>\n");
    table(page, group);
    whatWasRun(page, group);
  }

  /** So that anybody can run it again. */
  private static void whatWasRun(StringBuilder page, Group group) {
    List<RunResult> runs = group.runs().values().iterator().next();
    page.append(ResultTable.format(
        "<details><summary>What was run</summary><p class=\"note\">Seeds %d to %d; policies %s.</p><pre>",
        runs.get(0).seed(),
        runs.get(runs.size() - 1).seed(),
        group.runs().keySet().stream()
            .map(policy -> policy.label)
            .collect(Collectors.joining(", "))));
    for (Field field : Field.values()) {
      boolean given = group.scenario().isGiven(field);
      page.append(escaped(field.key + " = " + group.scenario().text(field)))
          .append(given ? "\n" : "   (default)\n");
    }
    page.append("</pre></details>\n");
  }

  private static void table(StringBuilder page, Group group) {
    page.append("<div class=\"scroll\"><table><tr><th>policy</th>");
    for (String head : List.of(
        "debt, s",
        "T99, s",
        "relapses",
        "wasted work, %",
        "peak load / capacity",
        "probe load, %",
        "Jain's index",
        "p99, ms",
        "errors, %",
        "trips",
        "served")) {
      page.append("<th>").append(head).append("</th>");
    }
    page.append("</tr>\n");
    group.runs().forEach((policy, runs) -> {
      Statistics of = new Statistics(runs);
      List<String> cells = new ArrayList<>();
      Function<Double, String> seconds = ResultTable::seconds;
      cells.add(worst(of.median(RunResult::debtSeconds), of.most(RunResult::debtSeconds), seconds));
      cells.add(worst(of.median(RunResult::t99Seconds), of.most(RunResult::t99Seconds), seconds));
      cells.add(ResultTable.format("%.0f", of.sum(RunResult::relapses)));
      Function<Double, String> percent = ResultTable::percent;
      cells.add(worst(of.median(RunResult::wasted), of.most(RunResult::wasted), percent));
      Function<Double, String> two = value -> ResultTable.format("%.2f", value);
      cells.add(worst(of.median(RunResult::peak), of.most(RunResult::peak), two));
      cells.add(worst(of.median(RunResult::probeLoad), of.most(RunResult::probeLoad), percent));
      Function<Double, String> three = value -> ResultTable.format("%.3f", value);
      cells.add(worst(of.median(RunResult::jain), of.least(RunResult::jain), three));
      Function<Double, String> whole = value -> ResultTable.format("%.0f", value);
      cells.add(worst(of.median(RunResult::p99Millis), of.most(RunResult::p99Millis), whole));
      cells.add(
          worst(of.median(RunResult::admittedErrors), of.most(RunResult::admittedErrors), percent));
      cells.add(ResultTable.format("%.0f", of.most(RunResult::trips)));
      cells.add(ResultTable.format("%,.0f", of.median(RunResult::served)));
      page.append(policy == PolicyName.EVENKEEL ? "<tr class=\"ours\">" : "<tr>")
          .append("<td>")
          .append(policy.label)
          .append("</td>");
      cells.forEach(cell -> page.append("<td>").append(cell).append("</td>"));
      page.append("</tr>\n");
    });
    page.append("</table></div>\n");
  }

  private static String worst(double median, double worst, Function<Double, String> format) {
    return format.apply(median) + " (" + format.apply(worst) + ")";
  }

  // Scenarios are text that somebody wrote.
  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
