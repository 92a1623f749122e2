package dev.evenkeel.examples.comeback;

import java.util.function.DoubleUnaryOperator;

/**
 * The drawing of one pair over time, as SVG. Time zero is the return of the service. What users
 * asked for and did not get after it is drawn as an area of its own, because that area is the debt.
 */
final class Panel {

  private static final int FIRST_NOTE = Scale.TOP + 14;
  private static final int SECOND_NOTE = Scale.TOP + 31;

  private final Result result;
  private final Settings settings;
  private final Scale scale;
  private final Recording recording;
  private final Series series;
  private final StringBuilder svg = new StringBuilder();

  Panel(Result result, Settings settings, Scale scale) {
    this.result = result;
    this.settings = settings;
    this.scale = scale;
    this.recording = result.recording();
    this.series = new Series(recording);
  }

  String svg() {
    svg.append(Figures.format(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s: requests per second over"
            + " time, answered and lost; below, sent\">%n",
        Scale.WIDTH, Scale.HEIGHT, result.label()));
    axes();
    outage();
    users();
    sent();
    text("note", Scale.LEFT + 6, FIRST_NOTE, "answered");
    line("back", scale.x(0), Scale.TOP, scale.x(0), Scale.STRIP_BOTTOM);
    capacity("capacity", scale::y);
    capacity("capacity thin", scale::stripY);
    bestPossible();
    notes();
    return svg.append("</svg>\n").toString();
  }

  private void axes() {
    double capacity = settings.service().capacityPerSecond();
    for (double rate : new double[] {0, capacity / 2, capacity}) {
      line("grid", Scale.LEFT, scale.y(rate), Scale.RIGHT, scale.y(rate));
      text("tick end", Scale.LEFT - 8, scale.y(rate) + 4, Figures.format("%.0f", rate));
    }
    double top = Math.floor(scale.maxSent() / capacity) * capacity;
    for (double rate : new double[] {0, top}) {
      line("grid", Scale.LEFT, scale.stripY(rate), Scale.RIGHT, scale.stripY(rate));
      text("tick end", Scale.LEFT - 8, scale.stripY(rate) + 4, Figures.format("%.0f", rate));
    }
    int step = scale.toSeconds() > 30 ? 10 : 1;
    int first = (int) Math.ceil(scale.fromSeconds() / step) * step;
    for (int t = first; t <= scale.toSeconds(); t += step) {
      line("grid", scale.x(t), Scale.STRIP_BOTTOM, scale.x(t), Scale.STRIP_BOTTOM + 4);
      if (t % (2 * step) == 0) {
        String label = t == 0 ? "back" : t + " s";
        text("tick middle", scale.x(t), Scale.STRIP_BOTTOM + 18, label);
      }
    }
  }

  private void outage() {
    double from = scale.x(recording.killedSeconds() - recording.returnedSeconds());
    double to = scale.x(0);
    svg.append(Figures.format(
        "<rect class=\"outage\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>%n",
        from, Scale.TOP, to - from, Scale.STRIP_BOTTOM - Scale.TOP));
    text("note middle", (from + to) / 2, FIRST_NOTE, "no service");
  }

  /** All that was asked for, and over it what was answered: what stays visible is lost. */
  private void users() {
    double[] asked = series.perSecond(ClientBin::asked);
    double[] ok = series.perSecond(ClientBin::ok);
    double[] failed = series.perSecond(ClientBin::failed);
    SvgPath before = new SvgPath();
    SvgPath after = new SvgPath();
    SvgPath answered = new SvgPath();
    for (int bin = 0; bin < asked.length; bin++) {
      double t = series.time(bin);
      if (t >= scale.fromSeconds()) {
        (t < 0 ? before : after).to(scale.x(t), scale.y(asked[bin]));
        // Calls in flight make the two curves cross all the time, also when nothing is lost.
        boolean good = Measures.isGood(asked[bin], ok[bin], failed[bin]);
        answered.to(scale.x(t), scale.y(good ? Math.max(asked[bin], ok[bin]) : ok[bin]));
      }
    }
    svg.append(before.area("asked", Scale.BOTTOM));
    svg.append(after.area("lost", Scale.BOTTOM));
    svg.append(answered.area("goodput", Scale.BOTTOM));
  }

  private void sent() {
    double[] sent = series.perSecond(ClientBin::sent);
    SvgPath path = new SvgPath();
    for (int bin = 0; bin < sent.length; bin++) {
      if (series.time(bin) >= scale.fromSeconds()) {
        path.to(scale.x(series.time(bin)), scale.stripY(sent[bin]));
      }
    }
    svg.append(path.area("load", Scale.STRIP_BOTTOM));
    text("note", Scale.LEFT + 6, Scale.STRIP_TOP + 4, "sent");
  }

  /** Two lines: a service that is not there has none. */
  private void capacity(String style, DoubleUnaryOperator y) {
    double killed = recording.killedSeconds() - recording.returnedSeconds();
    double warm = settings.service().capacityPerSecond();
    SvgPath before = new SvgPath();
    SvgPath after = new SvgPath();
    before.to(scale.x(scale.fromSeconds()), y.applyAsDouble(warm));
    before.to(scale.x(killed), y.applyAsDouble(warm));
    after.to(scale.x(0), y.applyAsDouble(warm * settings.service().coldFraction()));
    for (Recording.ServicePoint point : recording.service()) {
      double t = point.atSeconds() - recording.returnedSeconds();
      if (t > 0) {
        after.to(scale.x(t), y.applyAsDouble(point.bin().capacity()));
      }
    }
    svg.append(before.line(style));
    svg.append(after.line(style));
  }

  private void bestPossible() {
    SvgPath path = new SvgPath();
    double capacity = settings.service().capacityPerSecond();
    double end = Math.min(settings.limit().seconds(), scale.toSeconds());
    int steps = 50;
    for (int step = 0; step <= steps; step++) {
      double t = end * step / steps;
      path.to(scale.x(t), scale.y(settings.limit().goodputAt(t) * capacity));
    }
    svg.append(path.line("best"));
  }

  private void notes() {
    for (double t : result.measures().relapseSeconds()) {
      line("fall", scale.x(t), SECOND_NOTE - 10, scale.x(t), Scale.BOTTOM);
      text("relapse", scale.x(t) + 6, SECOND_NOTE, "relapse");
    }
    result.measures().t99Seconds().ifPresent(t -> {
      line("t99", scale.x(t), Scale.TOP, scale.x(t), Scale.BOTTOM);
      text("note", scale.x(t) + 6, FIRST_NOTE, "99 % again after " + Figures.seconds(t));
    });
  }

  private void line(String style, double x1, double y1, double x2, double y2) {
    svg.append(Figures.format(
        "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
        style, x1, y1, x2, y2));
  }

  private void text(String style, double x, double y, String text) {
    svg.append(
        Figures.format("<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>%n", style, x, y, text));
  }
}
