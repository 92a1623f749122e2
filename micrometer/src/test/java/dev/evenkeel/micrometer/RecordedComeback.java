package dev.evenkeel.micrometer;

import dev.evenkeel.core.Pipeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What Prometheus would have of an outage of eight minutes and the way back, every 5 s. */
final class RecordedComeback {

  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final List<String> STATES =
      List.of("closed", "open", "probing", "ramping", "forced_open", "disabled");

  private final Map<String, List<String>> series = new LinkedHashMap<>();
  private final List<String> states = new ArrayList<>();

  static RecordedComeback record() {
    DrivenApplication application = new DrivenApplication(false);
    Pipeline stock = application.pipeline("stock", DrivenApplication.breaker());
    RecordedComeback record = new RecordedComeback();
    record.during(Duration.ofMinutes(2), application, stock);
    application.isDown(true);
    record.during(Duration.ofMinutes(8), application, stock);
    application.isDown(false);
    record.during(Duration.ofMinutes(5), application, stock);
    return record;
  }

  private void during(Duration time, DrivenApplication application, Pipeline pipeline) {
    for (Duration passed = Duration.ZERO;
        passed.compareTo(time) < 0;
        passed = passed.plus(INTERVAL)) {
      application.traffic(pipeline, INTERVAL);
      Scrape scrape = application.scrape();
      for (String state : STATES) {
        double value = scrape.value("evenkeel_circuitbreaker_state", "state=\"" + state + "\"");
        note("evenkeel_circuitbreaker_state", "state=\"" + state + "\",", value);
        if (value == 1) {
          states.add(state);
        }
      }
      note("evenkeel_circuitbreaker_share", "", scrape.value("evenkeel_circuitbreaker_share"));
      note(
          "evenkeel_circuitbreaker_changes_total",
          "state=\"open\",",
          scrape.value("evenkeel_circuitbreaker_changes_total", "state=\"open\""));
    }
  }

  private void note(String name, String label, double value) {
    series
        .computeIfAbsent(
            name + "{app=\"shop\",instance=\"a\",job=\"shop\",pipeline=\"stock\"," + label + "}",
            key -> new ArrayList<>())
        .add(
            Math.abs(value - Math.rint(value)) < 0.005
                ? Long.toString(Math.round(value))
                : String.format(Locale.ROOT, "%.2f", value));
  }

  /** The states in their order, with open and probing as one. */
  List<String> path() {
    return path(states);
  }

  static List<String> path(List<String> states) {
    List<String> path = new ArrayList<>();
    for (String state : states) {
      String word = state.equals("open") || state.equals("probing") ? "down" : state;
      if (path.isEmpty() || !path.get(path.size() - 1).equals(word)) {
        path.add(word);
      }
    }
    return path;
  }

  /** Adds a state to the samples in which promtool's series of it is 1. */
  static void decode(List<String> states, String state, String values) {
    int at = 0;
    for (String run : values.split(" ", -1)) {
      String[] parts = run.split("[+x]", -1);
      int samples = parts.length == 1 ? 1 : Integer.parseInt(parts[2]) + 1;
      for (int i = 0; i < samples; i++, at++) {
        while (states.size() <= at) {
          states.add("");
        }
        if (parts[0].equals("1")) {
          states.set(at, state);
        }
      }
    }
  }

  /** As promtool reads it. */
  @Override
  public String toString() {
    return series.entrySet().stream()
        .map(one -> "      - series: '" + one.getKey().replace(",}", "}") + "'\n        values: '"
            + runs(one.getValue()) + "'")
        .collect(Collectors.joining("\n"));
  }

  private static String runs(List<String> values) {
    List<String> runs = new ArrayList<>();
    for (int i = 0; i < values.size(); ) {
      int end = i;
      while (end < values.size() && values.get(end).equals(values.get(i))) {
        end++;
      }
      runs.add(end - i == 1 ? values.get(i) : values.get(i) + "+0x" + (end - i - 1));
      i = end;
    }
    return String.join(" ", runs);
  }
}
