package dev.evenkeel.examples.comeback;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** The outcome as a web page: one file, no script, nothing from elsewhere. */
final class Report {

  private Report() {}

  static String html(List<Result> results, Settings settings) {
    Scale scale = Scale.of(results, settings);
    return """
    <!doctype html>
    <html lang="en">
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>The comeback</title>
    <style>
    %s</style>
    <main>
    <h1>The service is back. When is the traffic?</h1>
    %s%s%s%s%s</main>
    </html>
    """.formatted(
            style(),
            introduction(settings),
            legend(),
            results.stream()
                .map(result -> panel(result, settings, scale))
                .collect(Collectors.joining()),
            table(results, settings.limit()),
            definitions(settings));
  }

  private static String introduction(Settings settings) {
    PhysicalLimit limit = settings.limit();
    Settings.Service service = settings.service();
    return Figures.format(
        """
<p class="lead">Three equal services were killed, stayed dead for %s and came back cold: good
for %.0f requests/s, and for %.0f once they had served enough. Each has %d nodes before it whose
users kept asking for %.0f requests/s. The only difference is how the nodes protect
their calls. No protection can bring all traffic back in less than <b>%s</b>, or with less
than <b>%s</b> of traffic lost after the return: a cold service only warms by serving.</p>
""",
        Figures.seconds(Settings.seconds(settings.schedule().outage())),
        service.capacityPerSecond() * service.coldFraction(),
        service.capacityPerSecond(),
        settings.traffic().nodes(),
        settings.normalRate(),
        Figures.seconds(limit.seconds()),
        Figures.seconds(limit.debtSeconds()));
  }

  private static String legend() {
    return "<ul class=\"legend\" aria-label=\"Legend, all in requests per second\">\n"
        + legend("<rect class=\"goodput\" width=\"24\" height=\"12\"/>", "answered well")
        + legend(
            "<rect class=\"lost\" width=\"24\" height=\"12\"/>", "lost after the return: the debt")
        + legend("<rect class=\"load\" width=\"24\" height=\"12\"/>", "sent, retries too")
        + legend("<path class=\"capacity\" d=\"M0 6H24\"/>", "what it could take at that moment")
        + legend("<path class=\"best\" d=\"M0 6H24\"/>", "best possible")
        + "</ul>\n";
  }

  private static String legend(String shape, String meaning) {
    return "<li><svg viewBox=\"0 0 24 12\">" + shape + "</svg>" + meaning + "</li>\n";
  }

  private static String panel(Result result, Settings settings, Scale scale) {
    return """
    <section>
    <h2>%s: <span>%s</span></h2>
    <p class="unit">requests per second</p>
    %s</section>
    """.formatted(
            result.label(),
            Figures.summary(result.measures()),
            new Panel(result, settings, scale).svg());
  }

  private static String table(List<Result> results, PhysicalLimit limit) {
    String rows = results.stream()
        .map(result -> row(
            result.label(),
            Figures.debt(result.measures()),
            Figures.t99(result.measures()),
            Integer.toString(result.measures().relapseSeconds().size()),
            Figures.sentWhileDead(result.measures()),
            Figures.p99(result.measures())))
        .collect(Collectors.joining());
    return """
    <table>
    <thead><tr><th></th><th>recovery debt</th><th>99 %% again after</th><th>relapses</th>\
    <th>sent while dead (of normal)</th><th>p99 meanwhile</th></tr></thead>
    <tbody>
    %s%s</tbody>
    </table>
    """.formatted(
            rows,
            row(
                "Physical limit",
                Figures.seconds(limit.debtSeconds()),
                Figures.seconds(limit.seconds()),
                "0",
                "",
                ""));
  }

  private static String row(String label, String... cells) {
    return "<tr><th>"
        + label
        + "</th>"
        + List.of(cells).stream().map(cell -> "<td>" + cell + "</td>").collect(Collectors.joining())
        + "</tr>\n";
  }

  private static String definitions(Settings settings) {
    return Figures.format(
        """
        <dl>
        <dt>Recovery debt</dt>
        <dd>calls asked for after the return and not answered well, in seconds of traffic</dd>
        <dt>99 %% again</dt>
        <dd>the time after which, in every 2 s, 99 %% of the calls that ended had ended well
        (and at least 90 %% as many as were asked for), until the end and for at least %s</dd>
        <dt>Relapse</dt>
        <dd>goodput (over 2 s) fell below half of its best since the return</dd>
        <dt>Sent while dead</dt>
        <dd>attempts that really went out while there was no service</dd>
        <dt>p99 meanwhile</dt>
        <dd>of the calls answered well from the return until 99 %%, retries included</dd>
</dl>
""", Figures.seconds(Settings.seconds(settings.schedule().settle())));
  }

  private static String style() {
    try (InputStream css = Report.class.getResourceAsStream("report.css")) {
      if (css == null) {
        throw new IllegalStateException(
            "report.css: missing (expected: beside " + Report.class + ")");
      }
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
