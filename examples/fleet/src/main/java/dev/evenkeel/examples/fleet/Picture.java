package dev.evenkeel.examples.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** The outcome as a web page: one file, no script, nothing from elsewhere. */
final class Picture {

  private static final int WIDTH = 1000;
  private static final int LEFT = 50;
  private static final int HEIGHT = 220;
  private static final int TOP = 10;
  private static final int SMOOTHED = 2; // bins to each side

  private final Settings settings;
  private final String how;
  private final Experiment.Result result;
  private final List<Bin> bins;
  private final double from;
  private final double to;
  private final double most;

  Picture(Settings settings, String how, Experiment.Result result) {
    this.settings = settings;
    this.how = how;
    this.result = result;
    bins = result.recording().sums();
    from = Math.max(0, result.killed() - 10);
    to = bins.size() * Recording.BIN_SECONDS;
    most = 1.6 * settings.capacity();
  }

  String html() {
    return """
    <!doctype html>
    <html lang="en">
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Come back as one</title>
    <style>
    %s</style>
    <main>
    <h1>%d processes, one service: %s</h1>
    <p>The service was killed, stayed dead for %.0f s and came back cold, good for %.0f requests/s,
    and for %.0f once it had served enough. Users kept asking for %.0f requests/s. %s</p>
    <ul><li class="goodput">answered well</li><li class="lost">asked for and lost</li>
    <li class="load">sent</li><li class="capacity">what the service could take</li></ul>
    <h2>Requests per second, all processes together</h2>
    %s<h2>The share of its traffic that each process lets through</h2>
    %s<table>
    <tr><th>recovery debt</th><td>%.1f s of normal traffic, lost after the return</td></tr>
    <tr><th>99 %% again</th><td>%s</td></tr>
    <tr><th>relapses</th><td>%d</td></tr>
    <tr><th>sent while dead</th><td>%d</td></tr>
    </table>
    </main>
    </html>
    """.formatted(
            style(),
            settings.processes(),
            how,
            Settings.seconds(settings.outage()),
            settings.coldShare() * settings.capacity(),
            settings.capacity(),
            settings.normalRate(),
            how.equals("alone")
                ? "Each process came back by itself."
                : "The processes met in a store (" + how + ") and came back as one.",
            rates(),
            shares(),
            result.outcome().debtSeconds(),
            Double.isNaN(result.outcome().recoveredSeconds())
                ? "not within " + Math.round(Settings.seconds(settings.observe())) + " s"
                : String.format(
                    Locale.ROOT, "%.1f s after the return", result.outcome().recoveredSeconds()),
            result.outcome().relapses(),
            result.outcome().sentWhileDead());
  }

  private String rates() {
    StringBuilder svg = open("requests per second over time");
    svg.append(area("lost", Bin::asked));
    svg.append(area("goodput", Bin::ok));
    svg.append(path("load", smoothed(Bin::sent)));
    svg.append(capacity());
    for (double rate : new double[] {0, settings.capacity()}) {
      svg.append(text("end", LEFT - 6, y(rate) + 4, String.format(Locale.ROOT, "%.0f", rate)));
    }
    return close(svg);
  }

  private String shares() {
    StringBuilder svg = open("the share that each process lets through, over time");
    List<double[]> shares = result.recording().shares();
    for (int process = 0; process < settings.processes(); process++) {
      double[] values = new double[shares.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = shares.get(i)[process] * settings.capacity();
      }
      svg.append(path("share", values));
    }
    svg.append(text("end", LEFT - 6, y(0) + 4, "0"));
    svg.append(text("end", LEFT - 6, y(settings.capacity()) + 4, "1"));
    return close(svg);
  }

  private StringBuilder open(String label) {
    StringBuilder svg = new StringBuilder(String.format(
        Locale.ROOT,
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
        WIDTH,
        HEIGHT + 24,
        label));
    svg.append(String.format(
        Locale.ROOT,
        "<rect class=\"outage\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>%n",
        x(result.killed()),
        TOP,
        x(result.returned()) - x(result.killed()),
        HEIGHT - TOP));
    return svg;
  }

  private String close(StringBuilder svg) {
    double middle = (x(result.killed()) + x(result.returned())) / 2;
    svg.append(text("middle", middle, TOP + 14, "no service"));
    svg.append(text("middle", x(result.returned()), HEIGHT + 18, "back"));
    int step = to - result.returned() > 30 ? 10 : 2;
    for (int t = step; result.returned() + t <= to; t += step) {
      svg.append(text("middle", x(result.returned() + t), HEIGHT + 18, t + " s"));
    }
    return svg.append("</svg>\n").toString();
  }

  private double x(double seconds) {
    return LEFT + Math.max(0, Math.min(1, (seconds - from) / (to - from))) * (WIDTH - LEFT - 10);
  }

  private double y(double rate) {
    return HEIGHT - Math.min(1, rate / most) * (HEIGHT - TOP);
  }

  private double[] smoothed(ToLongFunction<Bin> count) {
    double[] rates = new double[bins.size()];
    for (int i = 0; i < rates.length; i++) {
      int first = Math.max(0, i - SMOOTHED);
      int end = Math.min(rates.length, i + SMOOTHED + 1);
      long sum = bins.subList(first, end).stream().mapToLong(count).sum();
      rates[i] = sum / ((end - first) * Recording.BIN_SECONDS);
    }
    return rates;
  }

  private String points(double[] rates) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < rates.length; i++) {
      double seconds = (i + 0.5) * Recording.BIN_SECONDS;
      if (seconds >= from && !Double.isNaN(rates[i])) {
        points.append(String.format(
            Locale.ROOT, "%s%.1f %.1f", points.isEmpty() ? "M" : "L", x(seconds), y(rates[i])));
      }
    }
    return points.isEmpty() ? "M0 0" : points.toString();
  }

  private String path(String style, double[] rates) {
    return "<path class=\"" + style + "\" d=\"" + points(rates) + "\"/>\n";
  }

  private String area(String style, ToLongFunction<Bin> count) {
    return String.format(
        Locale.ROOT,
        "<path class=\"%s\" d=\"%sL%.1f %dL%.1f %dZ\"/>%n",
        style,
        points(smoothed(count)),
        x(to),
        HEIGHT,
        x(from),
        HEIGHT);
  }

  private String capacity() {
    List<Double> capacities = result.recording().capacities();
    double[] before = new double[capacities.size()];
    double[] after = new double[capacities.size()];
    for (int i = 0; i < before.length; i++) {
      double seconds = (i + 0.5) * Recording.BIN_SECONDS;
      before[i] = seconds < result.killed() ? capacities.get(i) : Double.NaN;
      after[i] = seconds > result.returned() ? capacities.get(i) : Double.NaN;
    }
    return path("capacity", before) + path("capacity", after);
  }

  private static String text(String style, double x, double y, String text) {
    return String.format(
        Locale.ROOT, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>%n", style, x, y, text);
  }

  private static String style() {
    try (InputStream css = Picture.class.getResourceAsStream("picture.css")) {
      if (css == null) {
        throw new IllegalStateException("picture.css: missing (expected: beside Picture)");
      }
      return new String(css.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
