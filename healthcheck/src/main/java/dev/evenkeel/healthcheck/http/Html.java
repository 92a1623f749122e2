package dev.evenkeel.healthcheck.http;

import dev.evenkeel.healthcheck.Status;
import java.time.Duration;
import java.util.Locale;

/** Small pieces of HTML. */
final class Html {

  private Html() {}

  /** Text that is only text, in an element or in quotes. */
  static String text(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> safe.append("&amp;");
        case '<' -> safe.append("&lt;");
        case '>' -> safe.append("&gt;");
        case '"' -> safe.append("&quot;");
        case '\'' -> safe.append("&#39;");
        default -> safe.append(Character.isISOControl(c) || Character.isSurrogate(c) ? ' ' : c);
      }
    }
    return safe.toString();
  }

  static String cssClass(Status status) {
    return "is-" + status.name().toLowerCase(Locale.ROOT);
  }

  /** A shape of its own for each status: it is told without colour. */
  static String icon(Status status) {
    String shape = switch (status) {
      case UP -> "<circle cx=\"12\" cy=\"12\" r=\"11\"/><path d=\"M6.5 12.5l3.7 3.7 7.3-8\"/>";
      case DEGRADED ->
        "<path class=\"shape\" d=\"M12 1.5L23.3 22H.7z\"/>" + "<path d=\"M12 9v6M12 18v.6\"/>";
      case DOWN ->
        "<path class=\"shape\" d=\"M7.4 1h9.2L23 7.4v9.2L16.6 23H7.4L1 16.6V7.4z\"/>"
            + "<path d=\"M7.8 7.8l8.4 8.4M16.2 7.8l-8.4 8.4\"/>";
      case UNKNOWN ->
        "<path class=\"shape\" d=\"M12 .8L23.2 12 12 23.2.8 12z\"/>"
            + "<path d=\"M9.3 9.6c0-3.6 5.4-3.6 5.4 0 0 2.2-2.7 2.2-2.7 4.4M12 17v.6\"/>";
    };
    return "<svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\">" + shape + "</svg>";
  }

  /** A time as people say it: the two largest units. */
  static String time(Duration time) {
    long seconds = time.toSeconds();
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3_600) {
      return seconds / 60 + " min " + seconds % 60 + " s";
    }
    if (seconds < 86_400) {
      return seconds / 3_600 + " h " + seconds / 60 % 60 + " min";
    }
    return seconds / 86_400 + " d " + seconds / 3_600 % 24 + " h";
  }

  static String bytes(double bytes) {
    String[] units = {"B", "kB", "MB", "GB", "TB", "PB"};
    int unit = 0;
    double value = bytes;
    while (value >= 1_000 && unit < units.length - 1) {
      value /= 1_000;
      unit++;
    }
    return String.format(
        Locale.ROOT, value < 10 && unit > 0 ? "%.1f %s" : "%.0f %s", value, units[unit]);
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }
}
