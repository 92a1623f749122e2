package dev.evenkeel.examples.comeback;

import java.util.Comparator;
import java.util.List;

/** A row of the outcome, as people read it. */
record ResultRow(
    String label, String debt, String t99, String relapses, String sentWhileDead, String p99) {

  static final ResultRow HEAD =
      new ResultRow("", "recovery debt", "99 % again after", "relapses", "sent while dead", "p99");

  static ResultRow of(String label, Measures measures) {
    return median(label, List.of(measures));
  }

  static ResultRow of(PhysicalLimit limit) {
    return new ResultRow(
        "Physical limit",
        Figures.seconds(limit.debtSeconds()),
        Figures.seconds(limit.seconds()),
        "0",
        "",
        "");
  }

  /** Of each measure by itself the middle one of several runs; of two the worse. */
  static ResultRow median(String label, List<Measures> runs) {
    Comparator<Measures> byT99 =
        Comparator.comparingDouble(run -> run.t99Seconds().orElse(Double.POSITIVE_INFINITY));
    return new ResultRow(
        label,
        Figures.debt(middle(runs, Comparator.comparingDouble(Measures::debtSeconds))),
        Figures.t99(middle(runs, byT99)),
        Integer.toString(
            middle(runs, Comparator.comparingInt(run -> run.relapseSeconds().size()))
                .relapseSeconds()
                .size()),
        Figures.sentWhileDead(middle(runs, Comparator.comparingLong(Measures::sentWhileDead))),
        Figures.p99(middle(runs, Comparator.comparingDouble(Measures::p99Millis))));
  }

  /** The middle one in this order, counted from 0 before any of several is better. */
  static <T> T middle(List<T> runs, Comparator<T> worseLast) {
    return runs.stream().sorted(worseLast).toList().get(runs.size() / 2);
  }

  List<String> cells() {
    return List.of(label, debt, t99, relapses, sentWhileDead, p99);
  }
}
