package dev.evenkeel.simulator;

/** Goodput, load, capacity and share of one run over time. */
final class TimeChart {

  private static final int WIDTH = 560;
  private static final int HEIGHT = 220;
  private static final int LEFT = 44;
  private static final int RIGHT = WIDTH - 34;
  private static final int TOP = 10;
  private static final int BOTTOM = HEIGHT - 34;
  private static final double BEFORE_SECONDS = 10;
  private static final double HEADROOM = 1.6;

  private final Picture picture;
  private final double from;
  private final double to;
  private final double top;

  private TimeChart(Picture picture) {
    this.picture = picture;
    Scenario scenario = picture.scenario;
    double limit = scenario.limit().seconds();
    double trouble = scenario.returnsSeconds() - scenario.number(Field.TROUBLE_START);
    from = Math.max(picture.fromSeconds, -Math.min(trouble, 90) - BEFORE_SECONDS);
    to = Math.min(
        scenario.number(Field.OBSERVE), Math.max(90, Double.isInfinite(limit) ? 0 : 3 * limit));
    top = HEADROOM
        * (scenario.isUnlimited()
            ? Math.max(scenario.normalRate(), scenario.laterRate())
            : scenario.number(Field.CAPACITY) / scenario.number(Field.SHARDS));
  }

  static String of(Picture picture) {
    return new TimeChart(picture).svg();
  }

  private double x(double seconds) {
    return LEFT + (seconds - from) / (to - from) * (RIGHT - LEFT);
  }

  private static double y(double share) {
    return BOTTOM - Math.max(0, Math.min(1, share)) * (BOTTOM - TOP);
  }

  private String svg() {
    StringBuilder svg = new StringBuilder(ResultTable.format(
        "<svg role=\"img\" aria-label=\"%s over time\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n",
        picture.policy.label, WIDTH, HEIGHT, WIDTH, HEIGHT));
    trouble(svg);
    axes(svg);
    svg.append(path(picture.goodput, top, "goodput", "1.6", true));
    svg.append(path(picture.asked, top, "asked", "1", false));
    svg.append(path(picture.sent, top, "sent", "1.2", false));
    if (!picture.scenario.isUnlimited()) {
      svg.append(path(picture.capacity, top, "capacity", "1.3\" stroke-dasharray=\"4 3", false));
    }
    clipped(svg);
    if (picture.policy == PolicyName.EVENKEEL) { // the others have none to show
      svg.append(path(picture.share, HEADROOM, "share", "1.6", false));
    }
    return svg.append("</svg>").toString();
  }

  private void trouble(StringBuilder svg) {
    Scenario scenario = picture.scenario;
    if (scenario.is(Field.TROUBLE, "none")) {
      return;
    }
    double start = scenario.number(Field.TROUBLE_START) - scenario.returnsSeconds();
    double x = x(Math.max(from, start));
    svg.append(ResultTable.format(
        "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"var(--down)\"/>\n",
        x, TOP, x(0) - x, BOTTOM - TOP));
  }

  private void axes(StringBuilder svg) {
    double step = top > 20_000 ? 10_000 : niceStep(top / 4);
    for (double value = 0; value <= top; value += step) {
      svg.append(line(y(value / top)))
          .append(ResultTable.format(
              "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.0f</text>\n",
              LEFT - 5, y(value / top) + 4, value));
    }
    for (double share = 0; share <= 1; share += 0.5) {
      svg.append(ResultTable.format(
          "<text x=\"%d\" y=\"%.1f\">%.1f</text>\n", RIGHT + 5, y(share / HEADROOM) + 4, share));
    }
    double seconds = niceStep((to - from) / 7);
    for (double at = Math.ceil(from / seconds) * seconds; at <= to; at += seconds) {
      svg.append(ResultTable.format(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f</text>\n",
          x(at), BOTTOM + 14, at));
    }
    svg.append(ResultTable.format(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">seconds after the return</text>\n",
        RIGHT, BOTTOM + 29));
  }

  /** What does not fit is said, not hidden. */
  private void clipped(StringBuilder svg) {
    double most = 0;
    double at = 0;
    for (int i = 0; i < picture.sent.length; i++) {
      double seconds = picture.fromSeconds + (i + 0.5) * Picture.STEP_SECONDS;
      if (seconds >= from && seconds <= to && picture.sent[i] > most) {
        most = picture.sent[i];
        at = seconds;
      }
    }
    if (most > top) {
      svg.append(ResultTable.format(
          "<text class=\"strong\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">&#9650; up to %.0f/s</text>\n",
          Math.max(LEFT + 40, Math.min(RIGHT - 40, x(at))), TOP + 9, most));
    }
  }

  private static double niceStep(double about) {
    double power = StrictMath.pow(10, Math.floor(StrictMath.log10(about)));
    double factor = about / power;
    return power * (factor < 1.5 ? 1 : factor < 3.5 ? 2 : factor < 7.5 ? 5 : 10);
  }

  private static String line(double y) {
    return ResultTable.format(
        "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"var(--line)\"/>\n",
        LEFT, RIGHT, y, y);
  }

  private String path(double[] values, double scale, String colour, String width, boolean filled) {
    StringBuilder points = new StringBuilder();
    double last = from;
    for (int i = 0; i < values.length; i++) {
      double seconds = picture.fromSeconds + (i + 0.5) * Picture.STEP_SECONDS;
      if (seconds >= from && seconds <= to) {
        points
            .append(points.length() == 0 ? "M" : "L")
            .append(ResultTable.format("%.1f %.1f", x(seconds), y(values[i] / scale)));
        last = seconds;
      }
    }
    String area = filled
        ? ResultTable.format(
            "<path d=\"%sL%.1f %dL%.1f %dZ\" fill=\"var(--area)\"/>\n",
            points, x(last), BOTTOM, x(from), BOTTOM)
        : "";
    return area + "<path d=\"" + points + "\" fill=\"none\" stroke=\"var(--" + colour
        + ")\" stroke-width=\"" + width + "\"/>\n";
  }
}
