package dev.evenkeel.healthcheck.http;

import dev.evenkeel.healthcheck.GateSnapshot;
import dev.evenkeel.healthcheck.GateSnapshot.ShareSample;
import java.util.List;
import java.util.Locale;

/** The share that a breaker let through over the last five minutes, as a curve. */
final class ShareCurve {

  private static final double WIDTH = 300; // one unit a second
  private static final double HEIGHT = 56;
  private static final double TOP = 4;

  private ShareCurve() {}

  static void append(StringBuilder html, GateSnapshot gate) {
    List<ShareSample> history = gate.history();
    if (history.size() < 2) {
      return;
    }
    StringBuilder line = new StringBuilder();
    double firstX = x(history.get(0));
    double lowest = 1;
    for (ShareSample sample : history) {
      line.append(line.isEmpty() ? "M" : "L").append(point(x(sample), y(sample.share())));
      lowest = Math.min(lowest, sample.share());
    }
    line.append('L').append(point(WIDTH, y(gate.state().share())));
    html.append("<figure><svg class=\"curve\" viewBox=\"0 0 300 60\" role=\"img\"");
    html.append(" preserveAspectRatio=\"none\" aria-label=\"Share of the calls let through over");
    html.append(" five minutes: now ").append(Html.percent(gate.state().share()));
    html.append(", at least ").append(Html.percent(lowest)).append("\">");
    html.append("<path class=\"grid\" d=\"M0 4H300M0 30H300M0 56H300\"/><path class=\"area\" d=\"");
    html.append(line).append('L').append(point(WIDTH, HEIGHT)).append('L');
    html.append(point(firstX, HEIGHT)).append("Z\"/><path class=\"line\" d=\"").append(line);
    html.append("\"/></svg>\n<figcaption><span>5 min ago</span><span>calls let through</span>");
    html.append("<span>now: ").append(Html.percent(gate.state().share()));
    html.append("</span></figcaption></figure>\n");
  }

  private static double x(ShareSample sample) {
    return Math.max(0, WIDTH - sample.ago().toMillis() / 1e3);
  }

  private static double y(double share) {
    return HEIGHT - share * (HEIGHT - TOP);
  }

  private static String point(double x, double y) {
    return String.format(Locale.ROOT, "%.1f %.1f", x, y);
  }
}
