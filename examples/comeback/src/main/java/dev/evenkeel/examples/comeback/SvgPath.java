package dev.evenkeel.examples.comeback;

/** A curve from left to right. */
final class SvgPath {

  private final StringBuilder points = new StringBuilder();
  private double firstX;
  private double lastX;

  void to(double x, double y) {
    if (points.isEmpty()) {
      firstX = x;
    }
    points.append(Figures.format("%s%.1f %.1f", points.isEmpty() ? "M" : "L", x, y));
    lastX = x;
  }

  /** The curve as a line; nothing if it has no points. */
  String line(String style) {
    return points.isEmpty() ? "" : Figures.format("<path class=\"%s\" d=\"%s\"/>%n", style, points);
  }

  /** What is between the curve and this bottom; nothing if it has no points. */
  String area(String style, double bottom) {
    return points.isEmpty()
        ? ""
        : Figures.format(
            "<path class=\"%s\" d=\"%sL%.1f %.1fL%.1f %.1fZ\"/>%n",
            style, points, lastX, bottom, firstX, bottom);
  }
}
