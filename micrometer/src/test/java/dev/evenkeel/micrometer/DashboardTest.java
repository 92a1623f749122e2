package dev.evenkeel.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The dashboard asks only for what an application has that went through everything. */
@SuppressWarnings("unchecked")
class DashboardTest {

  private static final Set<String> VARIABLES =
      Set.of("datasource", "app", "pipeline", "instance", "lookback", "__rate_interval", "__range");

  private static Map<String, Object> dashboard() throws IOException {
    String json = Files.readString(Path.of("../docs/grafana/evenkeel.json"));
    return (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromString(json);
  }

  private static List<Map<String, Object>> list(Object of, String... path) {
    Object at = of;
    for (String step : path) {
      at = ((Map<String, Object>) at).get(step);
    }
    return (List<Map<String, Object>>) at;
  }

  private static List<Map<String, Object>> panels() throws IOException {
    return list(dashboard(), "panels").stream()
        .filter(panel -> !panel.get("type").equals("row"))
        .toList();
  }

  private static List<Query> queries() throws IOException {
    List<Query> queries = new ArrayList<>();
    for (Map<String, Object> panel : panels()) {
      list(panel, "targets").forEach(target -> queries.add(new Query((String) target.get("expr"))));
    }
    for (Map<String, Object> annotation : list(dashboard(), "annotations", "list")) {
      if (annotation.get("expr") != null) {
        queries.add(new Query((String) annotation.get("expr")));
      }
    }
    for (Map<String, Object> variable : list(dashboard(), "templating", "list")) {
      if (variable.get("definition") != null) {
        queries.add(new Query((String) variable.get("definition")));
      }
    }
    return queries;
  }

  @Test
  void everyMetricLabelAndValue_isFoundInTheScrape() throws IOException {
    DrivenApplication application = new DrivenApplication(true);
    application.everyKindOfEvent();
    Scrape scrape = application.scrape();
    Set<String> asked = new TreeSet<>();
    for (Query query : queries()) {
      asked.addAll(query.assertIsIn(scrape));
    }
    for (EvenkeelMeter meter : EvenkeelMeter.values()) {
      String name = meter.meterName().replace('.', '_');
      assertThat(asked)
          .as("shown somewhere: %s", name)
          .anyMatch(metric -> metric.equals(name) || metric.startsWith(name + "_"));
    }
  }

  @Test
  void withoutHistograms_onlyPercentilesAreMissing() throws IOException {
    DrivenApplication application = new DrivenApplication(false);
    application.everyKindOfEvent();
    Scrape scrape = application.scrape();
    int percentiles = 0;
    for (Query query : queries()) {
      if (query.text().contains("_bucket")) {
        assertThat(query.text()).contains("histogram_quantile");
        percentiles++;
      } else {
        Set<String> unused = query.assertIsIn(scrape);
      }
    }
    assertThat(percentiles).isEqualTo(3);
  }

  @Test
  void everyPanel_saysWhatItShows_andAsksTheDataSourceOfTheVariable() throws IOException {
    Set<Object> ids = new HashSet<>();
    Set<Object> titles = new HashSet<>();
    for (Map<String, Object> panel : panels()) {
      assertThat(ids.add(panel.get("id"))).as("%s", panel.get("id")).isTrue();
      assertThat((String) panel.get("title")).isNotBlank();
      assertThat(titles.add(panel.get("title")))
          .as("%s, once", panel.get("title"))
          .isTrue();
      assertThat((String) panel.get("description"))
          .as("%s", panel.get("title"))
          .hasSizeGreaterThan(40)
          .endsWith(".");
      assertThat(list(panel, "targets"))
          .isNotEmpty()
          .allSatisfy(target -> assertThat(target.get("datasource"))
              .isEqualTo(Map.of("type", "prometheus", "uid", "${datasource}")));
    }
    assertThat(titles).hasSizeGreaterThan(20);
  }

  @Test
  void panels_doNotCoverEachOther() throws IOException {
    Set<String> taken = new HashSet<>();
    for (Map<String, Object> panel : list(dashboard(), "panels")) {
      Map<String, Integer> at = (Map<String, Integer>) panel.get("gridPos");
      assertThat(at.get("x") + at.get("w")).isLessThanOrEqualTo(24);
      for (int x = at.get("x"); x < at.get("x") + at.get("w"); x++) {
        for (int y = at.get("y"); y < at.get("y") + at.get("h"); y++) {
          assertThat(taken.add(x + "," + y)).as("%s", panel.get("title")).isTrue();
        }
      }
    }
  }

  @Test
  void everyVariable_isOneOfTheDashboardOrGrafanas() throws IOException {
    String json = Files.readString(Path.of("../docs/grafana/evenkeel.json"));
    Matcher variable = Pattern.compile("\\$\\{?([a-z_]\\w*)").matcher(json);
    Set<String> used = new TreeSet<>();
    while (variable.find()) {
      used.add(variable.group(1));
    }
    used.remove("__all");
    assertThat(used).isEqualTo(new TreeSet<>(VARIABLES));
    Set<Object> defined = new HashSet<>(Set.of("__rate_interval", "__range"));
    list(dashboard(), "templating", "list").forEach(one -> defined.add(one.get("name")));
    assertThat(defined).isEqualTo(VARIABLES);
  }
}
