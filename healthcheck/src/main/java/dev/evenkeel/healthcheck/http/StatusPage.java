package dev.evenkeel.healthcheck.http;

import dev.evenkeel.healthcheck.CheckSnapshot;
import dev.evenkeel.healthcheck.HealthSnapshot;
import dev.evenkeel.healthcheck.Phase;
import dev.evenkeel.healthcheck.Status;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * The page for people. It is made here whole each time; the script in it only fetches it again and
 * puts the new one in the old one's place. Nothing is loaded from anywhere else.
 */
record StatusPage(String title) {

  private static final String STYLE = resource("status-page.css");
  private static final String SCRIPT = resource("status-page.js");

  /** Nothing but this style, this script, and this host. */
  static final String CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'sha256-"
      + sha256(STYLE) + "'; script-src 'sha256-" + sha256(SCRIPT)
      + "'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none';"
      + " frame-ancestors 'none'";

  /** The page; {@code root} is the path of the group of all checks, for links. */
  String html(HealthSnapshot health, List<HealthSnapshot> groups, String root, boolean details) {
    StringBuilder html = new StringBuilder(8_192);
    html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.append("<meta name=\"color-scheme\" content=\"light dark\">\n");
    html.append("<link rel=\"icon\" href=\"data:,\">\n<noscript>");
    html.append("<meta http-equiv=\"refresh\" content=\"5\"></noscript>\n<title>");
    html.append(health.status()).append(" · ").append(Html.text(title)).append("</title>\n");
    html.append("<style>").append(STYLE).append("</style>\n</head>\n<body>\n<main>\n");
    banner(html, health, root, details);
    chips(html, groups, root);
    if (details) {
      html.append("<section class=\"checks\" aria-label=\"Checks\">\n");
      // What is wrong comes first, and of that what is the process's own; the rest stays.
      health.checks().stream()
          .sorted(Comparator.comparing(StatusPage::isUp).thenComparing(StatusPage::byKindIfUnwell))
          .forEach(check -> CheckCard.append(html, check));
      html.append("</section>\n");
      if (health.checks().isEmpty()) {
        html.append("<p class=\"quiet\">No checks here.</p>\n");
      }
    } else {
      html.append("<p class=\"quiet\">Details are hidden. "
          + "<a href=\"?details\">Show them with a token</a>, if this service has one.</p>\n");
    }
    html.append("</main>\n<footer><span id=\"freshness\">Updates itself</span></footer>\n");
    return html.append("<script>")
        .append(SCRIPT)
        .append("</script>\n</body>\n</html>\n")
        .toString();
  }

  private static boolean isUp(CheckSnapshot check) {
    return check.status() == Status.UP;
  }

  private static int byKindIfUnwell(CheckSnapshot one, CheckSnapshot other) {
    return isUp(one) ? 0 : one.kind().compareTo(other.kind());
  }

  private void banner(StringBuilder html, HealthSnapshot health, String root, boolean details) {
    html.append("<header class=\"banner ")
        .append(Html.cssClass(health.status()))
        .append("\">\n");
    html.append(Html.icon(health.status())).append("<div><h1><a href=\"");
    html.append(root.isEmpty() ? "/" : Html.text(root)).append("?format=html\">");
    html.append(Html.text(title)).append("</a></h1>\n<p class=\"status\">").append(health.status());
    if (!health.group().name().equals("all")) {
      html.append(" <span class=\"kind\">").append(Html.text(health.group().name()));
      html.append("</span>");
    }
    html.append("</p>\n");
    if (details && health.reason() != null) {
      html.append("<p>").append(Html.text(health.reason())).append("</p>\n");
    }
    if (details && health.guard() != null) {
      html.append("<p>Fail-open guard ").append(Html.text(health.guard())).append("</p>\n");
    }
    if (health.phase() != Phase.RUNNING) {
      html.append("<p class=\"phase\">").append(health.phase()).append("</p>\n");
    }
    html.append("</div></header>\n");
  }

  private static void chips(StringBuilder html, List<HealthSnapshot> groups, String root) {
    html.append("<nav aria-label=\"Groups\">\n");
    for (HealthSnapshot group : groups) {
      String name = group.group().name();
      html.append("<a class=\"chip ").append(Html.cssClass(group.status())).append("\" href=\"");
      html.append(Html.text(root)).append('/').append(Html.text(name)).append("?format=html\">");
      html.append(Html.icon(group.status())).append("<span>").append(Html.text(name));
      html.append("</span> <b>").append(group.status()).append("</b> <span class=\"quiet\">");
      html.append(group.isServing() ? 200 : 503).append("</span></a>\n");
    }
    html.append("</nav>\n");
  }

  private static String resource(String name) {
    try (InputStream stream = StatusPage.class.getResourceAsStream(name)) {
      return new String(
          Objects.requireNonNull(stream, name + ": not in the jar").readAllBytes(),
          StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new IllegalStateException(name + ": cannot be read", broken);
    }
  }

  private static String sha256(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return Base64.getEncoder()
          .encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("SHA-256: missing (every Java platform has it)", impossible);
    }
  }
}
