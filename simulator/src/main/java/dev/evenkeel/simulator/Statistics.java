package dev.evenkeel.simulator;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** Figures over the seeds of one scenario and one policy. */
final class Statistics {

  private final List<RunResult> runs;

  Statistics(List<RunResult> runs) {
    this.runs = runs;
  }

  double median(ToDoubleFunction<RunResult> figure) {
    double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
    int half = sorted.length / 2;
    if (sorted.length % 2 == 1 || sorted[half - 1] == sorted[half]) {
      return sorted[half];
    }
    return (sorted[half - 1] + sorted[half]) / 2;
  }

  double most(ToDoubleFunction<RunResult> figure) {
    return runs.stream().mapToDouble(figure).max().orElse(0);
  }

  double least(ToDoubleFunction<RunResult> figure) {
    return runs.stream().mapToDouble(figure).min().orElse(0);
  }

  double sum(ToDoubleFunction<RunResult> figure) {
    return runs.stream().mapToDouble(figure).sum();
  }
}
