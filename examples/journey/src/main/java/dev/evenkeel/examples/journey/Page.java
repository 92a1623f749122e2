package dev.evenkeel.examples.journey;

import java.util.List;

/** The journeys as a page that needs nothing else. */
final class Page {

  private static final String HEAD = """
      <!doctype html><html lang="en"><meta charset="utf-8"><title>Evenkeel: a journey</title>
      <style>
      body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:60em;color:#1b2733}
      .bar{position:relative;height:1.7em;margin:2px 0;background:#f2f5f8}
      .bar i{position:absolute;top:0;bottom:0;background:#8fb8de;min-width:2px}
      .bar.error i{background:#e0a3a3}.bar span{position:relative;padding-left:.5em;white-space:nowrap}
      p.note{color:#51606e}
      </style><h1>A journey: gateway, orders, stock</h1>
      """;

  private final StringBuilder html = new StringBuilder(HEAD);

  void scene(String title, String note, List<Tree.Row> rows) {
    html.append("<h2>").append(escape(title)).append("</h2>\n<p class=note>").append(escape(note));
    html.append("</p>\n");
    long begin = rows.stream().mapToLong(row -> row.hop().beginMicros()).min().orElse(0);
    long end = rows.stream().mapToLong(row -> row.hop().endMicros()).max().orElse(1);
    for (Tree.Row row : rows) {
      bar(row, begin, Math.max(1, end - begin));
    }
  }

  private void bar(Tree.Row row, long begin, long micros) {
    Hop hop = row.hop();
    boolean good = hop.outcome().startsWith("2");
    String left = hop.timeLeftMillis() < 0 ? "" : ", " + hop.timeLeftMillis() + " ms left";
    html.append(String.format(
        java.util.Locale.ROOT,
        "<div class=\"bar%s\"><i style=\"left:%.2f%%;width:%.2f%%\"></i>"
            + "<span style=\"margin-left:%dem\">%s: %d ms%s, %s</span></div>%n",
        good ? "" : " error",
        100.0 * (hop.beginMicros() - begin) / micros,
        100.0 * (hop.endMicros() - hop.beginMicros()) / micros,
        row.depth(),
        escape(hop.service() + " " + hop.kind() + " " + hop.name()),
        hop.millis(),
        left,
        escape(hop.outcome())));
  }

  String html() {
    return html + "</html>\n";
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
