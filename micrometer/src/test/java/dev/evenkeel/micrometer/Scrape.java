package dev.evenkeel.micrometer;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What stands in a page of Prometheus' text format: names, labels, and the labels' values. */
record Scrape(Map<String, Map<String, Set<String>>> metrics, Map<String, Double> samples) {

  private static final Pattern SAMPLE =
      Pattern.compile("(?m)^([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)$");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

  static Scrape of(String page) {
    Map<String, Map<String, Set<String>>> metrics = new TreeMap<>();
    Map<String, Double> samples = new HashMap<>();
    Matcher sample = SAMPLE.matcher(page);
    while (sample.find()) {
      Map<String, Set<String>> labels =
          metrics.computeIfAbsent(sample.group(1), name -> new TreeMap<>());
      String all = sample.group(2) == null ? "" : sample.group(2);
      Matcher label = LABEL.matcher(all);
      while (label.find()) {
        labels.computeIfAbsent(label.group(1), name -> new TreeSet<>()).add(label.group(2));
      }
      samples.put(
          sample.group(1) + "{" + all + "}",
          Double.valueOf(sample.group(3).replace("Inf", "Infinity")));
    }
    return new Scrape(metrics, samples);
  }

  /** The one sample of a name that has all of these labels, as written in the page. */
  double value(String name, String... labels) {
    double sum = 0;
    int found = 0;
    for (Map.Entry<String, Double> sample : samples.entrySet()) {
      String key = sample.getKey();
      if (key.startsWith(name + "{") && Set.of(labels).stream().allMatch(key::contains)) {
        sum += sample.getValue();
        found++;
      }
    }
    if (found == 0) {
      throw new AssertionError(name + Set.of(labels) + ": not in the scrape");
    }
    return sum;
  }
}
