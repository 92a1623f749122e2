package dev.evenkeel.healthcheck.http;

import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.RunBooks;
import dev.evenkeel.healthcheck.Cause;
import dev.evenkeel.healthcheck.CheckSnapshot;
import dev.evenkeel.healthcheck.GateSnapshot;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the status page shows of one check. */
final class CheckCard {

  private static final Pattern PACKAGES = Pattern.compile("\\b(?:[a-z][a-z0-9_]*\\.){2,}(?=[A-Z])");

  private static final Pattern INNER_CAPITALS = Pattern.compile("(?<=[a-z0-9])[A-Z]");

  private CheckCard() {}

  static void append(StringBuilder html, CheckSnapshot check) {
    html.append("<article class=\"card ").append(Html.cssClass(check.status())).append("\">\n");
    html.append("<header>").append(Html.icon(check.status())).append("<h2>");
    html.append(Html.text(check.name())).append("</h2><span class=\"kind\">");
    html.append(check.kind().name().toLowerCase(Locale.ROOT)).append("</span>");
    html.append("<p><b>").append(check.status()).append("</b> for ");
    html.append(Html.time(check.since())).append("</p></header>\n");
    if (check.message() != null) {
      html.append("<p class=\"message\">").append(Html.text(shortened(check.message())));
      html.append("</p>\n");
    }
    GateSnapshot gate = check.gate();
    if (gate != null) {
      ShareCurve.append(html, gate);
    }
    html.append("<dl>\n");
    if (gate != null) {
      gate(html, gate);
    }
    facts(html, check);
    html.append("</dl>\n</article>\n");
  }

  private static void gate(StringBuilder html, GateSnapshot gate) {
    fact(html, "Breaker", gate.state().kind() + ", " + Html.percent(gate.state().share()));
    if (gate.timeLeft() != null) {
      fact(html, "Asks again in", Html.time(gate.timeLeft().plusMillis(999)));
    }
    if (gate.refused() != null) {
      fact(html, "Calls refused", String.format(Locale.ROOT, "%,d", gate.refused()));
    }
    if (gate.reason() != null) {
      fact(html, "Last change", shortened(gate.reason()));
    }
    runBook(html, gate.state().kind());
  }

  private static void runBook(StringBuilder html, Kind kind) {
    if (kind == Kind.CLOSED) {
      return;
    }
    String section = RunBooks.section(
        switch (kind) {
          case OPEN, PROBING -> "breaker-open";
          case RAMPING -> "ramp-does-not-end";
          default -> "breaker-held-by-hand";
        });
    String text = Html.text(section);
    boolean isAddress = section.startsWith("https://") || section.startsWith("http://");
    factOfHtml(html, "Run-book", isAddress ? "<a href=\"" + text + "\">" + text + "</a>" : text);
  }

  private static void facts(StringBuilder html, CheckSnapshot check) {
    CheckSnapshot.Hung hung = check.hung();
    if (hung != null) {
      fact(html, "Hangs", "for " + Html.time(hung.running()) + " on thread " + hung.threadName());
    }
    if (check.failuresInARow() > 0 && check.gate() == null) {
      fact(html, "Failures in a row", String.valueOf(check.failuresInARow()));
    }
    ago(html, "Last success", check.lastSuccess(), "");
    Cause cause = check.cause();
    if (cause != null) {
      String said = cause.toString();
      boolean toldAbove = check.message() != null && said.endsWith(check.message());
      ago(html, "Last failure", check.causeAge(), toldAbove ? "" : ": " + shortened(said));
      if (cause.traceId() != null) {
        fact(html, "Trace", cause.traceId());
      }
    }
    if (check.gate() == null) {
      ago(html, "Looked", check.age(), "");
    }
    check.data().forEach((key, value) -> {
      boolean bytes = key.endsWith("Bytes") && value instanceof Number;
      fact(
          html,
          words(bytes ? key.substring(0, key.length() - "Bytes".length()) : key),
          bytes ? Html.bytes(((Number) value).doubleValue()) : String.valueOf(value));
    });
  }

  /** {@code delayMillis} as people write it. */
  private static String words(String key) {
    return INNER_CAPITALS
        .matcher(key)
        .replaceAll(letter -> " " + letter.group())
        .toLowerCase(Locale.ROOT);
  }

  /** Without the packages of a class: they are in the JSON for who needs them. */
  private static String shortened(String text) {
    return PACKAGES.matcher(text).replaceAll("");
  }

  private static void ago(StringBuilder html, String name, @Nullable Duration ago, String more) {
    if (ago != null) {
      fact(html, name, Html.time(ago) + " ago" + more);
    }
  }

  private static void fact(StringBuilder html, String name, String value) {
    factOfHtml(html, name, Html.text(value));
  }

  private static void factOfHtml(StringBuilder html, String name, String value) {
    html.append("<div><dt>").append(Html.text(name)).append("</dt><dd>");
    html.append(value).append("</dd></div>\n");
  }
}
