package dev.evenkeel.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The alerts speak of metrics that there are, and of run-books that there are. What they say of a
 * time series is tested by {@code docs/grafana/check}, which needs promtool.
 */
@SuppressWarnings("unchecked")
class AlertsTest {

  private static final Path GRAFANA = Path.of("../docs/grafana");
  private static final Pattern SECTION =
      Pattern.compile("(?m)^## (.*)\n((?:(?!^## )[\\s\\S])*)", Pattern.MULTILINE);

  private static Map<String, Object> yaml(String name) throws IOException {
    String text = Files.readString(GRAFANA.resolve(name));
    return (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromString(text);
  }

  private static List<Map<String, Object>> list(Map<String, Object> of, String name) {
    return (List<Map<String, Object>>) of.get(name);
  }

  private static List<Map<String, Object>> rules() throws IOException {
    return list(list(yaml("alerts.yaml"), "groups").get(0), "rules");
  }

  private static Scrape scrape() {
    DrivenApplication application = new DrivenApplication(false);
    application.everyKindOfEvent();
    return application.scrape();
  }

  @Test
  void everyMetricLabelAndValue_isFoundInTheScrape() throws IOException {
    Scrape scrape = scrape();
    for (Map<String, Object> rule : rules()) {
      assertThat(new Query((String) rule.get("expr")).assertIsIn(scrape)).isNotEmpty();
    }
  }

  @Test
  void everyAlert_hasASectionInTheRunBooks_thatSaysWhatToDoAndHowToUndoIt() throws IOException {
    String runBooks = Files.readString(Path.of("../docs/runbooks.md"));
    Set<String> anchors = new TreeSet<>();
    Matcher section = SECTION.matcher(runBooks);
    while (section.find()) {
      String anchor = section.group(1).toLowerCase(Locale.ROOT).replace(' ', '-');
      if (section.group(2).contains("**Alert**")) {
        anchors.add("docs/runbooks.md#" + anchor);
        assertThat(section.group(2))
            .as(anchor)
            .contains("**What it means**")
            .contains("**What to look at**")
            .contains("**What to do**")
            .contains("**How to undo it**");
      }
    }
    Set<String> linked = new TreeSet<>();
    for (Map<String, Object> rule : rules()) {
      Map<String, String> notes = (Map<String, String>) rule.get("annotations");
      assertThat(notes.get("summary")).hasSizeLessThan(100);
      assertThat(notes.get("description")).hasSizeBetween(20, 250);
      assertThat((Map<String, String>) rule.get("labels")).containsKey("severity");
      String url = notes.get("runbook_url");
      linked.add(url);
      assertThat(runBooks).contains("**Alert** `" + rule.get("alert") + "`");
    }
    assertThat(linked).isEqualTo(anchors).hasSize(rules().size());
  }

  @Test
  void testsOfTheAlerts_coverEach_withSeriesThatThereAre() throws IOException {
    Scrape scrape = scrape();
    Set<Object> fired = new TreeSet<>();
    for (Map<String, Object> test : list(yaml("alerts-test.yaml"), "tests")) {
      for (Map<String, Object> series : list(test, "input_series")) {
        assertThat(new Query((String) series.get("series")).assertIsIn(scrape)).hasSize(1);
      }
      for (Map<String, Object> alert : list(test, "alert_rule_test")) {
        if (!list(alert, "exp_alerts").isEmpty()) {
          fired.add(alert.get("alertname"));
        }
      }
    }
    Set<Object> all = new TreeSet<>();
    rules().forEach(rule -> all.add(rule.get("alert")));
    assertThat(fired).isEqualTo(all);
  }

  /** So that the series in the tests of the alerts are not made up. */
  @Test
  void seriesOfTheComeback_goThroughTheStatesOfARealOne() throws IOException {
    RecordedComeback real = RecordedComeback.record();
    assertThat(real.path()).containsExactly("closed", "down", "ramping", "closed");
    Map<String, Object> test = list(yaml("alerts-test.yaml"), "tests").get(0);
    List<String> states = new ArrayList<>();
    for (Map<String, Object> series : list(test, "input_series")) {
      Matcher state = Pattern.compile("evenkeel_circuitbreaker_state\\{.*state=\"(\\w+)\".*}")
          .matcher((String) series.get("series"));
      if (state.matches()) {
        RecordedComeback.decode(states, state.group(1), (String) series.get("values"));
      }
    }
    assertThat(RecordedComeback.path(states)).as("recorded now:%n%s", real).isEqualTo(real.path());
  }
}
