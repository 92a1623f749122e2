package dev.evenkeel.examples.journey;

import java.util.List;
import java.util.Locale;

/** The journeys as a page that needs nothing else. */
final class Page {

  private static final String HEAD = """
      <!doctype html><html lang="en"><meta charset="utf-8"><title>Evenkeel: a journey</title>
      <style>
      body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:60em;color:#1b2733}
      .bar{position:relative;height:1.7em;margin:2px 0;background:#f2f5f8}
      .bar i{position:absolute;top:0;bottom:0;background:#8fb8de;min-width:2px}
      .bar.error i{background:#e0a3a3}.bar span{position:relative;padding-left:.5em;white-space:nowrap}
      .bar.away i{background:#e9c46a}
      p.note{color:#51606e}
      </style><h1>A journey: gateway, orders, stock; orders, queue, shipping, database</h1>
      """;

  private final StringBuilder html = new StringBuilder(HEAD);

  void scene(Scene scene) {
    html.append("<h2>").append(escape(scene.title())).append("</h2>\n<p class=note>");
    html.append(escape(scene.note())).append("</p>\n");
    hops(scene.rows());
    seconds(scene.seconds());
  }

  private void hops(List<Tree.Row> rows) {
    long begin = rows.stream().mapToLong(row -> row.hop().beginMicros()).min().orElse(0);
    long end = rows.stream().mapToLong(row -> row.hop().endMicros()).max().orElse(1);
    for (Tree.Row row : rows) {
      bar(row, begin, Math.max(1, end - begin));
    }
  }

  private void bar(Tree.Row row, long begin, long micros) {
    Hop hop = row.hop();
    String left = hop.timeLeftMillis() < 0 ? "" : ", " + hop.timeLeftMillis() + " ms left";
    html.append(String.format(
        Locale.ROOT,
        "<div class=\"bar%s\"><i style=\"left:%.2f%%;width:%.2f%%\"></i>"
            + "<span style=\"margin-left:%dem\">%s: %d ms%s, %s</span></div>%n",
        hop.isWell() ? "" : " error",
        100.0 * (hop.beginMicros() - begin) / micros,
        100.0 * (hop.endMicros() - hop.beginMicros()) / micros,
        row.depth(),
        escape(hop.service() + " " + hop.kind() + " " + hop.name()),
        hop.millis(),
        left,
        escape(hop.outcome())));
  }

  /** A bar for what was shipped in each moment. */
  private void seconds(List<Scene.Second> seconds) {
    int most = seconds.stream().mapToInt(Scene.Second::shipped).max().orElse(1);
    for (Scene.Second one : seconds) {
      html.append(String.format(
          Locale.ROOT,
          "<div class=\"bar%s\"><i style=\"left:0;width:%.2f%%\"></i><span>%.1f s: shipped %d,"
              + " placed %d, %d in the queue, %s%s</span></div>%n",
          one.away() ? " away" : "",
          100.0 * one.shipped() / Math.max(1, most),
          one.atMillis() / 1e3,
          one.shipped(),
          one.placed(),
          one.queued(),
          escape(one.state()),
          one.away() ? ", the database is away" : ""));
    }
  }

  String html() {
    return html + "</html>\n";
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
