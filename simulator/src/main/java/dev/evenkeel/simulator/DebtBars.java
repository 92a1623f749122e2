package dev.evenkeel.simulator;

import dev.evenkeel.simulator.ResultTable.Group;

/** A bar of debt for each policy, against the limit. */
final class DebtBars {

  private static final int LEFT = 160;
  private static final int WIDTH = 760;
  private static final int RIGHT = 150;
  private static final int ROW = 20;
  private static final double LIMITS = 8; // how many times the limit fits
  private static final double LEAST_SECONDS = 30;

  private DebtBars() {}

  static String of(Group group) {
    double limit = group.scenario().limit().debtSeconds();
    double scale = Math.max(LEAST_SECONDS, Double.isInfinite(limit) ? 0 : LIMITS * limit);
    int height = ROW * group.runs().size();
    StringBuilder svg = new StringBuilder(ResultTable.format(
        "<svg role=\"img\" aria-label=\"Debt of each policy against the limit\" width=\"%d\" height=\"%d\""
            + " viewBox=\"0 0 %d %d\">\n",
        LEFT + WIDTH + RIGHT, height + 34, LEFT + WIDTH + RIGHT, height + 34));
    int[] y = {4};
    group.runs().forEach((policy, runs) -> {
      double debt = new Statistics(runs).median(RunResult::debtSeconds);
      double worst = new Statistics(runs).most(RunResult::debtSeconds);
      double end = LEFT + WIDTH * Math.min(1, debt / scale);
      svg.append(ResultTable.format(
          "<text class=\"strong\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
              + "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"var(--%s)\"/>",
          LEFT - 8,
          y[0] + 13,
          policy.label,
          LEFT,
          y[0] + 3,
          end - LEFT,
          ROW - 6,
          policy == PolicyName.EVENKEEL ? "ours" : "bar"));
      double reach = LEFT + WIDTH * Math.min(1, worst / scale);
      if (reach > end) {
        svg.append(ResultTable.format(
            "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"var(--soft)\"/>",
            end, reach, y[0] + ROW / 2, y[0] + ROW / 2));
      }
      svg.append(ResultTable.format(
          "<text x=\"%.1f\" y=\"%d\">%s%s s</text>\n",
          reach + 6, y[0] + 13, debt > scale ? "beyond: " : "", ResultTable.seconds(debt)));
      y[0] += ROW;
    });
    if (!Double.isInfinite(limit)) {
      double x = LEFT + WIDTH * limit / scale;
      svg.append(ResultTable.format(
          "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%d\" stroke=\"var(--limit)\" stroke-width=\"1.5\"/>",
          x, x, height + 6));
    }
    axis(svg, scale, height + 8);
    svg.append(ResultTable.format(
        "<text x=\"%d\" y=\"%d\">debt, s (red: the limit)</text></svg>\n",
        LEFT + WIDTH + 10, height + 22));
    return svg.toString();
  }

  private static void axis(StringBuilder svg, double scale, int y) {
    double step = scale > 160 ? 50 : scale > 60 ? 20 : 5;
    for (double at = 0; at <= scale + 1e-9; at += step) {
      double x = LEFT + WIDTH * at / scale;
      svg.append(ResultTable.format(
          "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"var(--line)\"/>"
              + "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f</text>\n",
          x, x, 0, y, x, y + 14, at));
    }
  }
}
