package dev.evenkeel.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A query in PromQL: enough of it to see which metrics, labels and values it speaks of. */
record Query(String text) {

  /** Prometheus adds them when it scrapes. */
  private static final Set<String> OF_PROMETHEUS = Set.of("instance", "job");

  private static final Pattern METRIC =
      Pattern.compile("(?<![\\w\"])(evenkeel_\\w+)(?:\\{([^}]*)})?");
  private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
  private static final Pattern LABELS =
      Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([\\w, ]*)\\)");

  /** All of it is in the scrape. Returns the metrics. */
  Set<String> assertIsIn(Scrape scrape) {
    Set<String> names = new TreeSet<>();
    Set<String> known = new TreeSet<>(OF_PROMETHEUS);
    Matcher metric = METRIC.matcher(text);
    while (metric.find()) {
      String name = metric.group(1);
      Map<String, Set<String>> labels = scrape.metrics().get(name);
      assertThat(labels).as("%s of %s", name, text).isNotNull();
      known.addAll(labels.keySet());
      names.add(name);
      if (metric.group(2) != null) {
        assertMatch(metric.group(2), labels);
      }
    }
    for (String label : grouped()) {
      assertThat(known).as(text).contains(label);
    }
    return names;
  }

  private void assertMatch(String selector, Map<String, Set<String>> labels) {
    Matcher matcher = MATCHER.matcher(selector);
    int end = 0;
    while (matcher.find()) {
      end = matcher.end();
      String label = matcher.group(1);
      if (OF_PROMETHEUS.contains(label)) {
        continue;
      }
      assertThat(labels).as(text).containsKey(label);
      for (String value : matcher.group(3).split("\\|", -1)) {
        boolean isOfTheUser = label.equals("pipeline") && !value.equals(Words.OTHER);
        if (!value.startsWith("$") && !isOfTheUser) {
          assertThat(labels.get(label)).as("%s in %s", label, text).contains(value);
        }
      }
    }
    assertThat(selector.substring(end)).as("%s: read to its end", text).isBlank();
  }

  private List<String> grouped() {
    List<String> all = new ArrayList<>();
    Matcher labels = LABELS.matcher(text);
    while (labels.find()) {
      for (String label : labels.group(1).split(",", -1)) {
        if (!label.isBlank()) {
          all.add(label.strip());
        }
      }
    }
    return all;
  }
}
